#include "policy/roll_backs.h"

#include "base/error.h"
#include "server/admin/people.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr std::size_t reason_limit = 1000;  // octets

json::object described(const std::map<MailboxId, std::string>& names, MailboxId id) {
  const auto name = names.find(id);
  return {{"mailbox", id.value}, {"account", name == names.end() ? "" : name->second}};
}

// What the tables of directory.db hold; others go by their names.
constexpr std::pair<std::string_view, std::string_view> kinds[] = {
    {"credential", "password of an account, number"},
    {"dep", "DEP"},
    {"dep_key", "key of a DEP, number"},
    {"delivery_key", "delivery key"},
    {"next_id", "counter of numbers"},
    {"outage", "outage of a root, number"},
    {"protection", "protection level"},
    {"role_grant", "role of an admin, number"},
    {"root_denial", "denial by a root, number"},
};

std::string described(const storage::RolledBackRow& row) {
  const auto* kind = std::ranges::find(kinds, row.table, [](const auto& e) { return e.first; });
  return (kind == std::end(kinds) ? row.table : std::string(kind->second)) + ' ' +
         std::to_string(row.row);
}

// With whose role it says it is. A row that is missing says nothing: the audit log does.
std::string described(const storage::RolledBackRow& row,
                      const std::vector<storage::RoleGrant>& grants) {
  const auto text = described(row);
  const auto grant = std::ranges::find(grants, row.row, &storage::RoleGrant::id);
  if (row.table != "role_grant" || grant == grants.end()) return text;
  return text + ": " + std::string(name_of(static_cast<policy::Role>(grant->role))) + " of " +
         described_user(grant->user) + ", since " + iso_time(grant->since);
}

std::string described(const policy::RolledBack& found, MailboxId id) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  for (const auto& row : found.rows)
    if (row.mailbox == id) add(described(row) + ' ' + std::string(name_of(row.how)));
  for (const auto& mailbox : found.mailboxes)
    if (mailbox.mailbox == id)
      add(mailbox.found == 0 ? "its rows are gone"
                             : "its rows are of generation " + std::to_string(mailbox.found) +
                                   ", and were of " + std::to_string(mailbox.known));
  return text;
}

std::set<MailboxId> mailboxes_in(const policy::RolledBack& found) {
  std::set<MailboxId> all;
  for (const auto& row : found.rows)
    if (row.mailbox.value != 0) all.insert(row.mailbox);
  for (const auto& mailbox : found.mailboxes) all.insert(mailbox.mailbox);
  return all;
}

std::string reason_in(Call& call) {
  auto reason = call.fields.text("reason");
  if (reason.empty() || reason.size() > reason_limit)
    throw Error(Fault::invalid, "a reason has 1 to 1000 octets", "say why this is a restore");
  return reason;
}

// By name or number; also of what is not believed, which find_mailbox() would not find.
MailboxId mailbox_named(const std::map<MailboxId, std::string>& names,
                        const std::set<MailboxId>& rolled_back, const std::string& name) {
  for (const auto& [id, account] : names)
    if (account == name) return id;
  for (const auto id : rolled_back)
    if (std::to_string(id.value) == name) return id;
  throw Error(Fault::not_found, "there is no mailbox " + name,
              "`sealpost restore show` names them");
}

json::value answer(Call& call, const std::vector<policy::RollBacks::Refusal>& refusals,
                   const std::set<MailboxId>& meant) {
  const auto names = policy::account_names(call.parts.directory);
  json::array accepted, refused;
  for (const auto id : meant) {
    const auto why = std::ranges::find(refusals, id, &policy::RollBacks::Refusal::mailbox);
    auto one = described(names, id);
    if (why != refusals.end()) one["reason"] = why->reason;
    (why == refusals.end() ? accepted : refused).push_back(std::move(one));
  }
  return {{"mailboxes", std::move(accepted)}, {"refused", std::move(refused)}};
}

}  // namespace

json::value show_restores(Call& call) {
  const auto found = call.parts.roll_backs.found();
  const auto names = policy::account_names(call.parts.directory);
  const auto not_served = found.not_served();
  json::array mailboxes, others;
  for (const auto id : mailboxes_in(found)) {
    auto one = described(names, id);
    one["served"] = !not_served.contains(id);
    one["what"] = described(found, id);
    mailboxes.push_back(std::move(one));
  }
  const auto grants = call.parts.directory.doubted_role_grants();
  for (const auto& row : found.rows)
    if (row.mailbox.value == 0)
      others.push_back(
          {{"what", described(row, grants)}, {"how", name_of(row.how)}, {"dep", row.dep.value}});
  if (found.spool) others.push_back({{"what", "queue"}, {"how", "changed"}, {"dep", 0}});
  if (found.ledger) others.push_back({{"what", "ledger"}, {"how", "changed"}, {"dep", 0}});
  return {{"rolledBack", found.any()},
          {"mailboxes", std::move(mailboxes)},
          {"others", std::move(others)}};
}

json::value accept_restore(Call& call) {
  const auto all = call.fields.find_flag("all").value_or(false);
  std::vector<std::string> wanted;
  if (!all) wanted = call.fields.texts("mailboxes");
  reason_in(call);  // for the audit log, which has it from the request
  call.fields.finish();
  auto& roll_backs = call.parts.roll_backs;
  if (all) {
    const auto meant = mailboxes_in(roll_backs.found());
    return answer(call, roll_backs.accept_all(call.parts.mailboxes), meant);
  }
  const auto names = policy::account_names(call.parts.directory);
  std::set<MailboxId> meant;
  const auto rolled_back = mailboxes_in(roll_backs.found());
  for (const auto& name : wanted) meant.insert(mailbox_named(names, rolled_back, name));
  const std::vector<MailboxId> mailboxes(meant.begin(), meant.end());
  return answer(call, roll_backs.accept(call.parts.mailboxes, mailboxes), meant);
}

}  // namespace server::admin
