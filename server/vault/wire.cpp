#include "server/vault/wire.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::string_view json_type = "application/json; charset=utf-8";

json::object attributes_of(const Frame& frame, const KeyVersion& key) {
  json::object out{{"enabled", key.properties.enabled}};
  if (key.properties.not_before) out["nbf"] = *key.properties.not_before;
  if (key.properties.expires) out["exp"] = *key.properties.expires;
  out["created"] = key.created;
  out["updated"] = key.updated;
  out["recoveryLevel"] = frame.recovery.level();
  out["recoverableDays"] = frame.recovery.days;
  out["exportable"] = false;
  return out;
}

void add_tags(json::object& out, const KeyVersion& key) {
  if (key.properties.tags.empty()) return;
  json::object tags;
  for (const auto& [name, value] : key.properties.tags) tags[name] = value;
  out["tags"] = std::move(tags);
}

json::object with_deletion(json::object out, const Frame& frame, const DeletedKey& key) {
  out["recoveryId"] = frame.origin + "/deletedkeys/" + key.latest->name;
  out["deletedDate"] = key.deletion.at;
  out["scheduledPurgeDate"] = key.deletion.purge_at;
  return out;
}

}  // namespace

http::Response error_response(const Refusal& refusal) {
  json::object error{{"code", refusal.code}, {"message", refusal.what()}};
  if (!refusal.inner.empty()) error["innererror"] = json::object{{"code", refusal.inner}};
  if (!refusal.hint.empty()) error["hint"] = refusal.hint;
  auto response = json_response(json::object{{"error", std::move(error)}});
  response.status = refusal.status;
  return response;
}

http::Response json_response(const json::value& value) {
  http::Response response;
  response.content_type = json_type;
  response.body = json::serialize(value);
  return response;
}

std::string kid_of(const Frame& frame, const KeyVersion& key) {
  return frame.origin + "/keys/" + key.name + '/' + key.version;
}

json::object key_bundle(const Frame& frame, const KeyVersion& key) {
  const json::array operations(key.properties.operations.begin(), key.properties.operations.end());
  json::object out{{"key",
                    {{"kid", kid_of(frame, key)},
                     {"kty", frame.key_type},
                     {"key_ops", operations},
                     {"n", to_base64url(key.held->public_part().modulus())},
                     {"e", to_base64url(key.held->public_part().exponent())}}},
                   {"attributes", attributes_of(frame, key)}};
  add_tags(out, key);
  return out;
}

json::object deleted_bundle(const Frame& frame, const DeletedKey& key) {
  return with_deletion(key_bundle(frame, *key.latest), frame, key);
}

json::object key_item(const Frame& frame, const KeyVersion& key, KidForm form) {
  auto kid = kid_of(frame, key);
  if (form == KidForm::without_version) kid.resize(kid.rfind('/'));
  json::object out{{"kid", kid}, {"attributes", attributes_of(frame, key)}};
  add_tags(out, key);
  return out;
}

json::object deleted_item(const Frame& frame, const DeletedKey& key) {
  return with_deletion(key_item(frame, *key.latest, KidForm::without_version), frame, key);
}

http::Response operation_response(const std::string& kid, ByteView value) {
  auto coded = to_base64url(value);
  http::Response response;
  response.content_type = json_type;
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
