#pragma once
// One connection's worth of sending: takes what is due from the schedule, hands it to the smart
// host, and writes down what became of it. A thread of its own.
//
// In this order, so that a kill at any moment loses nothing and doubles nothing but what was in the
// one window that SMTP leaves open (RFC 5321 4.5.3.2.6, RFC 1047): everything but the final dot is
// sent; `handing_over` is on disk; the dot is sent; the reply comes; the outcome is on disk; the
// sender is told; what was told is on disk.

#include <stop_token>

#include "server/outgoing/open_letter.h"
#include "server/outgoing/relay.h"
#include "server/outgoing/world.h"

namespace server::outgoing {

class Courier {
 public:
  // Throws invalid when the CA file of the smart host cannot be used.
  Courier(World&, std::stop_token);

  void run();  // until told to stop

 private:
  struct Result {
    Sent sent;
    std::optional<HostState::Pause> host;  // it was the host's failure, not the message's
  };

  void attempt(std::int64_t id);
  void go_on(std::int64_t id);
  std::shared_ptr<storage::Mailbox> opened(const storage::SpoolEntry&);
  bool is_ahead(const storage::SpoolEnvelope&) const;
  void send(OpenLetter&);
  Result handed_over(OpenLetter&);
  void connect();
  void note_uncertain(OpenLetter&);
  void take_replies(storage::SpoolEnvelope&, const Sent&);
  void wait_for_host(OpenLetter&, const HostState::Pause&);
  void conclude(OpenLetter&, storage::SpoolState);
  void give_up_if_old(storage::SpoolEnvelope&);
  bool tell_if_late(OpenLetter&);

  World& world_;
  const std::stop_token stop_;
  Relay relay_;
};

}  // namespace server::outgoing
