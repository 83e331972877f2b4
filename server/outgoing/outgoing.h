#pragma once
// Mail on its way to other domains: from the spool to the smart host, in threads of its own. Calls
// are for the blocking pool; any thread.

#include <thread>
#include <vector>

#include "policy/worker.h"
#include "server/outgoing/world.h"

namespace server::outgoing {

// What an admin sees of a message: nothing of what is in it.
struct Queued {
  Scheduled scheduled;
  storage::SpoolState state = storage::SpoolState::waiting;
  std::optional<storage::SpoolEnvelope> envelope;  // none while its key is not to be had
};

class Courier;

class Outgoing {
 public:
  static constexpr std::size_t messages_limit = 100'000;  // in the queue; then no more are taken
  static constexpr std::size_t list_limit = 1000;         // that are listed at once

  Outgoing(storage::Spool&, storage::Directory&, policy::Mailboxes&, Delivery&, const Clock&,
           Settings);
  ~Outgoing();

  // Sends from now on, what a former process left included. Without a smart host nothing is sent.
  // Throws invalid when the CA file of the smart host cannot be used.
  void start();
  void stop();  // ends what is being sent, within seconds

  // ---- from a client. Durable when they return; throw unavailable, not_found, too_big.
  bool takes_mail() const { return settings_.host.has_value(); }
  // Sealed for that mailbox, and forgotten by a restart until take_over(). `envelope` need not say
  // when it was accepted.
  std::int64_t prepare(MailboxId, storage::SpoolEnvelope, std::string_view octets);
  void take_over(std::int64_t id);  // from here on it is sent
  void withdraw(std::int64_t id);   // what was prepared

  // ---- for admins. Throw not_found where there is no such message.
  // Envelopes are opened in the name of who looks: Cause::fetch.
  std::vector<Queued> list(const crypto::Actor&);  // the first list_limit
  std::size_t count() const { return schedule_.count(); }
  Queued show(std::int64_t id, const crypto::Actor&);
  void retry(std::int64_t id);
  std::size_t retry_all();  // how many
  // Gone for good; its sender is told why, where that is possible. False: he was not. Throws
  // unavailable while it is being sent.
  bool drop(std::int64_t id, const std::string& reason);
  UnixTime now() const { return world_.clock.now(); }
  std::optional<smtp::Reply> host_failure() const { return host_.failing(); }

 private:
  crypto::DeliveryPublic delivery_key_of(MailboxId);
  Queued queued(const Scheduled&, const crypto::Actor&);
  bool told_of_drop(const storage::SpoolEntry&, const std::string& reason);
  void look_after();

  const Settings settings_;
  storage::Spool& spool_;
  storage::Directory& directory_;
  policy::Mailboxes& mailboxes_;
  Schedule schedule_;
  HostState host_;
  Unsaved unsaved_;
  World world_;
  std::uint64_t seen_ = 0;  // changes of the directory
  std::unique_ptr<policy::Worker> worker_;
  std::stop_source stopping_;
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::vector<std::jthread> threads_;
};

}  // namespace server::outgoing
