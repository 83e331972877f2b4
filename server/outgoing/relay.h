#pragma once
// Hands messages to the smart host (RFC 5321 as a client), over TLS whose certificate has been
// verified, after a login where there is one. Blocking; one thread at a time.

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "server/outgoing/host_connection.h"
#include "server/outgoing/host_failure.h"
#include "server/outgoing/host_offers.h"
#include "server/outgoing/letter.h"
#include "server/outgoing/smart_host.h"

namespace server::outgoing {

// What became of a recipient. By us: the host was not asked, or gave no answer.
struct Said : smtp::Reply {
  enum class By { us, host } by = By::us;
};

struct Sent {
  std::vector<Said> replies;  // one a recipient, in order; 250: the host has it
  // The end of the message was sent and not answered: whether the host has it, nobody knows.
  bool uncertain = false;
  bool reports = false;  // the host makes the reports that were asked for (RFC 3461)
};

class Relay {
 public:
  // Throws invalid when the CA file cannot be used. `our_name` is for EHLO; outlives it: `host`.
  Relay(const SmartHost& host, std::string our_name, std::stop_token stop);

  // A connection that is ready to take mail; the one that is there, if it is still good. Throws
  // HostFailure.
  void connect();
  // After connect(). Calls `before_end` when everything has been sent but what ends it, and not at
  // all where no recipient is left by then; what it throws is passed on, and the host has not taken
  // the message. Never throws else: what breaks is told in the replies.
  Sent send(const Letter&, const std::function<void()>& before_end);
  void quit();  // says goodbye, if that is possible

  bool is_connected() const { return connection_ != nullptr; }

 private:
  void greet();
  void hello();
  void log_in();

  std::optional<smtp::Reply> objection(const Letter&, const Content&) const;
  bool takes_binary() const { return offers_.chunking && offers_.binary; }
  std::vector<Said> offered(const Letter&, const Content&);
  std::vector<smtp::Reply> ask_all(const std::vector<std::string>& lines);
  // Everything but the end: that line is asked last. Another reply than the one hoped for: it is
  // the word on the message.
  std::optional<Said> refused_content(const Letter&, const Content&);
  std::optional<Said> refused_data(std::string_view octets);
  std::optional<Said> refused_chunk(std::string_view octets, std::string_view last);
  std::string mail_line(const Letter&, const Content&) const;
  std::string recipient_line(const Letter::Recipient&) const;
  void reset();

  const SmartHost& host_;
  const std::string our_name_;
  const std::stop_token stop_;
  const std::shared_ptr<SSL_CTX> context_;
  std::unique_ptr<HostConnection> connection_;
  HostOffers offers_;
};

}  // namespace server::outgoing
