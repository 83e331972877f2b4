#pragma once
// An open mailbox as policy::Mailboxes holds it, for its own files.

#include <algorithm>
#include <atomic>

#include "policy/mailboxes.h"

namespace policy {

// Lets users read until then, and the system always: it is kept out by having no key. Once it is
// closed, nobody.
class UserGate final : public storage::Gate {
 public:
  explicit UserGate(const Clock& clock) : clock_(clock) {}

  void pass(const crypto::Actor& actor) const override {
    if (closed_) throw Error(Fault::denied, "this mailbox is being destroyed");
    if (actor.kind == crypto::ActorClass::system || clock_.now() < until_) return;
    if (fault_ == Fault::denied)
      throw Error(Fault::denied, "access to the key of this mailbox is revoked");
    throw Error(Fault::unavailable, "the key of this mailbox is not confirmed now");
  }
  void admit(UnixTime until) {
    until_ = until;
    ended_ = false;
  }
  void end(Fault fault) {
    fault_ = fault;
    ended_ = true;
    until_ = 0;
  }
  // For good. False: it was closed before.
  bool close() { return !closed_.exchange(true); }
  UnixTime until() const { return until_; }
  bool ended() const { return ended_; }

 private:
  const Clock& clock_;
  std::atomic<UnixTime> until_ = 0;
  std::atomic<Fault> fault_ = Fault::unavailable;
  std::atomic<bool> ended_ = false, closed_ = false;
};

// The map holds one reference; others are taken only under the map's mutex, so that a Held with one
// reference is used by nobody.
struct Mailboxes::Held {
  explicit Held(const Clock& clock) : gate(std::make_shared<UserGate>(clock)) {}

  void protect_as(const std::optional<storage::Protection>&, const Encrypt&);

  std::mutex opening;
  std::shared_ptr<storage::Mailbox> mailbox;        // with `opening`
  storage::MailboxRecord record;                    // likewise; as it was at
  std::optional<std::uint64_t> record_at;           // this count of changes of the directory
  storage::QuotaLimits limits;                      // likewise
  std::optional<storage::Protection> protection;    // likewise
  std::shared_ptr<const storage::Protect> protect;  // likewise; null: none
  UnixTime used = 0;                                // with the map's mutex: was used then, at least
  // References to the mailbox that do not count as use; outlives this one.
  const std::shared_ptr<std::atomic<long>> aside = std::make_shared<std::atomic<long>>(0);
  const std::shared_ptr<UserGate> gate;

  // Short; never while a vault is asked.
  std::mutex knowing;
  DepVersion dep;  // that its key was last opened or confirmed by
  Visits visits;
};

}  // namespace policy
