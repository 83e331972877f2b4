#pragma once
// A command of `sealpost`, as the table lists it, and one call of it.

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server::admin {

// Where a command reads and writes; a test gives its own.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

struct Option {
  std::string_view name;   // "--dep"
  std::string_view value;  // "NAME"; empty: takes none
  std::string_view text;
};

enum class Format { people, json };

// What was typed, taken apart and checked against its Command.
struct Invocation {
  Streams streams;
  std::filesystem::path socket;
  Format format = Format::people;
  std::vector<std::string> arguments;
  std::map<std::string, std::string, std::less<>> options;  // "--dep" -> "customer"

  bool has(std::string_view option) const { return options.contains(option); }
  std::optional<std::string> find(std::string_view option) const;
  std::string needed(std::string_view option) const;  // throws invalid
};

struct Command {
  std::string_view noun, verb;      // "account", "alias add"; a verb may be empty
  std::string_view arguments;       // "NAME"
  std::size_t least = 0, most = 0;  // how many of them
  std::string_view text;            // one line
  std::string_view example;         // after "sealpost "
  std::span<const Option> options = {};
  int (*run)(const Invocation&) = nullptr;  // the exit code; throws Error
};

inline constexpr std::size_t any_number = 100'000;

// One file each: account_commands.cpp, ...
std::span<const Command> account_commands();
std::span<const Command> credential_commands();
std::span<const Command> mailbox_commands();
std::span<const Command> dep_commands();
std::span<const Command> dep_assignment_commands();
std::span<const Command> dep_key_commands();
std::span<const Command> purge_commands();
std::span<const Command> quota_commands();
std::span<const Command> restore_commands();
std::span<const Command> role_commands();
std::span<const Command> audit_commands();
std::span<const Command> ledger_commands();
std::span<const Command> alert_commands();
std::span<const Command> what_if_commands();
std::span<const Command> server_commands();

// All, in the order of the help (command_table.cpp).
std::vector<Command> commands();

}  // namespace server::admin
