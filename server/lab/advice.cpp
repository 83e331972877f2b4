#include "server/lab/advice.h"

#include <algorithm>

namespace server::lab {

namespace {

struct Rule {
  std::string_view begins;  // the first step of a way
  std::string_view advice;
};

constexpr Rule rules[] = {
    {"service-keys: availability key",
     "a DEP without an availability key; or service keys on another machine than the data"},
    {"service-keys: managed root",
     "a DEP with two roots of your own: of managed mail the service holds the roots"},
    {"vault-a: root",
     "vault A's private keys in an HSM, or its directory behind a passphrase; disabling the root "
     "does not help against who has the directory"},
    {"vault-b: root",
     "vault B's private keys in an HSM, or its directory behind a passphrase; disabling the root "
     "does not help against who has the directory"},
    {"memory: key of DEP", "a shorter dep_key_ttl; nobody but you as root of the server"},
    {"memory: mailbox key", "a shorter mailbox_linger; nobody but you as root of the server"},
    {"memory: availability key", "a DEP without an availability key"},
};
constexpr std::string_view in_backup =
    "a new mailbox key after the mailbox left the DEP that the backup has it under, and no backups "
    "from before";
constexpr std::string_view otherwise =
    "the end-to-end level: mail sealed to its owner's certificate before it is stored";

void add(std::vector<std::string>& list, std::string_view text) {
  if (std::ranges::find(list, text) == list.end()) list.emplace_back(text);
}

}  // namespace

std::vector<std::string> stops(const std::set<Way>& ways, bool end_to_end) {
  std::vector<std::string> found;
  for (const auto& way : ways) {
    for (const auto& rule : rules)
      if (way.steps.front().starts_with(rule.begins)) add(found, rule.advice);
    if (way.assets.contains("backup")) add(found, in_backup);
  }
  if (!ways.empty() && !end_to_end) add(found, otherwise);
  return found;
}

std::vector<std::string> would_open(const Clear& clear, const StoredMailbox& mailbox) {
  std::vector<std::string> found;
  for (const auto& wrap : clear.wraps) {
    if (wrap.dep != mailbox.dep || wrap.version != mailbox.version) continue;
    if (wrap.slot == 2)
      add(found, "service keys: the availability key of DEP " + std::to_string(wrap.dep));
    else
      add(found, (wrap.kid.starts_with("managed://") ? "service keys: " : "a vault: ") + wrap.kid);
  }
  return found;
}

}  // namespace server::lab
