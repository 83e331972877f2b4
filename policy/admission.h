#pragma once
// Who knocks, and who has been let in by what.

#include <cstdint>
#include <string>

#include "storage/directory.h"

namespace policy {

enum class Service { imap, smtp };

struct Visitor {
  std::string peer;  // the address, with or without a port
  Service service = Service::imap;
};

// An account that somebody has opened. His session ends when that by which he did is withdrawn
// (login_watch.h).
struct Admission {
  // front_end: a trusted server in front of us says so (XCLIENT).
  enum class By { password, app_password, certificate, token, front_end };

  storage::Account account;
  By by = By::password;
  std::int64_t credential = 0;  // the one of storage/credential.h; 0: none of them
  std::uint64_t changes = 0;    // Directory::changes() before anything was looked up
};

std::string_view name_of(Admission::By);  // for logs: "app-password"

}  // namespace policy
