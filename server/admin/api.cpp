#include "server/admin/api.h"

#include "base/error.h"
#include "base/log.h"
#include "server/admin/audited_act.h"
#include "server/admin/people.h"
#include "server/admin/response.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

unsigned status_of(Fault fault) {
  switch (fault) {
    case Fault::invalid:
      return 400;
    case Fault::denied:
      return 403;
    case Fault::not_found:
      return 404;
    case Fault::exists:
    case Fault::read_only:
    case Fault::limit:
      return 409;
    case Fault::too_big:
      return 413;
    case Fault::over_quota:
      return 507;
    case Fault::corrupt:
      return 500;
    case Fault::unavailable:
      return 503;
  }
  return 500;
}

http::Response failed(unsigned status, std::string_view fault, std::string_view message,
                      std::string_view hint) {
  json::object error{{"fault", fault}, {"message", message}};
  if (!hint.empty()) error["hint"] = hint;
  return json_response({{"error", std::move(error)}}, status);
}

// The segments that {} stands for; nothing when the path is another one.
std::optional<std::vector<std::string>> matched(std::string_view path,
                                                const std::vector<std::string>& segments) {
  std::vector<std::string> names;
  for (const auto& segment : segments) {
    if (path.empty()) return std::nullopt;
    path.remove_prefix(1);  // the slash
    const auto wanted = path.substr(0, path.find('/'));
    path.remove_prefix(wanted.size());
    if (wanted == "{}" && !segment.empty())
      names.push_back(segment);
    else if (wanted != segment)
      return std::nullopt;
  }
  if (!path.empty()) return std::nullopt;
  return names;
}

Caller called_by(const http::Peer& peer) {
  const auto user = peer.process ? peer.process->user : nobody;
  return {user, peer.process ? described_user(user) : peer.address, policy::new_request_id()};
}

// Without what follows a question mark.
std::string asked_for(const http::Request& request) {
  return request.method + " " + request.target.substr(0, request.target.find('?'));
}

std::string described(policy::RoleSet roles) {
  std::string all;
  for (const auto role : policy::all_roles)
    if (roles.has(role)) all += (all.empty() ? "" : " or ") + std::string(name_of(role));
  return all;
}

}  // namespace

Api::Api(Parts parts)
    : parts_(std::move(parts)),
      refusals_(parts_.audit, parts_.clock),
      started_(parts_.clock.now()) {}

http::Application Api::application() {
  return {.handle = [this](const http::Request& request) { return handle(request); },
          .refuse = refuse,
          .objection = [this](const http::Peer& peer) { return objection(peer); }};
}

std::optional<http::Response> Api::objection(const http::Peer& peer) {
  if (peer.process && parts_.admins.may_connect(peer.process->user)) return {};
  const Error error(Fault::denied,
                    "the admin socket is for root, the server's own user and [admin] users",
                    "see `users` of [admin] in the configuration");
  parts_.later([this, peer, error] {
    try {
      record_refusal(called_by(peer), "connect", error);
    } catch (const Error& failure) {
      logging::error("audit_failed", {{"reason", failure.what()}});
    }
  });
  return failed(status_of(error.fault()), name_of(error.fault()), error.what(), error.hint());
}

http::Response Api::handle(const http::Request& request) {
  try {
    if (auto refused = objection(request.peer)) return std::move(*refused);
    return answer(request);
  } catch (const Error& error) {
    if (error.fault() == Fault::corrupt) logging::error("admin.failed", {{"error", error.what()}});
    return failed(status_of(error.fault()), name_of(error.fault()), error.what(), error.hint());
  }
}

http::Response Api::refuse(unsigned status, std::string_view text) {
  return failed(status, name_of(status >= 500 ? Fault::unavailable : Fault::invalid), text, {});
}

http::Response Api::answer(const http::Request& request) {
  const auto caller = called_by(request.peer);
  const auto target = http::parse_target(request.target);
  for (const auto& more : parts_.more)
    for (const auto& access : more.access)
      if (const auto names = matched(access.path, target.segments);
          names && access.method == request.method)
        return performed(access, caller, *names, request, [&] {
          if (auto answered = more.answer(request, target)) return std::move(*answered);
          throw Error(Fault::not_found, "no such path");
        });
  bool known = false;
  for (const auto& route : routes()) {
    const auto names = matched(route.path, target.segments);
    if (!names) continue;
    known = true;
    if (route.method != request.method) continue;
    const Access access{route.method, route.path, route.roles, route.operation};
    return performed(access, caller, *names, request, [&] {
      Call call{parts_, caller, started_, *names, target, Fields(request.body)};
      return json_response(route.handle(call));
    });
  }
  if (known) return failed(405, name_of(Fault::invalid), "no such method here", {});
  throw Error(Fault::not_found, "no such path");
}

// The one place where roles are asked for and changes go on record.
http::Response Api::performed(const Access& access, const Caller& caller,
                              const std::vector<std::string>& names, const http::Request& request,
                              const std::function<http::Response()>& act) {
  require_role(access, caller, request);
  if (access.operation.empty()) return act();
  AuditedAct audited(parts_, caller, access, names, request.body);
  if (audited.is_rehearsal()) return act();
  audited.begin();
  http::Response response;
  try {
    response = act();
  } catch (const Error& error) {
    audited.fail(name_of(error.fault()), error.what());
    throw;
  } catch (const std::exception& error) {
    audited.fail("failed", error.what());
    throw;
  }
  audited.succeed(response.body);
  return response;
}

void Api::require_role(const Access& access, const Caller& caller, const http::Request& request) {
  const auto& roles = parts_.admins;
  if (roles.of(caller.user).meets(access.roles)) return;
  std::string grantors;
  for (const auto user : roles.holders(policy::Role::policy_admin))
    grantors += (grantors.empty() ? "" : " or ") + described_user(user);
  const auto needed = access.roles == policy::any_role ? "any role" : described(access.roles);
  const Error error(Fault::denied,
                    caller.name + " does not hold the role that this needs: " + needed,
                    grantors + " can grant it: sealpost role grant USER ROLE");
  record_refusal(caller, access.operation.empty() ? asked_for(request) : access.operation, error);
  throw error;
}

void Api::record_refusal(const Caller& caller, std::string_view operation, const Error& error) {
  auto event = refused_event(caller, operation);
  event.details = {{"Reason", error.what()}};
  refusals_.record(caller.user, std::move(event));
}

}  // namespace server::admin
