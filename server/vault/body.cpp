#include "server/vault/body.h"

#include "base/bytes.h"
#include "base/error.h"
#include "server/vault/refusal.h"

namespace vault {

namespace json = boost::json;

Body::Body(std::string_view text)
    : memory_(text.size() * 4 + 4096), arena_(memory_.data(), memory_.size()) {
  json::parse_options options;
  options.max_depth = 8;
  json::error_code failure;
  value_ = json::parse(text, failure, &arena_, options);
  if (failure || !value_.is_object()) throw bad_parameter("The body is not a JSON object.");
}

const json::value* Body::find(std::string_view name) const { return present(root(), name); }

const json::value* present(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string text_in(const json::value& value, std::string_view what) {
  if (!value.is_string()) throw bad_parameter(std::string(what) + " is not a string.");
  return json::value_to<std::string>(value);
}

bool bool_in(const json::value& value, std::string_view what) {
  if (!value.is_bool()) throw bad_parameter(std::string(what) + " is not true or false.");
  return value.as_bool();
}

std::int64_t number_in(const json::value& value, std::string_view what) {
  if (value.is_int64()) return value.as_int64();
  throw bad_parameter(std::string(what) + " is not an integer.");
}

const json::object& object_in(const json::value& value, std::string_view what) {
  if (!value.is_object()) throw bad_parameter(std::string(what) + " is not an object.");
  return value.as_object();
}

Secret octets_in(const json::value* value, std::string_view what) {
  if (value == nullptr || !value->is_string())
    throw bad_parameter(std::string(what) + " is not a string.");
  try {
    auto octets = from_base64url(std::string_view(value->as_string()));
    Secret out(octets.begin(), octets.end());
    OPENSSL_cleanse(octets.data(), octets.size());
    return out;
  } catch (const Error&) {
    throw bad_parameter(std::string(what) + " is not base64url without padding.");
  }
}

}  // namespace vault
