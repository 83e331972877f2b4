#include "crypto/crossing.h"

namespace crypto {
namespace {

struct Counter {
  std::atomic<std::uint64_t> operations{0}, bytes{0};
};

Counter& counter(Cause cause, ActorClass kind) {
  static std::array<std::array<Counter, 2>, cause_count> counters;
  return counters.at(static_cast<std::size_t>(cause)).at(static_cast<std::size_t>(kind));
}

}  // namespace

std::string_view name_of(Cause cause) {
  constexpr std::array<std::string_view, cause_count> names{
      "fetch", "search", "sort",   "preview",   "index", "deliver",
      "copy",  "export", "rewrap", "integrity", "lab"};
  return names.at(static_cast<std::size_t>(cause));
}

CrossingTotals crossings(Cause cause, ActorClass kind) {
  const auto& totals = counter(cause, kind);
  return {totals.operations, totals.bytes};
}

void count_crossing(const Crossing& crossing, std::size_t plain_bytes) noexcept {
  auto& totals = counter(crossing.cause, crossing.actor.kind);
  totals.operations.fetch_add(1, std::memory_order_relaxed);
  totals.bytes.fetch_add(plain_bytes, std::memory_order_relaxed);
}

}  // namespace crypto
