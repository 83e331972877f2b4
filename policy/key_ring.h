#pragma once
// Hands out mailbox keys, unwrapped by the DEP keys in use (dep_keys.h), for one of two uses: a
// user (a client in the user's name) or the system (delivery, jobs). Blocking pool only; any
// thread.

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "policy/dep_keys.h"

namespace policy {

class KeyRing {
 public:
  KeyRing(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, Audit&, const Clock&,
          const KeyTimes&);
  ~KeyRing();

  // Throws denied (the roots refuse this use), unavailable (no root answers), corrupt (a wrapped
  // key does not open). The texts name the DEP and what each root said.
  crypto::MailboxKey mailbox_key(const storage::MailboxRecord&, crypto::ActorClass use);
  // Throws as mailbox_key does, but opens nothing: may this mailbox be used now? Asks a root only
  // when what was last heard is older than the ttl.
  void confirm(const storage::MailboxRecord&, crypto::ActorClass use);
  // A fresh key for a new mailbox, and its wrap under the DEP, which must serve users.
  std::pair<crypto::MailboxKey, crypto::WrappedKey<crypto::MailboxLevel>> new_mailbox_key(
      MailboxId, const storage::Dep&, std::uint32_t epoch);
  // The same mailbox keys, all of one version, under another DEP or version, which must serve
  // users; the one they leave need only serve the system. Mail is not touched. Either DEP key is
  // had once. Passed over, with a line in the log, are mailboxes whose key does not open.
  std::vector<storage::Rewrapped> rewrapped(std::span<const storage::MailboxRecord>,
                                            const DepVersion& to);

  // How long users may go on with a mailbox that is open, and why no longer. Asks nobody.
  struct UserAccess {
    UnixTime until = 0;
    std::optional<Error> refusal;  // what the roots said last
  };
  UserAccess user_access(const DepVersion&);

  // For a job, every second: versions whose roots are to be asked again, and the asking, which may
  // take as long as a vault does.
  std::vector<DepVersion> due();
  void renew(const DepVersion&);
  // Wipes DEP keys whose time is over.
  void forget_expired();
  // All versions of a DEP's key, at once; waits for answers of roots that are on their way.
  void forget(DepId);

  // Versions that an availability key served last, and no root since.
  std::vector<DepVersion> on_availability_key() const;

  struct Statistics {
    std::uint64_t root_calls = 0, root_failures = 0, availability_uses = 0;
    std::size_t dep_keys_cached = 0;
    std::size_t waiting = 0;  // for an answer that another thread has asked for
  };
  Statistics statistics() const;

 private:
  storage::Directory& directory_;
  std::unique_ptr<DepKeys> keys_;
};

}  // namespace policy
