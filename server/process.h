#pragma once
// What the process as a whole is given and gives up.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "server/config.h"

namespace server {

// OpenSSL writes with write(2): without this, a client that goes away in the middle of TLS would
// end the process by SIGPIPE.
void ignore_broken_pipes();

// What this process makes is for its own user alone, whatever umask it was started with.
void keep_files_private();

// Open files up to the hard limit: each connection is one. Returns the limit.
std::size_t raise_file_limit();

std::uint64_t memory_of_machine();  // octets

uid_t user_id(const std::string& name);  // throws not_found

// For good, with the groups of that user. Throws not_found, and denied when not started as root.
void become_user(const std::string& name);

// "mail data and service keys": assets that the theft of one disk takes together (README, "Who
// holds what"). A vault counts when its URL is this machine; it then lies where its CA file is.
std::vector<std::string> shared_file_systems(const Config&);

}  // namespace server
