#pragma once
// The background job that moves mailboxes nobody opens to where they belong, and then removes the
// versions of DEP keys that no mailbox is under (RULES.md section 4). What is left to do is in the
// data itself: a sweep that was cut goes on where it was.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/audit.h"
#include "policy/key_ring.h"
#include "policy/worker.h"
#include "storage/directory.h"

namespace policy {

inline constexpr std::size_t sweep_batch = 500;  // mailboxes in one transaction

class Sweep {
 public:
  // Of the pass that goes on, or else of the last.
  struct Progress {
    bool running = false;
    std::uint64_t moved = 0, left = 0;            // left: could not be moved, for `reason`
    std::string reason;                           // empty: none was left
    UnixTime started = 0, ended = 0;              // 0: not yet
    std::uint64_t to_be_moved = 0;                // now
    std::vector<storage::VersionCount> versions;  // now
  };

  Sweep(storage::Directory&, KeyRing&, Audit&, const Clock&);

  // Passes from now on, in a thread of its own: when woken, and each `interval` for what could not
  // be moved before.
  void start(std::chrono::seconds interval);
  void stop();
  void wake();  // something has changed; nothing happens before start
  // These are to be moved: at once if they are few, else by the next pass, which is woken. Those
  // whose keys are not to be had just now stay for later passes. Blocking pool only.
  void move(std::span<const MailboxId>);

  // One pass over all that is to be moved; what it did is put on record at its end. Blocking pool
  // only.
  void pass(const std::stop_token&);
  Progress progress() const;  // blocking pool only; any thread

 private:
  void begin();
  void note(std::uint64_t moved, std::uint64_t left, const std::string& reason);
  void end(const std::vector<storage::DepVersion>& removed);

  storage::Directory& directory_;
  KeyRing& ring_;
  Audit& audit_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Progress progress_;
  Startable worker_;  // ends first
};

}  // namespace policy
