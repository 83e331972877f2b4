#include "server/vault/api.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/log.h"
#include "server/vault/uuid.h"
#include "server/vault/wire.h"

namespace vault {
namespace {

constexpr std::array<std::string_view, 4> api_versions{"7.4", "7.5", "7.6", "2025-07-01"};
constexpr std::size_t id_limit = 128;
constexpr unsigned new_key_cost = 40;
constexpr unsigned recorded_strangers = 100;

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

unsigned cost_of(Operation operation) {
  const bool makes = operation == Operation::create || operation == Operation::import ||
                     operation == Operation::rotate || operation == Operation::restore;
  return makes ? new_key_cost : 1;
}

Refusal from(const Error& error) {
  switch (error.fault()) {
    case Fault::not_found:
      return {404, "KeyNotFound", error.what()};
    case Fault::exists:
      return {409, "Conflict", error.what()};
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

Api::Api(const ApiParts& parts, Challenge challenge, const ApiLimits& limits)
    : operations_(parts.store, parts.clock),
      management_(parts.clients, parts.faults, parts.clock),
      token_endpoint_(parts.clients, parts.tokens, challenge, parts.clock),
      authority_(parts.authority),
      audit_(parts.audit),
      faults_(parts.faults),
      clock_(parts.clock),
      challenge_(std::move(challenge)),
      throttle_(limits.requests, parts.clock),
      strangers_(recorded_strangers, parts.clock) {}

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
    entry.code += refusal.code + (refusal.inner.empty() ? "" : "/" + refusal.inner);
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
  if (const auto caller = authority_.caller(request)) {
    entry.caller = caller->name;
    return answer_known(*caller, request, target_of(request), entry);
  }
  try {
    if (auto response = token(request, http::parse_target(request.target), entry))
      return std::move(*response);
  } catch (const Error& error) {
    if (error.fault() != Fault::invalid) throw;  // a target that is none gets the challenge too
  }
  return challenge(request, entry);
}

std::optional<http::Response> Api::token(const http::Request& request, const http::Target& target,
                                         AuditEntry& entry) {
  const auto fault = target.segments.front() == challenge_.tenant
                         ? faults_.next(token_endpoint_fault, std::nullopt)
                         : std::nullopt;
  if (fault)
    if (auto other = instead(*fault, std::nullopt)) return other;
  auto response = token_endpoint_.answer(request, target, entry);
  if (!response) return response;
  if (entry.caller == "unknown" && strangers_.charge("", 1) != 0) entry.caller.clear();
  return fault ? spoilt(*fault, std::move(*response)) : std::move(*response);
}

http::Response Api::answer_known(const Caller& caller, const http::Request& request,
                                 const http::Target& target, AuditEntry& entry) {
  if (caller.owner)
    if (auto response = management_.answer(request, target, entry)) return std::move(*response);
  check_api_version(target);
  const auto route = route_of(request.method, target);
  entry.operation = name_of(route.operation);
  entry.key = route.name;
  if (caller.owner) return perform_for_owner(caller, route, request, target, entry);
  if (auto wait = throttled(caller.name, cost_of(route.operation))) {
    entry.code = "Throttled";
    return std::move(*wait);
  }
  const auto fault = faults_.next(route.name, route.operation);
  if (fault) return answer_disturbed(*fault, caller, route, request, target, entry);
  return perform(caller, route, request, target, entry);
}

http::Response Api::answer_disturbed(const Disturbance& fault, const Caller& caller,
                                     const Route& route, const http::Request& request,
                                     const http::Target& target, AuditEntry& entry) {
  entry.code = "fault " + std::string(name_of(fault.kind)) + ' ';
  logging::warning("FAULT REHEARSED", {{"kind", name_of(fault.kind)}, {"key", route.name}});
  if (fault.kind == Disturbance::Kind::unauthorized) return challenge(request, entry);
  if (auto other = instead(fault, route.operation)) return std::move(*other);
  return spoilt(fault, perform(caller, route, request, target, entry));
}

// Why the vault cannot do it now is for its owner to know, and to mend.
http::Response Api::perform_for_owner(const Caller& owner, const Route& route,
                                      const http::Request& request, const http::Target& target,
                                      AuditEntry& entry) try {
  return perform(owner, route, request, target, entry);
} catch (const Error& error) {
  if (error.fault() != Fault::unavailable) throw;
  throw Refusal(503, "ServiceUnavailable", error.what(), {}, error.hint());
}

http::Response Api::perform(const Caller& caller, const Route& route, const http::Request& request,
                            const http::Target& target, AuditEntry& entry) {
  if (!caller.allowed.contains(permission_for(route.operation)))
    throw forbidden("The caller may not " + entry.operation + " here.", "ForbiddenByPolicy");
  return operations_.perform(route, request, target, entry);
}

std::optional<http::Response> Api::throttled(const std::string& caller, unsigned cost) {
  const auto wait = throttle_.charge(caller, cost);
  if (wait == 0) return std::nullopt;
  auto response = error_response({429, "Throttled", "There are too many requests of this caller."});
  response.headers.push_back({"Retry-After", std::to_string(wait)});
  return response;
}

// A request without any token is how clients begin, and is not recorded.
http::Response Api::challenge(const http::Request& request, AuditEntry& entry) {
  const bool recorded = request.header("authorization") && strangers_.charge("", 1) == 0;
  if (recorded && entry.caller.empty()) entry.caller = "unknown";
  entry.code += "Unauthorized";
  auto response =
      error_response({401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token."});
  response.headers.push_back({"WWW-Authenticate", "Bearer authorization=\"" + origin_of(request) +
                                                      '/' + challenge_.tenant + "\", resource=\"" +
                                                      challenge_.resource + '"'});
  return response;
}

}  // namespace vault
