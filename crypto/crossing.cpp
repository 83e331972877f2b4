#include "crypto/crossing.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace crypto {
namespace {

constexpr std::array<std::string_view, cause_count> cause_names{
    "fetch", "search", "sort",   "preview",   "index", "deliver",
    "copy",  "export", "rewrap", "integrity", "lab"};

struct Counter {
  std::atomic<std::uint64_t> operations{0}, bytes{0}, opaque_bytes{0};
};

Counter& counter(Cause cause, ActorClass kind) {
  static std::array<std::array<Counter, actor_classes.size()>, cause_count> counters;
  return counters.at(static_cast<std::size_t>(cause)).at(static_cast<std::size_t>(kind));
}

struct CrossingHash {
  std::size_t operator()(const Crossing& crossing) const noexcept {
    constexpr std::size_t odd = 0x9e3779b97f4a7c15;
    const auto& [kind, account, admin] = crossing.actor;
    auto hash = static_cast<std::size_t>(crossing.mailbox.value);
    hash = hash * odd + static_cast<std::size_t>(account.value);
    hash = hash * odd + (admin ? std::size_t{admin->value} + 1 : 0);
    hash = hash * odd + static_cast<std::size_t>(crossing.cause) * actor_classes.size() +
           static_cast<std::size_t>(kind);
    return hash ^ hash >> 32;
  }
};

using Counts = std::unordered_map<Crossing, CrossingTotals, CrossingHash>;

// What one thread has counted. A thread does the same again and again: the last entry is at hand.
class Tally {
 public:
  void add(const Crossing& crossing, const CrossingTotals& more) {
    const std::lock_guard lock(mutex_);
    if (last_ == nullptr || last_->first != crossing) last_ = &*counts_.try_emplace(crossing).first;
    last_->second += more;
  }
  Counts take() {
    const std::lock_guard lock(mutex_);
    last_ = nullptr;
    return std::exchange(counts_, {});
  }

 private:
  std::mutex mutex_;
  Counts counts_;
  Counts::value_type* last_ = nullptr;
};

// Those of all threads that run, and of those that have ended and were not taken yet.
class Tallies {
 public:
  std::shared_ptr<Tally> added() {
    const std::lock_guard lock(mutex_);
    return all_.emplace_back(std::make_shared<Tally>());
  }
  Counts take() {
    const std::lock_guard lock(mutex_);
    const auto ended = std::ranges::stable_partition(
        all_, [](const auto& tally) { return tally.use_count() > 1; });
    Counts sum;
    for (const auto& tally : all_)
      for (const auto& [crossing, totals] : tally->take()) sum[crossing] += totals;
    all_.erase(ended.begin(), ended.end());
    return sum;
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Tally>> all_;
};

// Never destroyed: threads may end after statics do.
Tallies& tallies() {
  static auto& all = *new Tallies;
  return all;
}

}  // namespace

std::string_view name_of(Cause cause) { return cause_names.at(static_cast<std::size_t>(cause)); }

std::optional<Cause> find_cause(std::string_view name) {
  const auto found = std::ranges::find(cause_names, name);
  if (found == cause_names.end()) return std::nullopt;
  return static_cast<Cause>(found - cause_names.begin());
}

std::string_view name_of(ActorClass kind) { return kind == ActorClass::user ? "user" : "system"; }

CrossingTotals crossings(Cause cause, ActorClass kind) {
  const auto& totals = counter(cause, kind);
  return {totals.operations, totals.bytes, totals.opaque_bytes};
}

std::vector<CountedCrossing> take_crossings() {
  std::vector<CountedCrossing> all;
  for (const auto& [crossing, totals] : tallies().take()) all.push_back({crossing, totals});
  return all;
}

void count_crossing(const Crossing& crossing, std::size_t plain_bytes, Content content) noexcept {
  const auto opaque_bytes = content == Content::opaque ? plain_bytes : 0;
  auto& totals = counter(crossing.cause, crossing.actor.kind);
  totals.operations.fetch_add(1, std::memory_order_relaxed);
  totals.bytes.fetch_add(plain_bytes, std::memory_order_relaxed);
  totals.opaque_bytes.fetch_add(opaque_bytes, std::memory_order_relaxed);
  thread_local const auto tally = tallies().added();
  tally->add(crossing, {1, plain_bytes, opaque_bytes});
}

}  // namespace crypto
