#include "server/admin/command_line.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"

namespace server::admin {

namespace {

constexpr Option common[] = {
    {"--json", "", "print the server's answer as JSON"},
    {"--socket", "PATH", "the admin socket; else $SEALPOST_SOCKET, else /run/sealpost/admin.sock"},
    {"--help", "", "print this"},
};

std::string full_name(const Command& command) {
  std::string name(command.noun);
  if (!command.verb.empty()) name += " " + std::string(command.verb);
  return name;
}

[[noreturn]] void lacks_value(const std::string& option, const std::string& next) {
  throw Error(Fault::invalid, option + " needs a value, and " + next + " is an option",
              "a value that begins so is written " + option + "=" + next);
}

[[noreturn]] void misused(const Command& command, const std::string& text) {
  throw Error(Fault::invalid, text, "see `sealpost " + full_name(command) + " --help`");
}

const Option* find_option(const Command& command, std::string_view name) {
  for (const auto options : {command.options, std::span<const Option>(common)})
    if (const auto found = std::ranges::find(options, name, &Option::name); found != options.end())
      return &*found;
  return nullptr;
}

// "--name=value" as two.
std::pair<std::string, std::optional<std::string>> split(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return {word, std::nullopt};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

std::string option_line(const Option& option) {
  std::string line = "  " + std::string(option.name);
  if (!option.value.empty()) line += " " + std::string(option.value);
  line.resize(std::max<std::size_t>(line.size() + 2, 26), ' ');
  return line + std::string(option.text) + "\n";
}

std::string usage(const Command& command) {
  auto line = full_name(command);
  if (!command.arguments.empty()) line += " " + std::string(command.arguments);
  return line;
}

}  // namespace

std::optional<std::string> Invocation::find(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end()) return std::nullopt;
  return found->second;
}

std::string Invocation::needed(std::string_view option) const {
  auto value = find(option);
  if (!value) throw Error(Fault::invalid, std::string(option) + " is missing", "see --help");
  return std::move(*value);
}

std::size_t word_count(const Command& command) {
  if (command.verb.empty()) return 1;
  return 2 + static_cast<std::size_t>(std::ranges::count(command.verb, ' '));
}

const Command* find_command(std::span<const Command> all, std::span<const std::string> words) {
  const Command* best = nullptr;
  for (const auto& command : all) {
    const auto count = word_count(command);
    if (words.size() < count || (best && word_count(*best) >= count)) continue;
    std::string typed;
    for (const auto& word : words.first(count)) typed += (typed.empty() ? "" : " ") + word;
    if (typed == full_name(command)) best = &command;
  }
  return best;
}

Invocation parsed(const Command& command, std::span<const std::string> words, Streams streams,
                  const std::filesystem::path& default_socket) {
  Invocation call{.streams = streams, .socket = default_socket, .arguments = {}, .options = {}};
  bool options_over = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (options_over || !words[i].starts_with("--")) {
      call.arguments.push_back(words[i]);
      continue;
    }
    if (words[i] == "--") {
      options_over = true;
      continue;
    }
    auto [name, value] = split(words[i]);
    const auto* option = find_option(command, name);
    if (!option) misused(command, "unknown option " + name);
    if (option->value.empty() && value) misused(command, name + " takes no value");
    if (!option->value.empty() && !value) {
      if (++i == words.size()) misused(command, name + " needs a value");
      if (words[i].starts_with("--")) lacks_value(name, words[i]);
      value = words[i];
    }
    if (!call.options.emplace(name, value.value_or("")).second)
      misused(command, name + " is given twice");
  }
  if (const auto socket = call.find("--socket")) call.socket = *socket;
  if (call.has("--json")) call.format = Format::json;
  const auto count = call.arguments.size();
  if (!call.has("--help") && (count < command.least || count > command.most))
    misused(command, count < command.least ? "something is missing: sealpost " + usage(command)
                                           : "too much: " + call.arguments[command.most]);
  if (count > 0 && call.arguments[0].empty()) misused(command, "the name is empty");
  return call;
}

std::string help_of(const Command& command) {
  std::string text = "sealpost " + usage(command);
  for (const auto& option : command.options)
    text += " [" + std::string(option.name) +
            (option.value.empty() ? "" : " " + std::string(option.value)) + "]";
  text += "\n\n" + std::string(command.text) + "\n\noptions:\n";
  for (const auto& option : command.options) text += option_line(option);
  for (const auto& option : common) text += option_line(option);
  text += "\nexample:\n  sealpost " + std::string(command.example) + "\n";
  return text;
}

std::string help_of(std::span<const Command> all, std::string_view noun) {
  std::string text;
  if (noun.empty())
    text =
        "sealpost: a mail store whose mailboxes are encrypted under keys that you hold\n\n"
        "  serve --config FILE                       run the server\n"
        "  config check FILE                         is this configuration sound?\n";
  for (const auto& command : all) {
    if (!noun.empty() && command.noun != noun) continue;
    auto line = "  " + usage(command);
    line.resize(std::max<std::size_t>(line.size() + 2, 44), ' ');
    text += line + std::string(command.text) + "\n";
  }
  return text +
         "\nEvery command has --help with an example, --json, and --socket PATH.\n"
         "Exit codes: 0 done; 1 failed, or a check found something; 2 misused or refused as "
         "wrong;\n"
         "3 not found; 4 exists already; 5 denied; 6 unavailable (the server, a vault); 7 "
         "corrupt.\n";
}

}  // namespace server::admin
