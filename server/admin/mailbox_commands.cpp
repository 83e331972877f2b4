#include "server/admin/change_commands.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

namespace json = boost::json;

std::string path_of(const Invocation& call, std::string_view more = "") {
  return "/v1/mailboxes/" + http::percent_encoded(call.arguments[0]) + std::string(more);
}

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/mailboxes"), "mailboxes",
             {"id", "account", "level", "isEncrypted", "dataEncryptionPolicyId", "dep", "assigned",
              "target", "keyEpoch", "database"});
  return 0;
}

int show(const Invocation& call) {
  auto mailbox =
      ask(call.socket, "GET", path_of(call, call.has("--counts") ? "?counts=yes" : "")).as_object();
  const auto protection = ask(
      call.socket, "GET",
      "/v1/mailboxes/" + http::percent_encoded(mailbox.at("account").as_string()) + "/protection");
  for (const auto* name : {"certificates", "since", "by", "converting"})
    mailbox[name] = protection.at(name);
  print(call, mailbox);
  return 0;
}

void print_rotation(const Invocation& call, const json::value& answer) { print(call, answer); }

int rotate_key(const Invocation& call) {
  const auto path = path_of(call, "/key-rotation");
  json::object body;
  if (call.has("--new-message-keys")) body["new_message_keys"] = true;
  if (call.has("--dry-run")) body["dry_run"] = true;
  const auto answer = ask(call.socket, "POST", path, body);
  if (!call.has("--watch")) {
    print_rotation(call, answer);
    return 0;
  }
  return watch(call, path, print_rotation,
               [](const json::value& now) { return now.at("changing").as_string() != "none"; });
}

void print_rotations(const Invocation& call, const json::value& answer) {
  print_list(call, answer, "rotations",
             {"account", "keyEpoch", "changing", "messagesLeft", "waitsFor"});
}

int rotations(const Invocation& call) {
  return watch(call, "/v1/mailbox-rotations", print_rotations,
               [](const json::value& now) { return !now.at("rotations").as_array().empty(); });
}

constexpr Option show_options[] = {
    {"--counts", "",
     "count folders, messages, and those that came encrypted end to end (opaque); this "
     "unwraps the mailbox's key and opens what is listed of messages"}};
constexpr Option rotate_options[] = {
    {"--new-message-keys", "",
     "give each message a new key, too: rewrites all mail of the mailbox"},
    {"--watch", "", "show how far it is each second, until it is done"},
    {"--dry-run", "", "print the mailbox it means, and change nothing"},
};
constexpr Option watch_options[] = {{"--watch", "", "each second, until none goes on"}};

// clang-format off
constexpr Command table[] = {
    {"mailbox", "list", "", 0, 0, "all mailboxes, the DEP and version that each is under, and where it belongs",
     "mailbox list", {}, list},
    {"mailbox", "show", "ACCOUNT", 1, 1, "how one mailbox is encrypted, and where it is",
     "mailbox show ada@example.org --json", show_options, show},
    {"mailbox", "rotate-key", "ACCOUNT", 1, 1, "a new mailbox key; its message keys are wrapped anew",
     "mailbox rotate-key ada@example.org --watch", rotate_options, rotate_key},
    {"mailbox", "rotations", "", 0, 0, "mailboxes whose key is being changed", "mailbox rotations --watch",
     watch_options, rotations},
};
// clang-format on

}  // namespace

std::span<const Command> mailbox_commands() { return table; }

}  // namespace server::admin
