#pragma once
// Users of the operating system, who hold the roles. Blocking; any thread.

#include <sys/types.h>

#include <optional>
#include <string>

#include "crypto/crossing.h"
#include "server/http/message.h"

namespace server::admin {

// No uid is this one: who did not come over a Unix socket.
inline constexpr uid_t nobody = static_cast<uid_t>(-1);
crypto::AdminId admin_of(const http::Peer&);

std::optional<std::string> find_user_name(uid_t);
std::string described_user(uid_t);  // "ada (uid 1000)", "uid 1000" where the system knows no name

// By name or number; a number need not belong to anybody. Throws not_found.
uid_t user_of(const std::string& name_or_number);

}  // namespace server::admin
