#include "server/vault/key_operations.h"

#include <algorithm>

#include "server/vault/page.h"
#include "server/vault/requests.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::size_t host_limit = 255;
// What a restore may be long (serve.cpp limits the body), in base64url.
constexpr std::size_t backup_limit = 1000 * 1024;
// One text for every unwrap that fails, so that nothing can be learned from it.
constexpr const char* incorrect = "The parameter is incorrect.";

bool permits(const KeyVersion& key, std::string_view operation) {
  return std::ranges::find(key.properties.operations, operation) != key.properties.operations.end();
}

// Expiry stops what makes something new, never what opens or checks what there is.
bool obeys_times(Operation operation) {
  return operation == Operation::wrap || operation == Operation::encrypt ||
         operation == Operation::sign;
}

http::Response transformed(const std::string& kid, const KeyVersion& key, Operation operation,
                           std::string_view body) {
  const auto octets = parse_operation(body);
  if (operation == Operation::wrap || operation == Operation::encrypt) {
    if (octets.empty()) throw bad_parameter("value is empty.");
    return operation_response(kid, key.held->public_part().wrap(octets));
  }
  const auto plain = key.held->decrypt(octets);
  if (!plain) throw bad_parameter(incorrect);
  return operation_response(kid, *plain);
}

}  // namespace

struct KeyOperations::Call {
  const Route& route;
  const http::Request& request;
  const http::Target& target;
  AuditEntry& entry;
  const Frame frame;
};

std::string origin_of(const http::Request& request) {
  const auto host = request.header("host").value_or("");
  const auto fine = [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view(".-:[]").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (host.empty() || host.size() > host_limit || !std::ranges::all_of(host, fine))
    throw bad_parameter("The Host header is missing or malformed.");
  return "https://" + std::string(host);
}

http::Response KeyOperations::perform(const Route& route, const http::Request& request,
                                      const http::Target& target, AuditEntry& entry) {
  const Frame frame{origin_of(request), store_.recovery(), std::string(store_.key_type())};
  return perform({route, request, target, entry, frame});
}

http::Response KeyOperations::perform(const Call& call) {
  const auto& name = call.route.name;
  switch (call.route.operation) {
    case Operation::create:
      return create(call);
    case Operation::import:
      return import(call);
    case Operation::get:
      return bundle(call, found(call));
    case Operation::update: {
      const auto key = found(call);
      return bundle(call, store_.change(name, key->version, parse_change(call.request.body)));
    }
    case Operation::remove:
      return json_response(deleted_bundle(call.frame, store_.remove(name)));
    case Operation::list_keys:
    case Operation::list_versions:
    case Operation::list_deleted:
      return list(call);
    case Operation::get_deleted:
      return json_response(deleted_bundle(call.frame, store_.deleted_key(name)));
    case Operation::recover:
      return bundle(call, store_.recover(name));
    case Operation::purge:
      store_.purge(name);
      return {.status = 204, .content_type = {}, .headers = {}, .body = {}, .more = nullptr};
    case Operation::backup: {
      const auto blob = to_base64url(store_.backup(name));
      if (blob.size() > backup_limit)
        throw bad_parameter("The key has too many versions for a backup. Copy the directory.");
      return json_response(json::object{{"value", blob}});
    }
    case Operation::restore:
      return restore(call);
    case Operation::rotate:
      return bundle(call, store_.rotate(name));
    case Operation::get_rotation:
      return rotation(call, store_.rotation(name));
    case Operation::set_rotation:
      found(call);
      return rotation(call,
                      store_.set_rotation(name, parse_rotation(call.request.body, clock_.now())));
    default:
      return use(call);
  }
}

http::Response KeyOperations::bundle(const Call& call, const KeySnapshot& key) const {
  call.entry.key = key->name + '/' + key->version;
  return json_response(key_bundle(call.frame, *key));
}

// Where hardware holds the keys it may hold more than it was asked to; not the other way round.
void KeyOperations::check_type(const std::string& asked) const {
  if (asked == store_.key_type() || asked + "-HSM" == store_.key_type()) return;
  if (asked == "RSA-HSM")
    throw bad_parameter("kty is RSA-HSM, but this vault keeps its keys in software.");
  throw bad_parameter("kty is not RSA, the one kind of key that this vault makes.");
}

http::Response KeyOperations::create(const Call& call) {
  const auto asked = parse_create(call.request.body);
  check_type(asked.type);
  return bundle(call, store_.create(call.route.name, asked.bits, asked.properties));
}

http::Response KeyOperations::import(const Call& call) {
  const auto asked = parse_import(call.request.body);
  check_type(asked.type);
  return bundle(call, store_.import(call.route.name, asked.pkcs8, asked.properties));
}

http::Response KeyOperations::restore(const Call& call) {
  const auto key = store_.restore(parse_restore(call.request.body));
  return bundle(call, key);
}

http::Response KeyOperations::list(const Call& call) {
  const auto& origin = call.frame.origin;
  if (call.route.operation == Operation::list_keys)
    return page_of(listed_keys(call.frame, store_.latest()), origin, "/keys", call.target);
  if (call.route.operation == Operation::list_deleted)
    return page_of(listed_deleted(call.frame, store_.deleted()), origin, "/deletedkeys",
                   call.target);
  const auto versions = store_.versions(call.route.name);
  if (versions.empty()) throw no_such_key();
  return page_of(listed_versions(call.frame, versions), origin,
                 "/keys/" + call.route.name + "/versions", call.target);
}

http::Response KeyOperations::rotation(const Call& call, const RotationPolicy& policy) const {
  auto out = to_json(policy);
  out["id"] = call.frame.origin + "/keys/" + call.route.name + "/rotationpolicy";
  return json_response(out);
}

http::Response KeyOperations::use(const Call& call) {
  const auto key = found(call);
  const auto operation = call.route.operation;
  check_usable(*key, operation);
  const auto kid = kid_of(call.frame, *key);
  if (operation == Operation::sign) {
    const auto asked = parse_sign(call.request.body);
    return operation_response(kid, key->held->sign(asked.scheme, asked.digest));
  }
  if (operation == Operation::verify) {
    const auto asked = parse_verify(call.request.body);
    const bool fine = key->held->public_part().verify(asked.scheme, asked.digest, asked.signature);
    return json_response(json::object{{"value", fine}});
  }
  return transformed(kid, *key, operation, call.request.body);
}

KeySnapshot KeyOperations::found(const Call& call) const {
  auto key = store_.find(call.route.name, call.route.version);
  if (!key) throw no_such_key();
  call.entry.key = key->name + '/' + key->version;
  return key;
}

void KeyOperations::check_usable(const KeyVersion& key, Operation operation) const {
  if (!key.properties.enabled)
    throw forbidden("This version of the key is disabled.", "KeyDisabled");
  if (!permits(key, name_of(operation)))
    throw forbidden("The key does not permit this operation.", "KeyOperationForbidden");
  const auto now = clock_.now();
  const bool in_time = key.properties.not_before.value_or(now) <= now &&
                       now < key.properties.expires.value_or(now + 1);
  if (obeys_times(operation) && !in_time)
    throw forbidden("The key is not yet valid, or has expired.", "KeyNotYetValidOrExpired");
}

}  // namespace vault
