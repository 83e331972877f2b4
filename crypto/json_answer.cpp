#include "crypto/json_answer.h"

#include <charconv>

namespace crypto {

namespace json = boost::json;

JsonAnswer::JsonAnswer(const SecretText& text, Speaker speaker, std::string who)
    : speaker_(speaker),
      who_(std::move(who)),
      memory_(text.size() * 4 + 4096),
      arena_(memory_.data(), memory_.size()) {
  json::error_code failure;
  json::parse_options options;
  options.max_depth = 16;
  value_ = json::parse({text.data(), text.size()}, failure, &arena_, options);
  if (failure || !value_.is_object()) refuse("is no JSON object");
}

void JsonAnswer::refuse(const std::string& what) const {
  throw failure_of({200, "unreadable", "", speaker_}, "the answer of " + who_ + ' ' + what);
}

const json::value& JsonAnswer::member(const json::object& object, std::string_view name) const {
  const auto* found = object.if_contains(name);
  if (found == nullptr) refuse("lacks " + std::string(name));
  return *found;
}

std::string_view JsonAnswer::text(const json::object& object, std::string_view name) const {
  const auto& value = member(object, name);
  if (!value.is_string()) refuse("has no text in " + std::string(name));
  return value.as_string();
}

const json::object& JsonAnswer::object(std::string_view name) const {
  const auto& value = member(root(), name);
  if (!value.is_object()) refuse("has no object in " + std::string(name));
  return value.as_object();
}

Bytes JsonAnswer::octets(const json::object& object, std::string_view name) const {
  const auto coded = text(object, name);
  try {
    return from_base64url(coded);
  } catch (const Error&) {
    refuse("is not base64url in " + std::string(name));
  }
}

std::optional<std::int64_t> number_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return value->as_int64();
  if (!value->is_string()) return std::nullopt;
  const std::string_view text = value->as_string();
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace crypto
