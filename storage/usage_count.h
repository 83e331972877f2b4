#pragma once
// Messages and octets of a mailbox as its writer counts them: what is committed, once it is known,
// and what this batch and this operation add to it (layered.h). One thread.

#include <optional>
#include <utility>

#include "storage/quota.h"

namespace storage {

class UsageCount {
 public:
  bool is_known() const { return committed_.has_value(); }
  // As it is now, with all that is not committed yet.
  void know(const Usage& now) { committed_ = difference(now); }
  Usage now() const {
    const auto sum = *committed_ + batch_ + operation_;
    return {.octets = sum.octets, .messages = sum.messages};
  }
  // Unsigned arithmetic wraps, so that this counts down, too.
  void add(std::uint64_t octets, std::uint64_t messages) {
    operation_ = operation_ + Count{octets, messages};
  }

  void keep() { batch_ = batch_ + std::exchange(operation_, {}); }
  void drop() { operation_ = {}; }
  void commit() {
    if (committed_) committed_ = *committed_ + batch_;
    batch_ = {};
  }
  void abandon() {
    committed_.reset();
    batch_ = operation_ = {};
  }

 private:
  struct Count {
    std::uint64_t octets = 0, messages = 0;
    Count operator+(const Count& other) const {
      return {octets + other.octets, messages + other.messages};
    }
  };
  Count difference(const Usage& now) const {
    const auto own = batch_ + operation_;
    return {now.octets - own.octets, now.messages - own.messages};
  }

  std::optional<Count> committed_;
  Count batch_, operation_;
};

}  // namespace storage
