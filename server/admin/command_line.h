#pragma once
// From words to an Invocation, and the texts of --help. Pure.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/admin/command.h"

namespace server::admin {

// The command that the words begin with, the longest verb first; null if there is none.
const Command* find_command(std::span<const Command>, std::span<const std::string> words);
std::size_t word_count(const Command&);  // of noun and verb

// The words after noun and verb. Options may stand anywhere, as "--name value" or "--name=value",
// and so alone if the value begins with "--"; "--" ends them. Throws invalid, naming what is wrong.
// `default_socket`: without --socket.
Invocation parsed(const Command&, std::span<const std::string> words, Streams,
                  const std::filesystem::path& default_socket);

std::string help_of(const Command&);
// Of all commands, or of those with that noun.
std::string help_of(std::span<const Command>, std::string_view noun);

}  // namespace server::admin
