#include "base/error.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

json::object described(Parts& parts, const storage::Dep& dep) {
  const auto keys = parts.deps.keys(dep);
  json::array roots;
  for (const auto& root : keys.roots) roots.emplace_back(root.key.kid());
  json::object object{{"name", dep.name},
                      {"id", dep.id.value},
                      {"description", dep.description},
                      {"state", dep.state == storage::DepState::enabled ? "enabled" : "disabled"},
                      {"managed", dep.managed},
                      {"version", dep.version},
                      {"created", iso_time(dep.created)},
                      {"roots", std::move(roots)},
                      {"availabilityKey", keys.availability.has_value()},
                      {"mailboxes", parts.deps.mailboxes(dep).size()}};
  if (dep.state == storage::DepState::disabled)
    object["note"] = "takes no new mailboxes; those it has go on working";
  return object;
}

policy::NewDep wanted(Call& call) {
  policy::NewDep dep{.name = call.fields.text("name"),
                     .description = call.fields.find_text("description").value_or(""),
                     .root_a = crypto::RootKeyRef(call.fields.text("root_a")),
                     .root_b = crypto::RootKeyRef(call.fields.text("root_b"))};
  call.fields.finish();
  return dep;
}

}  // namespace

json::value list_deps(Call& call) {
  json::array all;
  for (const auto& dep : call.parts.deps.list()) all.push_back(described(call.parts, dep));
  return {{"deps", std::move(all)}};
}

json::value create_dep(Call& call) {
  return described(call.parts, call.parts.deps.create(wanted(call)));
}

json::value check_dep(Call& call) {
  const auto checks = call.parts.deps.check(wanted(call));
  json::array all;
  for (const auto& check : checks)
    all.push_back({{"root", check.kid},
                   {"check", check.check},
                   {"passed", check.passed},
                   {"detail", check.detail}});
  return {{"passed", policy::all_passed(checks)}, {"checks", std::move(all)}};
}

json::value show_dep(Call& call) {
  const auto dep = call.parts.deps.dep(call.names[0]);
  auto object = described(call.parts, dep);
  json::array mailboxes;
  for (const auto& record : call.parts.deps.mailboxes(dep))
    mailboxes.emplace_back(call.parts.directory.account(record.account).name);
  object["mailboxNames"] = std::move(mailboxes);
  return object;
}

// All are looked up before the first is changed. One that fails ends it; those before it stay.
json::value assign_dep(Call& call) {
  const auto names = call.fields.texts("mailboxes");
  call.fields.finish();
  std::vector<storage::MailboxRecord> records;
  for (const auto& name : names) records.push_back(find_mailbox(call.parts, name));
  json::array done;
  for (const auto& record : records)
    done.push_back(described_mailbox(call.parts, call.parts.deps.assign(record.id, call.names[0])));
  return {{"mailboxes", std::move(done)}};
}

}  // namespace server::admin
