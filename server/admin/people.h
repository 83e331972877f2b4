#pragma once
// Users of the operating system, who hold the roles. Blocking; any thread.

#include <sys/types.h>

#include <optional>
#include <string>

namespace server::admin {

std::optional<std::string> find_user_name(uid_t);
std::string described_user(uid_t);  // "ada (uid 1000)", "uid 1000" where the system knows no name

// By name or number; a number need not belong to anybody. Throws not_found.
uid_t user_of(const std::string& name_or_number);

}  // namespace server::admin
