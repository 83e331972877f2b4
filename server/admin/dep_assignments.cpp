#include "server/admin/effects.h"

namespace server::admin {

namespace json = boost::json;

// All are looked up before the first is assigned: all or none.
json::value assign_dep(Call& call) {
  const auto mailboxes = mailboxes_of(call);
  const auto run = run_of(call);
  call.fields.finish();
  return answer_of(call, run, call.parts.deps.assign(mailboxes, call.names[0], run));
}

json::value unassign_deps(Call& call) {
  const auto mailboxes = mailboxes_of(call);
  const auto run = run_of(call);
  call.fields.finish();
  return answer_of(call, run, call.parts.deps.unassign(mailboxes, run));
}

json::value show_tenant_dep(Call& call) {
  const auto dep = call.parts.deps.default_dep();
  return {{"dep", dep.tenant_wide ? json::value(dep.name) : json::value(nullptr)},
          {"mailboxesWithoutAssignment", dep.name}};
}

json::value set_tenant_dep(Call& call) {
  const auto dep = call.fields.text("dep");
  const auto run = run_of(call);
  call.fields.finish();
  return answer_of(call, run, call.parts.deps.set_tenant_wide(dep, run));
}

json::value clear_tenant_dep(Call& call) {
  const auto run = run_of(call);
  call.fields.finish();
  return answer_of(call, run, call.parts.deps.clear_tenant_wide(run));
}

json::value show_dep_progress(Call& call) {
  const auto progress = call.parts.sweep.progress();
  Names names(call.parts.directory);
  json::array versions;
  for (const auto& count : progress.versions) {
    const auto& dep = names.dep(count.under.dep);
    versions.push_back({{"dep", dep.name},
                        {"policyId", policy_id(count.under)},
                        {"newest", count.under.version == dep.version},
                        {"mailboxes", count.mailboxes},
                        {"toBeMoved", count.to_be_moved}});
  }
  const auto time = [](UnixTime at) { return at ? json::value(iso_time(at)) : json::value(); };
  return {{"toBeMoved", progress.to_be_moved}, {"running", progress.running},
          {"started", time(progress.started)}, {"ended", time(progress.ended)},
          {"moved", progress.moved},           {"left", progress.left},
          {"reason", progress.reason},         {"versions", std::move(versions)}};
}

}  // namespace server::admin
