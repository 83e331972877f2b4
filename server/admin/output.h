#pragma once
// Answers of the server, for people or as JSON.

#include <boost/json.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "server/admin/command.h"

namespace server::admin {

// On a terminal a name must not act: control characters as "?".
std::string printable(std::string_view);

// An object: one "name: value" a line.
void print(const Invocation&, const boost::json::value& answer);

// The list that `answer` has under `list`: one line each, these members as columns.
void print_list(const Invocation&, const boost::json::value& answer, std::string_view list,
                const std::vector<std::string_view>& columns);

}  // namespace server::admin
