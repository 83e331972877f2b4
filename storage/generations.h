#pragma once
// The generations of a database's mailboxes (mailbox_root.h), as last committed. Any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace storage {

struct MailboxGeneration {
  MailboxId mailbox;
  std::uint64_t generation;
};

class Generations {
 public:
  // As they stand in clear, where anybody who can write may have put them.
  explicit Generations(std::map<MailboxId, std::uint64_t> found) : all_(std::move(found)) {}

  // Read under its seal, or written.
  void set(MailboxId mailbox, std::uint64_t generation) {
    const std::lock_guard lock(mutex_);
    all_[mailbox] = generation;
    proven_.insert(mailbox);
  }
  void forget(MailboxId mailbox) {
    const std::lock_guard lock(mutex_);
    all_.erase(mailbox);
    proven_.erase(mailbox);
  }
  bool has(MailboxId mailbox) const {
    const std::lock_guard lock(mutex_);
    return all_.contains(mailbox);
  }
  std::vector<MailboxGeneration> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<MailboxGeneration> found;
    for (const auto& [mailbox, generation] : all_) found.push_back({mailbox, generation});
    return found;
  }
  std::vector<MailboxGeneration> proven() const {
    const std::lock_guard lock(mutex_);
    std::vector<MailboxGeneration> found;
    for (const auto mailbox : proven_) found.push_back({mailbox, all_.at(mailbox)});
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::map<MailboxId, std::uint64_t> all_;
  std::set<MailboxId> proven_;
};

}  // namespace storage
