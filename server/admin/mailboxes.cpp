#include <charconv>

#include "base/error.h"
#include "policy/account_name.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

// Opens the mailbox: a crossing, by the service itself.
json::object counted(Parts& parts, MailboxId id) {
  const storage::Reason reason{crypto::Cause::integrity, {}};
  const auto mailbox = parts.mailboxes.open(id);
  std::vector<FolderId> folders;
  for (const auto& [name, node] : mailbox->tree()->nodes())
    if (node.folder) folders.push_back(*node.folder);
  std::uint64_t messages = 0, size = 0;
  for (const auto& [folder, state] : mailbox->states(folders, reason)) {
    messages += state.messages;
    size += state.size;
  }
  return {{"folders", folders.size()}, {"messages", messages}, {"size", size}};
}

}  // namespace

storage::MailboxRecord find_mailbox(Parts& parts, std::string_view name) {
  std::int64_t number = 0;
  const auto* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  if (error == std::errc() && stopped == end) return parts.directory.mailbox(MailboxId(number));
  return parts.directory.mailbox(parts.directory.account(policy::lower_case(name)).mailbox);
}

json::object described_mailbox(Parts& parts, const storage::MailboxRecord& record) {
  const auto dep = parts.directory.dep(record.dep);
  json::value assigned;
  if (record.assigned) assigned = parts.directory.dep(*record.assigned).name;
  return {{"id", record.id.value},
          {"account", parts.directory.account(record.account).name},
          {"isEncrypted", true},  // there is no other kind
          {"dep", dep.name},
          {"depId", dep.id.value},
          {"depVersion", record.dep_version},
          {"depState", dep.state == storage::DepState::enabled ? "enabled" : "disabled"},
          {"assigned", std::move(assigned)},
          {"keyEpoch", record.epoch},
          {"database", record.database.value}};
}

json::value list_mailboxes(Call& call) {
  json::array all;
  for (const auto& record : call.parts.directory.mailboxes())
    all.push_back(described_mailbox(call.parts, record));
  return {{"mailboxes", std::move(all)}};
}

json::value show_mailbox(Call& call) {
  const auto record = find_mailbox(call.parts, call.names[0]);
  auto mailbox = described_mailbox(call.parts, record);
  if (call.target.value("counts") == "yes") mailbox["counts"] = counted(call.parts, record.id);
  return mailbox;
}

json::value unassign_mailbox(Call& call) {
  const auto record = find_mailbox(call.parts, call.names[0]);
  return described_mailbox(call.parts, call.parts.deps.assign(record.id, std::nullopt));
}

}  // namespace server::admin
