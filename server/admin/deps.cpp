#include "base/error.h"
#include "server/admin/effects.h"

namespace server::admin {

namespace json = boost::json;

namespace {

json::object described(const storage::WrappedDepKey& keys) {
  json::array roots;
  for (const auto& root : keys.roots) roots.emplace_back(root.key.kid());
  return {{"version", keys.version},
          {"created", iso_time(keys.created)},
          {"roots", std::move(roots)},
          {"availabilityKey", keys.availability.has_value()}};
}

std::string_view name_of(storage::Hold hold) {
  switch (hold) {
    case storage::Hold::none:
      return "";
    case storage::Hold::pending:
      return "pending";
    case storage::Hold::destroying:
      return "destroying";
  }
  return "";
}

json::object described(Parts& parts, const storage::Dep& dep) {
  const auto keys = described(parts.deps.keys(dep));
  json::object object{{"name", dep.name},
                      {"id", dep.id.value},
                      {"description", dep.description},
                      {"state", dep.state == storage::DepState::enabled ? "enabled" : "disabled"},
                      {"managed", dep.managed},
                      {"tenantWide", dep.tenant_wide},
                      {"version", dep.version},
                      {"created", iso_time(dep.created)},
                      {"roots", keys.at("roots")},
                      {"availabilityKey", keys.at("availabilityKey")},
                      {"purge", name_of(dep.hold)},
                      {"mailboxes", parts.deps.mailboxes(dep).size()}};
  if (dep.state == storage::DepState::disabled)
    object["note"] = "takes no new mailboxes; those it has go on working";
  if (!keys.at("availabilityKey").as_bool() && !keys.at("roots").as_array().empty())
    object["warning"] =
        "no availability key: losing both roots loses the mail, and a denial stops the service's "
        "own "
        "work too";
  return object;
}

policy::NewDep wanted(Call& call) {
  using policy::AvailabilityKey;
  policy::NewDep dep{.name = call.fields.text("name"),
                     .description = call.fields.find_text("description").value_or(""),
                     .root_a = crypto::RootKeyRef(call.fields.text("root_a")),
                     .root_b = crypto::RootKeyRef(call.fields.text("root_b"))};
  if (!call.fields.find_flag("availability_key").value_or(true))
    dep.availability = AvailabilityKey::none;
  return dep;
}

json::object checked(const std::vector<policy::RootCheck>& checks) {
  json::array all;
  for (const auto& check : checks)
    all.push_back({{"root", check.kid},
                   {"check", check.check},
                   {"passed", check.passed},
                   {"detail", check.detail}});
  return {{"passed", policy::all_passed(checks)}, {"checks", std::move(all)}};
}

// A change of one DEP, with what it means.
template <class Change>
json::value changed(Call& call, Change change) {
  const auto run = run_of(call);
  auto affected = change(run);
  return answer_of(call, run, affected);
}

json::object described(const policy::NeededRoot& root, UnixTime now) {
  const auto trouble = policy::trouble(root, now);
  json::value expires, newer;
  if (root.expires) expires = iso_time(*root.expires);
  if (root.newer) newer = root.newer->kid();
  return {{"dep", root.dep.name},
          {"policyId", policy_id({root.dep.id, root.version})},
          {"mailboxes", root.mailboxes},
          {"root", root.key.kid()},
          {"verdict", crypto::name_of(root.verdict)},
          {"enabled", root.enabled},
          {"expires", std::move(expires)},
          {"trouble", trouble.value_or("")},
          {"newer", std::move(newer)},
          {"note", root.newer ? "a newer version is there: refresh is due" : ""}};
}

}  // namespace

json::value list_deps(Call& call) {
  json::array all;
  for (const auto& dep : call.parts.deps.list()) all.push_back(described(call.parts, dep));
  return {{"deps", std::move(all)}};
}

json::value create_dep(Call& call) {
  const auto dep = wanted(call);
  call.fields.finish();
  return described(call.parts, call.parts.deps.create(dep));
}

json::value check_dep(Call& call) {
  const auto dep = wanted(call);
  call.fields.finish();
  return checked(call.parts.deps.check(dep));
}

json::value show_dep(Call& call) {
  const auto dep = call.parts.deps.dep(call.names[0]);
  auto object = described(call.parts, dep);
  json::array versions, mailboxes;
  for (const auto& keys : call.parts.deps.versions(dep)) versions.push_back(described(keys));
  object["versions"] = std::move(versions);
  Names names(call.parts.directory);
  for (const auto& record : call.parts.deps.mailboxes(dep))
    mailboxes.emplace_back(names.account(record.account));
  object["mailboxNames"] = std::move(mailboxes);
  return object;
}

json::value rename_dep(Call& call) {
  const auto to = call.fields.text("name");
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.deps.rename(call.names[0], to, run);
  });
}

json::value describe_dep(Call& call) {
  const auto text = call.fields.text("description");
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.deps.describe(call.names[0], text, run);
  });
}

json::value enable_dep(Call& call) {
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.deps.enable(call.names[0], run);
  });
}

json::value disable_dep(Call& call) {
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.deps.disable(call.names[0], run);
  });
}

json::value remove_dep(Call& call) {
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.deps.remove(call.names[0], run);
  });
}

json::value refresh_dep(Call& call) {
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.rotation.refresh(call.names[0], run);
  });
}

json::value roll_dep_key(Call& call) {
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.rotation.roll_key(call.names[0], run);
  });
}

json::value replace_dep_root(Call& call) {
  const auto slot = call.fields.text("slot");
  const crypto::RootKeyRef root(call.fields.text("root"));
  if (slot != "a" && slot != "b") throw Error(Fault::invalid, "\"slot\" must be a or b");
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    return call.parts.rotation.replace_root(
        call.names[0], slot == "a" ? storage::RootSlot::a : storage::RootSlot::b, root, run);
  });
}

// No mailbox key changes.
json::value roll_availability_key(Call& call) {
  return changed(call, [&](policy::Run run) {
    call.fields.finish();
    call.parts.rotation.roll_availability_key(call.names[0], run);
    return std::vector<policy::Affected>();
  });
}

json::value test_dep(Call& call) {
  call.fields.finish();
  return checked(call.parts.rotation.test(call.names[0]));
}

json::value list_needed_roots(Call& call) {
  const auto dep = call.target.value("dep");
  json::array all;
  for (const auto& root : call.parts.rotation.needed_roots(dep))
    all.push_back(described(root, call.parts.clock.now()));
  return {{"roots", std::move(all)}};
}

}  // namespace server::admin
