#pragma once
// Keys in use. Unwraps DEP keys by their roots (a random one first, the other on any failure),
// keeps them in locked memory for dep_key_ttl, and hands out mailbox keys unwrapped by them. One
// unwrap in flight for each wrapped key; others wait for its answer. Blocking pool only; any
// thread.

#include <chrono>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "crypto/root_keys.h"
#include "crypto/service_keys.h"
#include "storage/directory.h"

namespace policy {

class KeyRing {
 public:
  KeyRing(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, const Clock&,
          std::chrono::seconds dep_key_ttl);
  ~KeyRing();

  // Throws denied (both roots refuse), unavailable (no root answers), corrupt (a wrapped key does
  // not open). The texts name the DEP and what each root said.
  crypto::MailboxKey mailbox_key(const storage::MailboxRecord&);
  // Throws as mailbox_key does, but opens nothing: may this mailbox be used now? Asks a root only
  // when what was last heard is older than the ttl.
  void confirm(const storage::MailboxRecord&);
  // A fresh key for a new mailbox, and its wrap under the DEP.
  std::pair<crypto::MailboxKey, crypto::WrappedKey<crypto::MailboxLevel>> new_mailbox_key(
      MailboxId, const storage::Dep&, std::uint32_t epoch);
  // The same mailbox keys, all of one version, under another DEP or version; mail is not touched.
  // Either DEP key is had once. Passed over, with a line in the log, are mailboxes whose key does
  // not open.
  std::vector<storage::Rewrapped> rewrapped(std::span<const storage::MailboxRecord>,
                                            const storage::DepVersion& to);

  // Wipes DEP keys whose time is over; also done by every call above. For a job.
  void forget_expired();

  struct Statistics {
    std::uint64_t root_calls = 0, root_failures = 0, availability_uses = 0;
    std::size_t dep_keys_cached = 0;
    std::size_t waiting = 0;  // for an answer that another thread has asked for
  };
  Statistics statistics() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace policy
