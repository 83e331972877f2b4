#pragma once
// A command of sealvault: its options, an example, what it does.

#include <boost/json.hpp>
#include <boost/program_options.hpp>
#include <optional>
#include <span>
#include <string>

#include "server/vault/directory.h"

namespace vault {

using Values = boost::program_options::variables_map;
using Description = boost::program_options::options_description;

struct Command {
  std::string_view name;     // "key create"
  std::string_view summary;  // one line
  std::string_view example;  // what comes behind "sealvault NAME "
  void (*describe)(Description&);
  void (*perform)(const Values&);
};

// A group each, in a file of its own.
std::span<const Command> vault_commands();
std::span<const Command> key_commands();
std::span<const Command> deletion_commands();
std::span<const Command> client_commands();
std::span<const Command> token_commands();
std::span<const Command> audit_commands();
std::span<const Command> fault_commands();

Directory directory_of(const Values&);
bool as_json(const Values&);
std::string text(const Values&, const char* name);
std::optional<std::string> maybe_text(const Values&, const char* name);
std::optional<Secret> passphrase_of(const Values&);  // throws invalid, not_found

void print(const boost::json::value&);
// To a file of mode 0600, or to standard output; `what` is its member in JSON.
void hand_out(const Values&, const std::string& what, const std::string& secret);

boost::program_options::typed_value<std::string>* required();
boost::program_options::typed_value<std::string>* optional_text();
void add_passphrase(Description&);
void for_nothing(Description&);

}  // namespace vault
