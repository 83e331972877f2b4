#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "imap/mime/summary.h"
#include "policy/account_name.h"
#include "server/admin/effects.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

struct Counts {
  std::uint64_t folders = 0, messages = 0, size = 0;
  std::uint64_t opaque_messages = 0, opaque_size = 0;  // came encrypted end to end
};

void count_opaque(storage::Mailbox& mailbox, FolderId folder, const storage::Reason& reason,
                  Counts& counts) {
  const auto entries = mailbox.select(folder, storage::Recent::look, reason).entries.copied();
  mailbox.summaries(
      folder, entries,
      [&](std::size_t index, std::string_view summary) {
        if (!imap::mime::SummaryView(summary).has(imap::mime::is_encrypted)) return;
        ++counts.opaque_messages;
        counts.opaque_size += entries[index].size;
      },
      reason);
}

// Opens the mailbox and all summaries: crossings, by the service for whoever asks.
json::object counted(Call& call, MailboxId id) {
  const storage::Reason reason{crypto::Cause::integrity, call.caller.actor()};
  const auto mailbox = call.parts.mailboxes.open(id, crypto::ActorClass::system);
  std::vector<FolderId> folders;
  for (const auto tree = mailbox->tree(); const auto& [name, node] : tree->nodes())
    if (node.folder) folders.push_back(*node.folder);
  Counts counts;
  counts.folders = folders.size();
  for (const auto& [folder, state] : mailbox->states(folders, reason)) {
    counts.messages += state.messages;
    counts.size += state.size;
    count_opaque(*mailbox, folder, reason, counts);
  }
  return {{"folders", counts.folders},
          {"messages", counts.messages},
          {"size", counts.size},
          {"opaqueMessages", counts.opaque_messages},
          {"opaqueSize", counts.opaque_size}};
}

std::string_view name_of(storage::Renewal renewal) {
  switch (renewal) {
    case storage::Renewal::none:
      return "none";
    case storage::Renewal::message_keys:
      return "key";
    case storage::Renewal::contents:
      return "key and message keys";
  }
  return "none";
}

json::object described(Call& call, const policy::MailboxRotation::Progress& progress) {
  const auto record = call.parts.directory.mailbox(progress.mailbox);
  return {{"mailbox", progress.mailbox.value},
          {"account", call.parts.directory.account(record.account).name},
          {"keyEpoch", progress.epoch},
          {"changing", name_of(progress.renewal)},
          {"messagesLeft", progress.left},
          {"waitsFor", progress.reason}};
}

}  // namespace

const std::string& Names::account(AccountId id) {
  const auto [found, fresh] = accounts_.try_emplace(id);
  if (fresh) found->second = name_of(id);
  return found->second;
}

// A list is not kept back for one that is not believed.
std::string Names::name_of(AccountId id) try {
  return directory_.account(id).name;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  return "(account " + std::to_string(id.value) + ": damaged, or of an older state)";
}

const storage::Dep& Names::dep(DepId id) {
  const auto [found, fresh] = deps_.try_emplace(id);
  if (fresh) found->second = dep_of(id);
  return found->second;
}

storage::Dep Names::dep_of(DepId id) {
  const auto all = directory_.deps();
  const auto found = std::ranges::find(all, id, &storage::Dep::id);
  if (found == all.end()) throw Error(Fault::not_found, "there is no such DEP");
  return *found;
}

std::string_view Names::level(const storage::MailboxRecord& record) {
  return policy::name_of(policy::level_of(dep(record.dep), directory_.protection(record.id)));
}

storage::MailboxRecord find_mailbox(Parts& parts, std::string_view name) {
  std::int64_t number = 0;
  const auto* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  if (error == std::errc() && stopped == end) return parts.directory.mailbox(MailboxId(number));
  return parts.directory.mailbox(parts.directory.account(policy::lower_case(name)).mailbox);
}

json::object described_mailbox(Names& names, const storage::MailboxRecord& record) {
  const auto& dep = names.dep(record.dep);
  json::value assigned;
  if (record.assigned) assigned = names.dep(*record.assigned).name;
  return {{"id", record.id.value},
          {"account", names.account(record.account)},
          {"isEncrypted", true},  // there is no other kind
          {"level", names.level(record)},
          {"dataEncryptionPolicyId", policy_id(record.under())},
          {"dep", dep.name},
          {"depId", dep.id.value},
          {"depVersion", record.dep_version},
          {"depState", dep.state == storage::DepState::enabled ? "enabled" : "disabled"},
          {"assigned", std::move(assigned)},
          {"target", policy_id(record.target)},
          {"targetDep", names.dep(record.target.dep).name},
          {"keyEpoch", record.epoch},
          {"keyChanging", record.former.has_value()},
          {"database", record.database.value}};
}

json::value list_mailboxes(Call& call) {
  Names names(call.parts.directory);
  json::array all;
  for (const auto& record : call.parts.directory.mailboxes())
    all.push_back(described_mailbox(names, record));
  return {{"mailboxes", std::move(all)}};
}

json::value show_mailbox(Call& call) {
  const auto record = find_mailbox(call.parts, call.names[0]);
  Names names(call.parts.directory);
  auto mailbox = described_mailbox(names, record);
  if (call.target.value("counts") == "yes") mailbox["counts"] = counted(call, record.id);
  return mailbox;
}

json::value rotate_mailbox_key(Call& call) {
  const bool contents = call.fields.find_flag("new_message_keys").value_or(false);
  const auto run = run_of(call);
  call.fields.finish();
  const auto record = find_mailbox(call.parts, call.names[0]);
  auto& rotation = call.parts.mailbox_rotation;
  if (run == policy::Run::change)
    rotation.begin(record.id,
                   contents ? storage::Renewal::contents : storage::Renewal::message_keys);
  auto answer = described(call, rotation.progress(record.id));
  answer["dryRun"] = run == policy::Run::preview;
  return answer;
}

json::value show_mailbox_rotation(Call& call) {
  return described(
      call, call.parts.mailbox_rotation.progress(find_mailbox(call.parts, call.names[0]).id));
}

json::value list_mailbox_rotations(Call& call) {
  json::array all;
  for (const auto& progress : call.parts.mailbox_rotation.all())
    all.push_back(described(call, progress));
  return {{"rotations", std::move(all)}};
}

}  // namespace server::admin
