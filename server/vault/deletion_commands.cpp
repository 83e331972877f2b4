// sealvault key delete, deleted, recover, purge, backup, restore.

#include <iostream>

#include "base/error.h"
#include "server/vault/command.h"
#include "server/vault/key_lines.h"

namespace vault {
namespace {

namespace json = boost::json;

std::string deleted_path(const Values& given) {
  return "/deletedkeys/" + http::percent_encoded(text(given, "name"));
}

void remove(const Values& given) {
  print_bundle(given, line_of(given).ask("DELETE", key_path(text(given, "name"), "")));
}

void deleted(const Values& given) {
  auto line = line_of(given);
  print_items(given, line.all_pages("/deletedkeys"));
}

void recover(const Values& given) {
  print_bundle(given, line_of(given).ask("POST", deleted_path(given) + "/recover"));
}

void purge(const Values& given) {
  line_of(given).ask("DELETE", deleted_path(given));
  if (as_json(given))
    print(json::object{{"purged", text(given, "name")}});
  else
    std::cout << "purged " << text(given, "name") << ": nothing brings it back but a backup\n";
}

void backup(const Values& given) {
  const auto answer = line_of(given).ask("POST", key_path(text(given, "name"), "backup"));
  const auto blob = json::value_to<std::string>(answer.at("value"));
  hand_out(given, "backup", blob);
}

void restore(const Values& given) {
  auto blob = read_file(text(given, "in"));
  while (blob.ends_with('\n')) blob.pop_back();
  const auto body = json::serialize(json::object{{"value", blob}});
  print_bundle(given, line_of(given).ask("POST", "/keys/restore", body));
}

void for_backup(Description& description) {
  for_key_name(description);
  description.add_options()("out", required(), "the file to write");
}

void for_restore(Description& description) {
  description.add_options()("in", required(), "a file that key backup wrote");
  add_passphrase(description);
}

constexpr Command commands[] = {
    {"key delete", "take a key out of use, with all its versions; can be recovered", "--name root",
     for_key_name, remove},
    {"key deleted", "the deleted keys, and when each is purged", "", add_passphrase, deleted},
    {"key recover", "bring a deleted key back as it was", "--name root", for_key_name, recover},
    {"key purge", "destroy a deleted key, where the vault allows it", "--name root", for_key_name,
     purge},
    {"key backup", "a copy of a key, sealed under the vault's master key",
     "--name root --out root.backup", for_backup, backup},
    {"key restore", "bring a key back from its backup", "--in root.backup", for_restore, restore},
};

}  // namespace

std::span<const Command> deletion_commands() { return commands; }

}  // namespace vault
