#include "server/vault/api.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/log.h"
#include "server/vault/page.h"
#include "server/vault/wire.h"

namespace vault {
namespace {

constexpr std::array<std::string_view, 4> api_versions{"7.4", "7.5", "7.6", "2025-07-01"};
constexpr std::size_t host_limit = 255;
constexpr std::size_t id_limit = 128;
// One text for every unwrap that fails, so that nothing can be learned from it.
constexpr const char* incorrect = "The parameter is incorrect.";

// RFC 9562 section 5.4.
std::string random_uuid() {
  auto octets = random_octets(16);
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0f) | 0x40);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3f) | 0x80);
  auto text = to_hex(octets);
  for (const auto at : {20, 16, 12, 8}) text.insert(static_cast<std::size_t>(at), 1, '-');
  return text;
}

// "https://host:port" as the client has it: it takes kids apart and compares.
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

http::Target target_of(const http::Request& request) {
  try {
    return http::parse_target(request.target);
  } catch (const Error& error) {
    throw bad_parameter(error.what());
  }
}

void check_api_version(const http::Target& target) {
  const auto version = target.value("api-version");
  if (!version || std::ranges::find(api_versions, *version) == api_versions.end())
    throw bad_parameter("api-version is not 7.4, 7.5, 7.6 or 2025-07-01.");
}

std::string client_id_of(const http::Request& request) {
  return std::string(request.header("x-ms-client-request-id").value_or("").substr(0, id_limit));
}

Refusal from(const Error& error) {
  switch (error.fault()) {
    case Fault::not_found:
      return {404, "KeyNotFound", error.what()};
    case Fault::invalid:
    case Fault::limit:
      return bad_parameter(error.what());
    case Fault::unavailable:
      return {503, "ServiceUnavailable", "The vault cannot do this now."};
    default:
      return {500, "InternalServerError", "The vault has failed."};
  }
}

void add_headers(http::Response& response, const AuditEntry& entry) {
  response.headers.push_back({"Cache-Control", "no-cache"});
  response.headers.push_back({"Pragma", "no-cache"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Strict-Transport-Security", "max-age=31536000"});
  response.headers.push_back({"x-ms-keyvault-region", "local"});
  response.headers.push_back({"x-ms-keyvault-service-version", "sealvault"});
  response.headers.push_back({"x-ms-request-id", entry.request});
  if (!entry.client_request.empty())
    response.headers.push_back({"x-ms-client-request-id", entry.client_request});
}

bool permits(const KeyVersion& key, Operation operation) {
  return std::ranges::find(key.properties.operations, name_of(operation)) !=
         key.properties.operations.end();
}

}  // namespace

Api::Api(Store& store, Authority& authority, AuditLog& audit, const Clock& clock,
         Challenge challenge)
    : store_(store),
      authority_(authority),
      audit_(audit),
      clock_(clock),
      challenge_(std::move(challenge)) {}

http::Response Api::refuse(unsigned status, std::string_view text) {
  return error_response(
      {status, status < 500 ? "BadParameter" : "InternalServerError", std::string(text)});
}

http::Response Api::handle(const http::Request& request) {
  AuditEntry entry;
  entry.time = clock_.now();
  entry.request = random_uuid();
  entry.client_request = client_id_of(request);
  http::Response response;
  const auto refused = [&](const Refusal& refusal) {
    entry.code = refusal.code + (refusal.inner.empty() ? "" : "/" + refusal.inner);
    response = error_response(refusal);
  };
  try {
    response = answer(request, entry);
  } catch (const Refusal& refusal) {
    refused(refusal);
  } catch (const Error& error) {
    logging::warning("request failed", {{"request", entry.request}, {"text", error.what()}});
    refused(from(error));
  }
  entry.status = response.status;
  if (!entry.caller.empty()) audit_.add(entry);
  add_headers(response, entry);
  return response;
}

http::Response Api::answer(const http::Request& request, AuditEntry& entry) {
  const auto caller = authority_.caller(request);
  if (!caller) return challenge(request);
  entry.caller = caller->name;
  const auto target = target_of(request);
  check_api_version(target);
  const auto route = route_of(request.method, target);
  entry.operation = name_of(route.operation);
  entry.key = route.name;
  if (!caller->allowed.contains(permission_for(route.operation)))
    throw Refusal(403, "Forbidden", "The caller may not " + entry.operation + " here.",
                  "ForbiddenByPolicy");
  return perform(route, request, target, entry);
}

http::Response Api::challenge(const http::Request& request) const {
  auto response =
      error_response({401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token."});
  response.headers.push_back({"WWW-Authenticate", "Bearer authorization=\"" + origin_of(request) +
                                                      '/' + challenge_.tenant + "\", resource=\"" +
                                                      challenge_.resource + '"'});
  return response;
}

http::Response Api::perform(const Route& route, const http::Request& request,
                            const http::Target& target, AuditEntry& entry) {
  switch (route.operation) {
    case Operation::create:
      return create(route, request, entry);
    case Operation::get:
      return json_response(key_bundle(origin_of(request), *found(route, entry)));
    case Operation::update:
      return update(route, request, entry);
    case Operation::list_keys:
    case Operation::list_versions:
      return list(route, request, target);
    case Operation::wrap:
    case Operation::unwrap:
      return transform(route, request, entry);
  }
  throw Refusal(500, "InternalServerError", "The vault has failed.");
}

http::Response Api::create(const Route& route, const http::Request& request, AuditEntry& entry) {
  const auto origin = origin_of(request);
  const auto asked = parse_create(request.body);
  const auto key = store_.create(route.name, asked.bits, asked.properties);
  entry.key = key->name + '/' + key->version;
  return json_response(key_bundle(origin, *key));
}

http::Response Api::update(const Route& route, const http::Request& request, AuditEntry& entry) {
  const auto origin = origin_of(request);
  const auto key = found(route, entry);
  const auto changed = store_.change(key->name, key->version, parse_change(request.body));
  return json_response(key_bundle(origin, *changed));
}

http::Response Api::list(const Route& route, const http::Request& request,
                         const http::Target& target) {
  const auto origin = origin_of(request);
  if (route.operation == Operation::list_keys)
    return page_of(store_.latest(), KidForm::without_version, origin, "/keys", target);
  const auto versions = store_.versions(route.name);
  if (versions.empty()) throw Refusal(404, "KeyNotFound", "There is no such key.");
  return page_of(versions, KidForm::with_version, origin, "/keys/" + route.name + "/versions",
                 target);
}

http::Response Api::transform(const Route& route, const http::Request& request, AuditEntry& entry) {
  const auto origin = origin_of(request);
  const auto key = found(route, entry);
  check_usable(*key, route.operation);
  const auto octets = parse_operation(request.body);
  const auto kid = kid_of(origin, *key);
  if (route.operation == Operation::wrap) {
    if (octets.empty()) throw bad_parameter("value is empty.");
    return operation_response(kid, key->key->public_part().wrap(octets));
  }
  const auto plain = key->key->decrypt(octets);
  if (!plain) throw bad_parameter(incorrect);
  return operation_response(kid, *plain);
}

KeySnapshot Api::found(const Route& route, AuditEntry& entry) const {
  auto key = store_.find(route.name, route.version);
  if (!key) throw Refusal(404, "KeyNotFound", "There is no such key or version.");
  entry.key = key->name + '/' + key->version;
  return key;
}

// Expiry stops wrapping, never unwrapping: only disabling revokes.
void Api::check_usable(const KeyVersion& key, Operation operation) const {
  if (!key.properties.enabled)
    throw Refusal(403, "Forbidden", "This version of the key is disabled.", "KeyDisabled");
  if (!permits(key, operation))
    throw Refusal(403, "Forbidden", "The key does not permit this operation.",
                  "KeyOperationForbidden");
  const auto now = clock_.now();
  const bool in_time = key.properties.not_before.value_or(now) <= now &&
                       now < key.properties.expires.value_or(now + 1);
  if (operation == Operation::wrap && !in_time)
    throw Refusal(403, "Forbidden", "The key is not yet valid, or has expired.",
                  "KeyNotYetValidOrExpired");
}

}  // namespace vault
