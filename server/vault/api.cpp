#include "server/vault/api.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/log.h"
#include "server/vault/wire.h"

namespace vault {
namespace {

constexpr std::array<std::string_view, 4> api_versions{"7.4", "7.5", "7.6", "2025-07-01"};
constexpr std::size_t id_limit = 128;

// RFC 9562 section 5.4.
std::string random_uuid() {
  auto octets = random_octets(16);
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0f) | 0x40);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3f) | 0x80);
  auto text = to_hex(octets);
  for (const auto at : {20, 16, 12, 8}) text.insert(static_cast<std::size_t>(at), 1, '-');
  return text;
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
    case Fault::denied:
      return forbidden(error.what());
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

}  // namespace

Api::Api(Store& store, Authority& authority, AuditLog& audit, const Clock& clock,
         Challenge challenge)
    : operations_(store, clock),
      authority_(authority),
      audit_(audit),
      clock_(clock),
      challenge_(std::move(challenge)) {}

http::Response Api::refuse(unsigned status, std::string_view text) {
  auto response = error_response(
      {status, status < 500 ? "BadParameter" : "InternalServerError", std::string(text)});
  AuditEntry entry;
  entry.request = random_uuid();
  add_headers(response, entry);
  return response;
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
    throw forbidden("The caller may not " + entry.operation + " here.", "ForbiddenByPolicy");
  return operations_.perform(route, request, target, entry);
}

http::Response Api::challenge(const http::Request& request) const {
  auto response =
      error_response({401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token."});
  response.headers.push_back({"WWW-Authenticate", "Bearer authorization=\"" + origin_of(request) +
                                                      '/' + challenge_.tenant + "\", resource=\"" +
                                                      challenge_.resource + '"'});
  return response;
}

}  // namespace vault
