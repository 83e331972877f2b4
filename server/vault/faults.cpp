#include "server/vault/faults.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/log.h"
#include "server/vault/body.h"
#include "server/vault/key.h"
#include "server/vault/master_key.h"
#include "server/vault/wire.h"

namespace vault {
namespace {

namespace json = boost::json;
using Kind = Disturbance::Kind;

constexpr std::array<std::string_view, 12> kind_names{
    "slow",     "drop",    "throttle", "error", "unauthorized", "denied",
    "disabled", "deleted", "expired",  "html",  "wrong-answer", "bad-certificate"};
constexpr std::int64_t longest_seconds = 3600, most_times = 1'000'000;
constexpr std::array<Operation, 22> operations{
    Operation::create,      Operation::import,    Operation::get,           Operation::update,
    Operation::remove,      Operation::list_keys, Operation::list_versions, Operation::list_deleted,
    Operation::get_deleted, Operation::recover,   Operation::purge,         Operation::backup,
    Operation::restore,     Operation::rotate,    Operation::get_rotation,  Operation::set_rotation,
    Operation::wrap,        Operation::unwrap,    Operation::encrypt,       Operation::decrypt,
    Operation::sign,        Operation::verify};

Kind kind_in(const json::value* value) {
  const auto name = value ? text_in(*value, "kind") : std::string();
  const auto found = std::ranges::find(kind_names, name);
  if (found != kind_names.end()) return static_cast<Kind>(found - kind_names.begin());
  std::string all;
  for (const auto each : kind_names) all += (all.empty() ? "" : ", ") + std::string(each);
  throw bad_parameter("kind is not one of " + all + '.');
}

std::optional<unsigned> unsigned_in(const json::object& from, std::string_view name,
                                    std::int64_t least, std::int64_t most) {
  const auto* value = present(from, name);
  if (value == nullptr) return std::nullopt;
  const auto number = number_in(*value, name);
  if (number < least || number > most) throw bad_parameter(std::string(name) + " is out of range.");
  return static_cast<unsigned>(number);
}

std::optional<Operation> operation_in(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  const auto name = text_in(*value, "operation");
  const auto found =
      std::ranges::find_if(operations, [&](Operation each) { return name_of(each) == name; });
  if (found == operations.end()) throw bad_parameter("There is no operation " + name + '.');
  return *found;
}

bool uses_key(std::optional<Operation> operation) {
  return operation && *operation >= Operation::wrap;
}

Refusal with_retry(unsigned status, const char* code) {
  return {status, code, "The vault rehearses a fault."};
}

http::Response page(unsigned status) {
  http::Response response;
  response.status = status;
  response.content_type = "text/html";
  response.body = "<html><head><title>Gateway</title></head><body>No upstream.</body></html>";
  return response;
}

void spoil_value(json::object& body) {
  auto* value = body.if_contains("value");
  if (value == nullptr || !value->is_string()) return;
  const auto size = value->as_string().size() * 3 / 4;
  *value = to_base64url(random_octets(size));
}

}  // namespace

std::string_view name_of(Kind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

Disturbance disturbance_of(const json::object& from) {
  Disturbance out{.kind = kind_in(present(from, "kind")),
                  .seconds = unsigned_in(from, "seconds", 0, longest_seconds).value_or(5),
                  .status = unsigned_in(from, "status", 400, 599).value_or(503),
                  .retry_after = unsigned_in(from, "retry_after", 0, longest_seconds),
                  .operation = operation_in(present(from, "operation")),
                  .times = unsigned_in(from, "times", 1, most_times)};
  if (out.kind == Kind::error && out.status < 500) throw bad_parameter("status is not 500 to 599.");
  return out;
}

json::object to_json(const Disturbance& fault) {
  json::object out{{"kind", name_of(fault.kind)}};
  if (fault.kind == Kind::slow) out["seconds"] = fault.seconds;
  if (fault.kind == Kind::error || fault.kind == Kind::html) out["status"] = fault.status;
  if (fault.retry_after) out["retry_after"] = *fault.retry_after;
  if (fault.operation) out["operation"] = name_of(*fault.operation);
  if (fault.times) out["times"] = *fault.times;
  return out;
}

void Faults::check_allowed() const {
  if (!allowed_)
    throw forbidden(
        "This vault rehearses no faults. Start it with sealvault serve --allow-faults.");
}

void Faults::set(std::string target, const Disturbance& fault) {
  check_allowed();
  const bool certificate = fault.kind == Kind::bad_certificate;
  if (certificate && target != all_keys)
    throw bad_parameter("A bad certificate is for all keys: TLS comes before the key is named.");
  {
    const std::lock_guard lock(mutex_);
    logging::warning("FAULT SET", {{"for", target}, {"kind", name_of(fault.kind)}});
    set_.insert_or_assign(lower_case(target), fault);
  }
  show();
}

void Faults::clear(const std::string& target) {
  check_allowed();
  {
    const std::lock_guard lock(mutex_);
    if (set_.erase(lower_case(target)) == 0)
      throw Refusal(404, "NotFound", "There is no fault for " + target + '.');
    logging::warning("FAULT CLEARED", {{"for", target}});
  }
  show();
}

void Faults::show() {
  bool bad = false;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [target, fault] : set_) bad = bad || fault.kind == Kind::bad_certificate;
    if (bad == shown_bad_) return;
    shown_bad_ = bad;
  }
  show_(bad);
}

std::map<std::string, Disturbance> Faults::list() const {
  const std::lock_guard lock(mutex_);
  return {set_.begin(), set_.end()};
}

std::optional<Disturbance> Faults::next(std::string_view target,
                                        std::optional<Operation> operation) {
  const std::lock_guard lock(mutex_);
  for (const auto& name : {lower_case(target), std::string(all_keys)}) {
    const auto found = set_.find(name);
    if (found == set_.end() || found->second.kind == Kind::bad_certificate) continue;
    auto& fault = found->second;
    if (fault.operation && fault.operation != operation) continue;
    const auto out = fault;
    if (fault.times && --*fault.times == 0) set_.erase(found);
    return out;
  }
  return std::nullopt;
}

std::optional<http::Response> instead(const Disturbance& fault,
                                      std::optional<Operation> operation) {
  http::Response response;
  switch (fault.kind) {
    case Kind::drop:
      response.cut = true;
      return response;
    case Kind::html:
      return page(fault.status);
    case Kind::throttle:
    case Kind::error: {
      response = error_response(fault.kind == Kind::throttle
                                    ? with_retry(429, "Throttled")
                                    : with_retry(fault.status, fault.status == 503
                                                                   ? "ServiceUnavailable"
                                                                   : "InternalServerError"));
      if (fault.retry_after)
        response.headers.push_back({"Retry-After", std::to_string(*fault.retry_after)});
      return response;
    }
    case Kind::denied:
      throw forbidden("The caller may not do this here.", "ForbiddenByPolicy");
    case Kind::deleted:
      throw no_such_key();
    case Kind::disabled:
      if (!uses_key(operation)) return std::nullopt;
      throw forbidden("This version of the key is disabled.", "KeyDisabled");
    case Kind::expired:
      if (!uses_key(operation)) return std::nullopt;
      throw forbidden("The key is not yet valid, or has expired.", "KeyNotYetValidOrExpired");
    default:
      return std::nullopt;
  }
}

http::Response spoilt(const Disturbance& fault, http::Response response) {
  if (fault.kind == Kind::slow) response.delay = std::chrono::seconds(fault.seconds);
  const bool changes = fault.kind == Kind::disabled || fault.kind == Kind::expired ||
                       fault.kind == Kind::wrong_answer;
  if (!changes || response.status != 200) return response;
  auto body = json::parse(response.body).as_object();
  if (auto* attributes = body.if_contains("attributes"); attributes && attributes->is_object()) {
    if (fault.kind == Kind::disabled) attributes->as_object()["enabled"] = false;
    if (fault.kind == Kind::expired) attributes->as_object()["exp"] = 1;
  }
  if (fault.kind == Kind::wrong_answer) spoil_value(body);
  response.body = json::serialize(body);
  return response;
}

}  // namespace vault
