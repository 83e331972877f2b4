#include "server/admin/fields.h"

#include <algorithm>

#include "base/error.h"

namespace server::admin {

namespace json = boost::json;

namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view wanted) {
  throw Error(Fault::invalid, "\"" + std::string(name) + "\" must be " + std::string(wanted));
}

std::string text_in(const json::value& value, std::string_view name) {
  const auto* text = value.if_string();
  if (!text) refuse(name, "a string");
  if (text->find('\0') != json::string::npos) refuse(name, "a string without NUL");
  return std::string(*text);
}

}  // namespace

Fields::Fields(std::string_view body) {
  if (body.empty()) return;
  json::error_code error;
  auto value = json::parse(body, error);
  if (error) throw Error(Fault::invalid, "the body is no JSON: " + error.message());
  if (!value.is_object()) throw Error(Fault::invalid, "the body must be a JSON object");
  object_ = std::move(value.as_object());
}

const json::value* Fields::find(std::string_view name) {
  known_.emplace_back(name);
  const auto* value = object_.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

std::string Fields::text(std::string_view name) {
  const auto* value = find(name);
  if (!value) throw Error(Fault::invalid, "\"" + std::string(name) + "\" is missing");
  return text_in(*value, name);
}

std::optional<std::string> Fields::find_text(std::string_view name) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  return text_in(*value, name);
}

std::optional<bool> Fields::find_flag(std::string_view name) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_bool()) refuse(name, "true or false");
  return value->as_bool();
}

std::vector<std::string> Fields::texts(std::string_view name) {
  const auto* value = find(name);
  if (!value || !value->is_array() || value->as_array().empty()) refuse(name, "a list of strings");
  std::vector<std::string> all;
  for (const auto& one : value->as_array()) all.push_back(text_in(one, name));
  return all;
}

void Fields::finish() const {
  for (const auto& member : object_)
    if (std::ranges::find(known_, std::string_view(member.key())) == known_.end())
      throw Error(Fault::invalid, "unknown member \"" + std::string(member.key()) + "\"");
}

}  // namespace server::admin
