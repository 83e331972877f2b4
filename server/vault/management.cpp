#include "server/vault/management.h"

#include <boost/json.hpp>

#include "server/vault/body.h"
#include "server/vault/wire.h"

namespace vault {
namespace {

namespace json = boost::json;

Refusal no_such_path() { return {404, "NotFound", "There is no such path."}; }

std::string text_member(const http::Request& request, std::string_view name) {
  const Body body(request.body);
  const auto* value = body.find(name);
  if (value == nullptr) throw bad_parameter(std::string(name) + " is missing.");
  return text_in(*value, name);
}

json::object described(const Client& client) {
  return {{"name", client.name},
          {"id", client.id},
          {"allow", names_of(client.allowed)},
          {"created", client.created},
          {"token", !client.token.empty()},
          {"secrets", client.secrets.size()},
          {"certificates", client.certificates.size()}};
}

http::Response done() { return json_response(json::object{}); }

}  // namespace

std::optional<http::Response> Management::answer(const http::Request& request,
                                                 const http::Target& target, AuditEntry& entry) {
  const auto& parts = target.segments;
  if (parts.front() != "clients" && parts.front() != "faults") return std::nullopt;
  entry.operation = request.method + ' ' + parts.front();
  if (parts.size() > 2) entry.operation += '/' + parts[2];
  if (parts.size() > 1) entry.key = parts[1];
  if (parts.front() == "clients" && parts.size() == 1 && request.method == "GET")
    return all_clients();
  if (parts.front() == "clients" && parts.size() == 1 && request.method == "POST")
    return add_client(request, entry);
  if (parts.front() == "clients" && (parts.size() == 2 || parts.size() == 3))
    return change_client(request, target);
  if (parts.size() == 1 && request.method == "GET") return all_faults();
  if (parts.size() == 2 && request.method == "PUT") {
    faults_.set(parts[1], disturbance_of(Body(request.body).root()));
    return all_faults();
  }
  if (parts.size() == 2 && request.method == "DELETE") {
    faults_.clear(parts[1]);
    return all_faults();
  }
  throw no_such_path();
}

http::Response Management::all_clients() {
  json::array all;
  for (const auto& client : clients_.list()) all.push_back(described(client));
  return json_response(all);
}

http::Response Management::add_client(const http::Request& request, AuditEntry& entry) {
  const auto name = text_member(request, "name");
  entry.key = name.substr(0, 64);
  const auto allowed = permissions_of(text_member(request, "allow"));
  return json_response(described(clients_.add(name, allowed, clock_.now())));
}

http::Response Management::change_client(const http::Request& request, const http::Target& target) {
  const auto& name = target.segments[1];
  const auto what = request.method + ' ' + (target.segments.size() > 2 ? target.segments[2] : "");
  if (what == "PATCH ")
    clients_.allow(name, permissions_of(text_member(request, "allow")));
  else if (what == "DELETE ")
    clients_.remove(name);
  else if (what == "POST token")
    return json_response(json::object{{"token", text_of(clients_.add_token(name))}});
  else if (what == "POST secrets")
    return json_response(
        json::object{{"secret", text_of(clients_.add_secret(name, clock_.now()))}});
  else if (what == "DELETE secrets")
    clients_.remove_secrets(name);
  else if (what == "POST certificates")
    clients_.add_certificate(name, text_member(request, "pem"));
  else
    throw no_such_path();
  return done();
}

http::Response Management::all_faults() const {
  json::array all;
  for (const auto& [target, fault] : faults_.list()) {
    json::object item = to_json(fault);
    item["for"] = target;
    all.push_back(std::move(item));
  }
  return json_response(all);
}

}  // namespace vault
