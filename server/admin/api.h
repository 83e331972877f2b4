#pragma once
// The admin API: JSON over HTTP on a local Unix socket (route_table.cpp lists it). Failures are
// {"error":{"fault":"not_found","message":"...","hint":"..."}} with the status that fits.
//
// Only for root, the user the server runs as, and users named in the configuration: the kernel says
// who asks. Each route names the role that it needs, and each change goes into the audit log,
// before it is done and with its outcome; so does every refusal. Nothing here shows mail (but for
// the export, which is on record too), keys or password hashes.

#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/crossing.h"
#include "policy/audit.h"
#include "policy/deps.h"
#include "policy/key_ring.h"
#include "policy/mailbox_rotation.h"
#include "policy/mailboxes.h"
#include "policy/purges.h"
#include "policy/recipients.h"
#include "policy/roles.h"
#include "policy/roll_backs.h"
#include "policy/rotation.h"
#include "policy/sweep.h"
#include "server/admin/access.h"
#include "server/admin/refusals.h"
#include "server/http/server.h"
#include "server/http/target.h"
#include "storage/audit_reader.h"
#include "storage/directory.h"

namespace server::admin {

// Routes of another part of the server behind the same socket, for the same callers. `answer` may
// throw Error; nothing: there is no such thing.
struct MoreRoutes {
  std::span<const Access> access;
  std::function<std::optional<http::Response>(const http::Request&, const http::Target&)> answer;
};

// Who asks, and under which name the audit log has all records of this request.
struct Caller {
  uid_t user;
  std::string name;  // "ada (uid 1000)"
  std::string request_id;
  // Of what the service opens because they ask.
  crypto::Actor actor() const {
    return crypto::Actor::of(crypto::AdminId(user), crypto::ActorClass::system);
  }
};

// What the API speaks of; all outlive it.
struct Parts {
  storage::Directory& directory;
  crypto::RootKeys& roots;
  std::vector<std::string> vaults;  // of customers, as configured: "https://host:port"
  policy::KeyRing& ring;
  policy::Deps& deps;
  policy::Rotation& rotation;
  policy::Sweep& sweep;
  policy::MailboxRotation& mailbox_rotation;
  policy::Purges& purges;
  policy::Mailboxes& mailboxes;
  policy::Mailboxes::Databases& databases;
  policy::RollBacks& roll_backs;
  const Clock& clock;
  policy::Audit& audit;
  policy::Roles& admins;
  std::function<storage::AuditReader()> audit_reader;
  std::function<void(std::function<void()>)> later;  // does work on the blocking pool
  std::vector<MoreRoutes> more;
  std::optional<UnixTime> tls_certificate_expires{};  // of the server's own
};

class Api {
 public:
  explicit Api(Parts);

  // Never throws an Error: that is an answer. Blocking pool only; any thread.
  http::Response handle(const http::Request&);
  // For requests that never reach it.
  static http::Response refuse(unsigned status, std::string_view text);
  http::Application application();

 private:
  http::Response answer(const http::Request&);
  // None: the peer may ask. Any thread; does not block.
  std::optional<http::Response> objection(const http::Peer&);
  http::Response performed(const Access&, const Caller&, const std::vector<std::string>& names,
                           const http::Request&, const std::function<http::Response()>& act);
  void require_role(const Access&, const Caller&, const http::Request&);
  void record_refusal(const Caller&, std::string_view operation, const Error&);

  Parts parts_;
  Refusals refusals_;
  UnixTime started_;
};

}  // namespace server::admin
