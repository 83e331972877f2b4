#include "server/vault/requests.h"

#include <algorithm>
#include <array>

#include "server/vault/body.h"
#include "server/vault/jwk.h"
#include "server/vault/refusal.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> known_operations{"encrypt", "decrypt", "sign",
                                                           "verify",  "wrapKey", "unwrapKey"};
constexpr unsigned default_bits = 2048;
constexpr std::array<unsigned, 3> sizes{2048, 3072, 4096};
constexpr std::size_t tag_limit = 15, tag_text_limit = 256;
constexpr UnixTime latest_time = 253'402'300'799;  // the end of the year 9999

std::optional<UnixTime> time_in(const json::object& from, std::string_view name) {
  const auto* value = present(from, name);
  if (value == nullptr) return std::nullopt;
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
  std::map<std::string, std::string> out;
  for (const auto& each : object_in(value, "tags")) {
    auto text = text_in(each.value(), "A tag");
    if (each.key().size() > tag_text_limit || text.size() > tag_text_limit)
      throw bad_parameter("A tag is longer than 256 characters.");
    out.emplace(each.key(), std::move(text));
  }
  if (out.size() > tag_limit) throw bad_parameter("A key has at most 15 tags.");
  return out;
}

void read_attributes(const json::value& value, Change& change) {
  const auto& from = object_in(value, "attributes");
  if (const auto* enabled = present(from, "enabled")) change.enabled = bool_in(*enabled, "enabled");
  change.not_before = time_in(from, "nbf");
  change.expires = time_in(from, "exp");
  if (change.not_before && change.expires && *change.expires <= *change.not_before)
    throw bad_parameter("exp is not after nbf.");
  if (const auto* exportable = present(from, "exportable");
      exportable && bool_in(*exportable, "exportable"))
    throw bad_parameter("A key of this vault is never exportable.");
}

// `key_ops` may stand in another object than the rest.
Change change_in(const Body& body, const json::value* operations) {
  Change change;
  if (const auto* value = body.find("attributes")) read_attributes(*value, change);
  if (operations != nullptr) change.operations = operations_in(*operations);
  if (const auto* value = body.find("tags")) change.tags = tags_in(*value);
  return change;
}

Properties properties_of(const Change& change) {
  Properties properties;
  properties.operations.assign(known_operations.begin(), known_operations.end());
  return merged(std::move(properties), change);
}

unsigned size_in(const Body& body) {
  const auto* value = body.find("key_size");
  if (value == nullptr) return default_bits;
  const auto bits = number_in(*value, "key_size");
  if (std::ranges::find(sizes, bits) == sizes.end())
    throw bad_parameter("key_size is not 2048, 3072 or 4096.");
  return static_cast<unsigned>(bits);
}

SignRequest sign_request(const Body& body, std::string_view digest_member) {
  const auto* algorithm = body.find("alg");
  const auto scheme = signature_scheme(algorithm ? text_in(*algorithm, "alg") : "");
  if (!scheme) throw bad_parameter("alg is not RS256, RS384, RS512, PS256, PS384 or PS512.");
  const auto digest = octets_in(body.find(digest_member), digest_member);
  if (digest.size() != scheme->digest_size())
    throw bad_parameter("The digest does not have the length of alg's hash.");
  return {*scheme, {digest.begin(), digest.end()}, {}};
}

}  // namespace

CreateRequest parse_create(std::string_view text) {
  const Body body(text);
  const auto* type = body.find("kty");
  if (const auto* exponent = body.find("public_exponent");
      exponent && number_in(*exponent, "public_exponent") != 65537)
    throw bad_parameter("public_exponent is not 65537.");
  return {type ? text_in(*type, "kty") : "", size_in(body),
          properties_of(change_in(body, body.find("key_ops")))};
}

ImportRequest parse_import(std::string_view text) {
  const Body body(text);
  const auto* key = body.find("key");
  if (key == nullptr) throw bad_parameter("key is missing.");
  const auto& jwk = object_in(*key, "key");
  const auto* hardware = body.find("Hsm");
  const bool hsm = hardware && bool_in(*hardware, "Hsm");
  auto properties = properties_of(change_in(body, present(jwk, "key_ops")));
  return {hsm ? "RSA-HSM" : text_in(jwk.contains("kty") ? jwk.at("kty") : json::value(""), "kty"),
          pkcs8_of_jwk(jwk), std::move(properties)};
}

Change parse_change(std::string_view text) {
  const Body body(text);
  return change_in(body, body.find("key_ops"));
}

Secret parse_operation(std::string_view text) {
  const Body body(text);
  const auto* algorithm = body.find("alg");
  if (algorithm == nullptr || text_in(*algorithm, "alg") != "RSA-OAEP-256")
    throw bad_parameter("alg is not RSA-OAEP-256, the one algorithm this vault offers.");
  return octets_in(body.find("value"), "value");
}

SignRequest parse_sign(std::string_view text) { return sign_request(Body(text), "value"); }

SignRequest parse_verify(std::string_view text) {
  const Body body(text);
  auto request = sign_request(body, "digest");
  const auto signature = octets_in(body.find("value"), "value");
  request.signature.assign(signature.begin(), signature.end());
  return request;
}

Bytes parse_restore(std::string_view text) {
  const Body body(text);
  const auto octets = octets_in(body.find("value"), "value");
  return {octets.begin(), octets.end()};
}

RotationPolicy parse_rotation(std::string_view text, UnixTime now) {
  const Body body(text);
  return parse_rotation_policy(body.root(), now);
}

}  // namespace vault
