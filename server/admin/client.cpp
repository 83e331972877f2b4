#include "server/admin/client.h"

#include "base/error.h"
#include "server/http/client.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr Fault faults[] = {Fault::invalid,   Fault::not_found,  Fault::exists,  Fault::denied,
                            Fault::read_only, Fault::over_quota, Fault::too_big, Fault::limit,
                            Fault::corrupt,   Fault::unavailable};

constexpr const char* not_ours = "is another program behind that socket? --socket PATH names it";

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

json::value answer_to(const std::filesystem::path& socket, http::Request request) {
  const auto response = http::ask_unix(socket, request);
  require_success(response);
  json::error_code error;
  auto value = json::parse(response.body, error);
  if (error) throw Error(Fault::unavailable, "the server's answer is no JSON", not_ours);
  return value;
}

}  // namespace

void require_success(const http::Response& response) {
  if (response.status < 400) return;
  json::error_code failure;
  const auto value = json::parse(response.body, failure);
  const auto* object = failure ? nullptr : value.if_object();
  const auto* member = object ? object->if_contains("error") : nullptr;
  const auto* error = member ? member->if_object() : nullptr;
  if (!error)
    throw Error(Fault::unavailable, "the server answered " + std::to_string(response.status),
                not_ours);
  const auto name = text_of(*error, "fault");
  for (const auto fault : faults)
    if (name_of(fault) == name)
      throw Error(fault, text_of(*error, "message"), text_of(*error, "hint"));
  throw Error(Fault::unavailable, text_of(*error, "message"), text_of(*error, "hint"));
}

json::value ask(const std::filesystem::path& socket, std::string_view method,
                const std::string& target) {
  return answer_to(
      socket,
      {.method = std::string(method), .target = target, .headers = {}, .body = {}, .peer = {}});
}

json::value ask(const std::filesystem::path& socket, std::string_view method,
                const std::string& target, const json::object& body) {
  return answer_to(socket, {.method = std::string(method),
                            .target = target,
                            .headers = {{"Content-Type", "application/json"}},
                            .body = json::serialize(body),
                            .peer = {}});
}

}  // namespace server::admin
