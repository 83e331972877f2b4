#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "base/error.h"
#include "server/admin/change_commands.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

namespace json = boost::json;

// One a line; empty lines and those that begin with # are passed over.
json::array names_in(const std::string& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path))
    throw Error(Fault::not_found, path + ": cannot be read", "is it there, and may you read it?");
  json::array names;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (std::ranges::any_of(line, [](unsigned char c) { return c < ' ' || c == 127; }))
      throw Error(Fault::invalid, path + ": line " + std::to_string(number) + " is no account",
                  "one account a line; # begins a comment");
    if (!line.empty() && line[0] != '#') names.emplace_back(line);
    if (names.size() > any_number)
      throw Error(Fault::too_big, path + ": more than " + std::to_string(any_number) + " lines",
                  "cut it into several, or use --pattern");
  }
  if (names.empty()) throw Error(Fault::invalid, path + ": names no account", "one a line");
  return names;
}

// The accounts that are named from argument `first` on, in a file, or by a pattern.
json::object mailboxes(const Invocation& call, std::size_t first) {
  const auto pattern = call.find("--pattern");
  const auto file = call.find("--file");
  json::array names;
  for (auto i = first; i < call.arguments.size(); ++i) names.emplace_back(call.arguments[i]);
  if (!names.empty() + pattern.has_value() + file.has_value() != 1)
    throw Error(Fault::invalid, "name the accounts, or give --file, or --pattern", "see --help");
  if (pattern) return {{"pattern", *pattern}};
  return {{"mailboxes", file ? names_in(*file) : std::move(names)}};
}

int assign(const Invocation& call) {
  return change(call, "POST", "/v1/deps/" + http::percent_encoded(call.arguments[0]) + "/mailboxes",
                mailboxes(call, 1));
}

int unassign(const Invocation& call) {
  return change(call, "POST", "/v1/unassignments", mailboxes(call, 0));
}

int show_tenant_wide(const Invocation& call) {
  print(call, ask(call.socket, "GET", "/v1/tenant-dep"));
  return 0;
}

int set_tenant_wide(const Invocation& call) {
  return change(call, "PUT", "/v1/tenant-dep", {{"dep", call.arguments[0]}});
}

int clear_tenant_wide(const Invocation& call) {
  return change(call, "DELETE", "/v1/tenant-dep", {});
}

void print_progress(const Invocation& call, const json::value& answer) {
  print_list(call, answer, "versions", {"dep", "policyId", "newest", "mailboxes", "toBeMoved"});
  if (call.format == Format::json) return;
  call.streams.out << "to be moved: " << answer.at("toBeMoved").to_number<std::uint64_t>() << "\n";
  if (const auto& reason = answer.at("reason").as_string(); !reason.empty())
    call.streams.out << "not moved: " << answer.at("left").to_number<std::uint64_t>() << ": "
                     << std::string_view(reason) << "\n";
}

int progress(const Invocation& call) {
  return watch(call, "/v1/dep-progress", print_progress, [](const json::value& answer) {
    return answer.at("toBeMoved").to_number<std::uint64_t>() > 0;
  });
}

constexpr Option choice_options[] = {
    {"--file", "FILE", "accounts, one a line"},
    {"--pattern", "PATTERN", "all accounts with such names, as in '*@example.org'"},
    {"--dry-run", "", "print the mailboxes it means, and change nothing"},
};
constexpr Option watch_options[] = {{"--watch", "", "each second, until all are moved"}};

// clang-format off
constexpr Command table[] = {
    {"dep", "assign", "NAME [ACCOUNT...]", 1, any_number, "put mailboxes under a DEP; no mail is rewritten",
     "dep assign customer ada@example.org", choice_options, assign},
    {"dep", "unassign", "[ACCOUNT...]", 0, any_number, "back under the tenant-wide DEP, or else the managed default",
     "dep unassign --pattern '*@example.org' --dry-run", choice_options, unassign},
    {"dep", "tenant-wide", "", 0, 0, "the DEP of mailboxes that have none of their own", "dep tenant-wide", {},
     show_tenant_wide},
    {"dep", "set-tenant-wide", "NAME", 1, 1, "let a DEP serve all mailboxes that have none of their own",
     "dep set-tenant-wide customer --dry-run", dry_run_options, set_tenant_wide},
    {"dep", "clear-tenant-wide", "", 0, 0, "those mailboxes go back under the managed default",
     "dep clear-tenant-wide", dry_run_options, clear_tenant_wide},
    {"dep", "progress", "", 0, 0, "mailboxes under each version of each DEP, and how many still have to move",
     "dep progress --watch", watch_options, progress},
};
// clang-format on

}  // namespace

std::span<const Command> dep_assignment_commands() { return table; }

}  // namespace server::admin
