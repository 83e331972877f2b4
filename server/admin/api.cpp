#include "server/admin/api.h"

#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "policy/audit.h"
#include "server/admin/people.h"
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

http::Response json_response(unsigned status, const json::value& value) {
  return {.status = status,
          .content_type = "application/json",
          .headers = {{"Cache-Control", "no-store"}},
          .body = json::serialize(value) + "\n",
          .more = {}};
}

http::Response failed(unsigned status, std::string_view fault, std::string_view message,
                      std::string_view hint) {
  json::object error{{"fault", fault}, {"message", message}};
  if (!hint.empty()) error["hint"] = hint;
  return json_response(status, {{"error", std::move(error)}});
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

}  // namespace

Api::Api(Parts parts) : parts_(std::move(parts)), started_(parts_.clock.now()) {}

http::Application Api::application() {
  return {.handle = [this](const http::Request& request) { return handle(request); },
          .refuse = refuse,
          .objection = [this](const http::Peer& peer) { return objection(peer); }};
}

std::optional<http::Response> Api::objection(const http::Peer& peer) const {
  const auto may_ask = [&](uid_t user) {
    return user == 0 || user == geteuid() || parts_.users.contains(user);
  };
  if (peer.process && may_ask(peer.process->user)) return {};
  return failed(403, name_of(Fault::denied),
                "the admin socket is for root, the server's own user and [admin] users", {});
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
  const auto target = http::parse_target(request.target);
  for (const auto& more : parts_.more)
    if (auto answered = more(request, target)) return std::move(*answered);
  const auto user = request.peer.process->user;
  const Caller caller{user, described_user(user), policy::new_request_id()};
  bool known = false;
  for (const auto& route : routes()) {
    auto names = matched(route.path, target.segments);
    if (!names) continue;
    known = true;
    if (route.method != request.method) continue;
    Call call{parts_, caller, started_, std::move(*names), target, Fields(request.body)};
    return json_response(200, route.handle(call));
  }
  if (known) return failed(405, name_of(Fault::invalid), "no such method here", {});
  throw Error(Fault::not_found, "no such path");
}

}  // namespace server::admin
