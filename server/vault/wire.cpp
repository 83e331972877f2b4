#include "server/vault/wire.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::string_view json_type = "application/json; charset=utf-8";
constexpr std::array<std::string_view, 6> known_operations{"encrypt", "decrypt", "sign",
                                                           "verify",  "wrapKey", "unwrapKey"};
constexpr unsigned default_bits = 3072;
constexpr std::array<unsigned, 3> sizes{2048, 3072, 4096};
constexpr std::size_t tag_limit = 15, tag_text_limit = 256;
constexpr int recoverable_days = 90;
constexpr UnixTime latest_time = 253'402'300'799;  // the end of the year 9999

// A parsed body whose memory is wiped: it may hold a key on its way under a root.
class Body {
 public:
  explicit Body(std::string_view text) : memory_(text.size() * 4 + 4096), arena_(&memory_) {
    json::parse_options options;
    options.max_depth = 8;
    json::error_code failure;
    value_ = json::parse(text, failure, &arena_.resource, options);
    if (failure || !value_.is_object()) throw bad_parameter("The body is not a JSON object.");
  }
  const json::value* find(std::string_view name) const {
    return value_.as_object().if_contains(name);
  }

 private:
  struct Arena {
    explicit Arena(Secret* memory) : resource(memory->data(), memory->size()) {}
    json::monotonic_resource resource;
  };
  Secret memory_;
  Arena arena_;
  json::value value_;
};

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

std::optional<UnixTime> time_in(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const auto time = number_in(*value, name);
  if (time < 0 || time > latest_time) throw bad_parameter(std::string(name) + " is out of range.");
  return time;
}

std::vector<std::string> operations_in(const json::value& value) {
  if (!value.is_array()) throw bad_parameter("key_ops is not an array.");
  std::vector<std::string> out;
  for (const auto& each : value.as_array()) {
    auto name = text_in(each, "An entry of key_ops");
    if (std::ranges::find(known_operations, name) == known_operations.end())
      throw bad_parameter("key_ops has an operation that does not exist.");
    if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

std::map<std::string, std::string> tags_in(const json::value& value) {
  if (!value.is_object()) throw bad_parameter("tags is not an object.");
  std::map<std::string, std::string> out;
  for (const auto& each : value.as_object()) {
    auto text = text_in(each.value(), "A tag");
    if (each.key().size() > tag_text_limit || text.size() > tag_text_limit)
      throw bad_parameter("A tag is longer than 256 characters.");
    out.emplace(each.key(), std::move(text));
  }
  if (out.size() > tag_limit) throw bad_parameter("A key has at most 15 tags.");
  return out;
}

void read_attributes(const json::value& value, Change& change) {
  if (!value.is_object()) throw bad_parameter("attributes is not an object.");
  const auto& from = value.as_object();
  if (const auto* enabled = from.if_contains("enabled"); enabled && !enabled->is_null())
    change.enabled = bool_in(*enabled, "enabled");
  change.not_before = time_in(from, "nbf");
  change.expires = time_in(from, "exp");
  if (change.not_before && change.expires && *change.expires <= *change.not_before)
    throw bad_parameter("exp is not after nbf.");
  if (const auto* exportable = from.if_contains("exportable");
      exportable && !exportable->is_null() && bool_in(*exportable, "exportable"))
    throw bad_parameter("A key of this vault is never exportable.");
}

// What create and update have in common.
Change change_in(const Body& body) {
  Change change;
  const auto present = [&](std::string_view name) {
    const auto* value = body.find(name);
    return value != nullptr && !value->is_null() ? value : nullptr;
  };
  if (const auto* value = present("attributes")) read_attributes(*value, change);
  if (const auto* value = present("key_ops")) change.operations = operations_in(*value);
  if (const auto* value = present("tags")) change.tags = tags_in(*value);
  return change;
}

unsigned size_in(const Body& body) {
  const auto* value = body.find("key_size");
  if (value == nullptr || value->is_null()) return default_bits;
  const auto bits = number_in(*value, "key_size");
  if (std::ranges::find(sizes, bits) == sizes.end())
    throw bad_parameter("key_size is not 2048, 3072 or 4096.");
  return static_cast<unsigned>(bits);
}

json::object attributes_of(const KeyVersion& key) {
  json::object out{{"enabled", key.properties.enabled}};
  if (key.properties.not_before) out["nbf"] = *key.properties.not_before;
  if (key.properties.expires) out["exp"] = *key.properties.expires;
  out["created"] = key.created;
  out["updated"] = key.updated;
  out["recoveryLevel"] = "Recoverable";
  out["recoverableDays"] = recoverable_days;
  out["exportable"] = false;
  return out;
}

void add_tags(json::object& out, const KeyVersion& key) {
  if (key.properties.tags.empty()) return;
  json::object tags;
  for (const auto& [name, value] : key.properties.tags) tags[name] = value;
  out["tags"] = std::move(tags);
}

}  // namespace

Refusal bad_parameter(const std::string& message) { return {400, "BadParameter", message}; }

http::Response error_response(const Refusal& refusal) {
  json::object error{{"code", refusal.code}, {"message", refusal.what()}};
  if (!refusal.inner.empty()) error["innererror"] = json::object{{"code", refusal.inner}};
  auto response = json_response(json::object{{"error", std::move(error)}});
  response.status = refusal.status;
  return response;
}

http::Response json_response(const json::value& value) {
  return {200, std::string(json_type), {}, json::serialize(value), nullptr};
}

KeyRequest parse_create(std::string_view text) {
  const Body body(text);
  const auto* type = body.find("kty");
  if (type == nullptr || text_in(*type, "kty") != "RSA")
    throw bad_parameter(
        "kty is not RSA, the one kind this vault makes: it keeps keys in software.");
  if (const auto* exponent = body.find("public_exponent");
      exponent && !exponent->is_null() && number_in(*exponent, "public_exponent") != 65537)
    throw bad_parameter("public_exponent is not 65537.");
  const auto bits = size_in(body);
  const auto change = change_in(body);
  Properties properties;
  properties.enabled = change.enabled.value_or(true);
  properties.not_before = change.not_before;
  properties.expires = change.expires;
  properties.operations = change.operations.value_or(
      std::vector<std::string>(known_operations.begin(), known_operations.end()));
  properties.tags = change.tags.value_or(std::map<std::string, std::string>{});
  return {bits, std::move(properties)};
}

Change parse_change(std::string_view text) { return change_in(Body(text)); }

Secret parse_operation(std::string_view text) {
  const Body body(text);
  const auto* algorithm = body.find("alg");
  if (algorithm == nullptr || text_in(*algorithm, "alg") != "RSA-OAEP-256")
    throw bad_parameter("alg is not RSA-OAEP-256, the one algorithm this vault offers.");
  const auto* value = body.find("value");
  if (value == nullptr || !value->is_string()) throw bad_parameter("value is not a string.");
  const std::string_view coded = value->as_string();
  try {
    auto octets = from_base64url(coded);
    Secret out(octets.begin(), octets.end());
    OPENSSL_cleanse(octets.data(), octets.size());
    return out;
  } catch (const Error&) {
    throw bad_parameter("value is not base64url without padding.");
  }
}

std::string kid_of(std::string_view origin, const KeyVersion& key) {
  return std::string(origin) + "/keys/" + key.name + '/' + key.version;
}

json::object key_bundle(std::string_view origin, const KeyVersion& key) {
  const json::array operations(key.properties.operations.begin(), key.properties.operations.end());
  json::object out{{"key",
                    {{"kid", kid_of(origin, key)},
                     {"kty", "RSA"},
                     {"key_ops", operations},
                     {"n", to_base64url(key.key->public_part().modulus())},
                     {"e", to_base64url(key.key->public_part().exponent())}}},
                   {"attributes", attributes_of(key)}};
  add_tags(out, key);
  return out;
}

json::object key_item(std::string_view origin, const KeyVersion& key, KidForm form) {
  auto kid = kid_of(origin, key);
  if (form == KidForm::without_version) kid.resize(kid.rfind('/'));
  json::object out{{"kid", kid}, {"attributes", attributes_of(key)}};
  add_tags(out, key);
  return out;
}

http::Response operation_response(const std::string& kid, ByteView value) {
  auto coded = to_base64url(value);
  http::Response response{200, std::string(json_type), {}, {}, nullptr};
  response.body.reserve(kid.size() + coded.size() + 32);  // so that no copy is left behind
  response.body += "{\"kid\":\"";
  response.body += kid;
  response.body += "\",\"value\":\"";
  response.body += coded;
  response.body += "\"}";
  OPENSSL_cleanse(coded.data(), coded.size());
  return response;
}

}  // namespace vault
