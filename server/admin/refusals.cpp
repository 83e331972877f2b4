#include "server/admin/refusals.h"

namespace server::admin {

namespace {

constexpr UnixTime minute = 60;

}  // namespace

std::optional<unsigned> Refusals::left_out(uid_t user) {
  const std::lock_guard guard(mutex_);
  auto& now = minutes_[user];
  unsigned before = 0;
  if (clock_.now() >= now.begun + minute) {
    before = now.refused > recorded_a_minute ? now.refused - recorded_a_minute : 0;
    now = {clock_.now(), 0};
  }
  if (++now.refused > recorded_a_minute) return std::nullopt;
  return before;
}

void Refusals::record(uid_t user, policy::AuditEvent event) {
  const auto before = left_out(user);
  if (!before) return;
  if (*before > 0)
    event.details.emplace_back("Refused before without a record", std::to_string(*before));
  audit_.record(event);
}

}  // namespace server::admin
