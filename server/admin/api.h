#pragma once
// The admin API: JSON over HTTP on a local Unix socket (route_table.cpp lists it). Failures are
// {"error":{"fault":"not_found","message":"...","hint":"..."}} with the status that fits.
//
// Only for root, the user the server runs as, and users named in the configuration: the kernel says
// who asks. Nothing here shows mail, keys or password hashes.

#include <sys/types.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/deps.h"
#include "policy/key_ring.h"
#include "policy/mailboxes.h"
#include "policy/recipients.h"
#include "server/http/server.h"
#include "server/http/target.h"
#include "storage/directory.h"

namespace server::admin {

// Routes of another part of the server behind the same socket, for the same callers: an answer, or
// none for targets that are not its own. May throw Error.
using MoreRoutes =
    std::function<std::optional<http::Response>(const http::Request&, const http::Target&)>;

// What the API speaks of; all outlive it.
struct Parts {
  storage::Directory& directory;
  crypto::RootKeys& roots;
  std::vector<std::string> vaults;  // of customers, as configured: "https://host:port"
  policy::KeyRing& ring;
  policy::Deps& deps;
  policy::Mailboxes& mailboxes;
  policy::Mailboxes::Databases& databases;
  const Clock& clock;
  std::set<uid_t> users;  // who may ask, besides root and the server's own user
  std::vector<MoreRoutes> more;
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
  // None: the peer may ask.
  std::optional<http::Response> objection(const http::Peer&) const;

  Parts parts_;
  UnixTime started_;
};

}  // namespace server::admin
