#pragma once
// For commands that change what mailboxes are under.

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "server/admin/command.h"

namespace server::admin {

inline constexpr Option dry_run_options[] = {
    {"--dry-run", "", "print the mailboxes it means, and change nothing"}};

// Asks, with "dry_run" if the call has it, and prints the mailboxes it means. The exit code.
int change(const Invocation&, std::string_view method, const std::string& target,
           boost::json::object body);

// Asks again each second, as long as `more` says so of the answer; prints each time, or as JSON the
// last answer alone.
int watch(const Invocation&, const std::string& target,
          void (*print_answer)(const Invocation&, const boost::json::value&),
          bool (*more)(const boost::json::value&));

}  // namespace server::admin
