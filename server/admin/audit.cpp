#include <charconv>

#include "base/error.h"
#include "server/admin/audit_json.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr std::int64_t most_records = 1000;  // in one answer

std::optional<std::int64_t> find_number(const http::Target& target, std::string_view name) {
  const auto text = target.value(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stopped != end || number < 0)
    throw Error(Fault::invalid, std::string(name) + " must be a number");
  return number;
}

}  // namespace

json::value list_audit(Call& call) {
  const auto query = audit_query([&](std::string_view name) -> std::optional<std::string> {
    const auto value = call.target.value(name);
    if (!value) return std::nullopt;
    return std::string(*value);
  });
  const auto limit = std::min(find_number(call.target, "limit").value_or(100), most_records);
  const auto reader = call.parts.audit_reader();
  if (const auto before = find_number(call.target, "before"))
    return as_json(reader.before(*before, query, static_cast<std::size_t>(limit)));
  return as_json(reader.after(find_number(call.target, "after").value_or(0), query,
                              static_cast<std::size_t>(limit)));
}

json::value verify_audit(Call& call) {
  const auto earlier = call.fields.find_text("checkpoint");
  call.fields.finish();
  return as_json(call.parts.audit_reader().verify(
      earlier ? std::optional(storage::stored_of(*earlier)) : std::nullopt));
}

}  // namespace server::admin
