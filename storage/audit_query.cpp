#include "storage/audit_query.h"

#include <algorithm>

namespace storage {
namespace {

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lowered, lowered);
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() || !std::ranges::search(whole, part, {}, lowered, lowered).empty();
}

// Names have none of these in them.
bool has_word(std::string_view word, std::string_view text) {
  constexpr std::string_view between = " ,;";
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(between), text.size());
    if (same(text.substr(0, end), word)) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool concerns(const AuditEvent& event, std::string_view object) {
  if (same(event.dep_name, object) || same(event.account, object)) return true;
  if (event.dep && std::to_string(event.dep->value) == object) return true;
  if (event.mailbox && std::to_string(event.mailbox->value) == object) return true;
  return std::ranges::any_of(event.details,
                             [&](const auto& detail) { return has_word(object, detail.second); });
}

}  // namespace

bool AuditQuery::matches(const AuditRecord& record) const {
  const auto& event = record.event;
  return (!since || record.time >= *since) && (!until || record.time < *until) &&
         (!type || event.type == *type) &&
         (!operation ||
          same(std::string_view(event.operation).substr(0, operation->size()), *operation)) &&
         (!actor || within(*actor, event.actor)) && (!result || same(event.result, *result)) &&
         (!request || same(event.request_id, *request)) && (!object || concerns(event, *object));
}

}  // namespace storage
