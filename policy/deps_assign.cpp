// Which mailbox belongs under which DEP: mailbox before tenant-wide before managed.

#include <algorithm>

#include "base/log.h"
#include "policy/deps.h"
#include "policy/purge.h"

namespace policy {

namespace {

void refuse_closed(const storage::Dep& dep) {
  if (dep.state != storage::DepState::enabled)
    throw Error(Fault::denied, "DEP " + dep.name + " is disabled and takes no new mailboxes",
                "mailboxes that have it go on working; enable it to assign more");
  refuse_held(dep);
}

}  // namespace

std::vector<Affected> Deps::assign(std::span<const MailboxId> mailboxes, std::string_view name,
                                   Run run) {
  const auto to = dep(name);
  refuse_closed(to);
  std::vector<Affected> affected;
  for (const auto id : mailboxes) {
    affected.push_back({directory_.mailbox(id), to.newest()});
    refuse_held(affected.back().mailbox);
  }
  if (run == Run::preview) return affected;
  directory_.assign(mailboxes, to.id);
  logging::info("dep.assigned", {{"dep", to.name}, {"mailboxes", mailboxes.size()}});
  sweep_.move(mailboxes);
  return affected;
}

std::vector<Affected> Deps::unassign(std::span<const MailboxId> mailboxes, Run run) {
  const auto to = default_dep();
  std::vector<Affected> affected;
  std::vector<MailboxId> assigned;
  for (const auto id : mailboxes) {
    auto record = directory_.mailbox(id);
    if (!record.assigned) continue;
    refuse_held(record);
    assigned.push_back(id);
    affected.push_back({std::move(record), to.newest()});
  }
  if (assigned.empty())
    throw Error(Fault::invalid, "no DEP is assigned to what was named: it is under " + to.name +
                                    " as the default, which cannot be unassigned");
  if (run == Run::preview) return affected;
  directory_.assign(assigned, std::nullopt);
  logging::info("dep.unassigned", {{"to", to.name}, {"mailboxes", assigned.size()}});
  sweep_.move(assigned);
  return affected;
}

std::vector<Affected> Deps::unassigned_to(const storage::Dep& dep) {
  std::vector<Affected> all;
  for (auto& record : directory_.mailboxes())
    if (!record.assigned) all.push_back({std::move(record), dep.newest()});
  return all;
}

std::vector<Affected> Deps::set_tenant_wide(std::string_view name, Run run) {
  const auto to = own(name, "made tenant-wide; it is the default when no other is");
  refuse_closed(to);
  auto affected = unassigned_to(to);
  if (run == Run::preview) return affected;
  directory_.set_tenant_wide(to.id);
  logging::info("dep.tenant_wide", {{"dep", to.name}, {"mailboxes", affected.size()}});
  sweep_.wake();
  return affected;
}

std::vector<Affected> Deps::clear_tenant_wide(Run run) {
  const auto was = default_dep();
  if (!was.tenant_wide) throw Error(Fault::not_found, "no DEP is tenant-wide");
  const auto to = managed();
  auto affected = unassigned_to(to);
  if (run == Run::preview) return affected;
  directory_.set_tenant_wide(std::nullopt);
  logging::info("dep.no_tenant_wide", {{"was", was.name}, {"mailboxes", affected.size()}});
  sweep_.wake();
  return affected;
}

}  // namespace policy
