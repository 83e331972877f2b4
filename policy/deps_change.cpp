// Names, texts, states and removal of DEPs.

#include "base/log.h"
#include "policy/deps.h"
#include "policy/purge.h"

namespace policy {

namespace {

constexpr std::size_t names_in_text = 20;

std::string listed(const std::vector<storage::MailboxRecord>& mailboxes) {
  std::string text;
  for (std::size_t n = 0; n < mailboxes.size() && n < names_in_text; ++n)
    text += (n == 0 ? "" : ", ") + std::to_string(mailboxes[n].id.value);
  if (mailboxes.size() > names_in_text)
    text += " and " + std::to_string(mailboxes.size() - names_in_text) + " more";
  return text;
}

}  // namespace

storage::Dep Deps::own(std::string_view name, std::string_view act) {
  auto found = dep(name);
  if (found.managed)
    throw Error(Fault::invalid,
                "the managed default is the service's: it cannot be " + std::string(act));
  refuse_held(found);
  return found;
}

std::vector<Affected> Deps::having(const storage::Dep& dep) {
  std::vector<Affected> all;
  for (auto& record : directory_.mailboxes_of(dep.id)) {
    const auto to = record.target;
    all.push_back({std::move(record), to});
  }
  return all;
}

std::vector<Affected> Deps::update(const storage::Dep& dep, Run run) {
  auto affected = having(dep);
  if (run == Run::preview) return affected;
  directory_.update_dep(dep);
  logging::info("dep.changed",
                {{"id", dep.id.value},
                 {"dep", dep.name},
                 {"state", dep.state == storage::DepState::enabled ? "enabled" : "disabled"}});
  return affected;
}

std::vector<Affected> Deps::rename(std::string_view name, const std::string& to, Run run) {
  auto changed = own(name, "renamed");
  refuse_name(to, changed.id);
  changed.name = to;
  return update(changed, run);
}

std::vector<Affected> Deps::describe(std::string_view name, const std::string& text, Run run) {
  auto changed = dep(name);
  refuse_held(changed);
  refuse_description(text);
  changed.description = text;
  return update(changed, run);
}

std::vector<Affected> Deps::disable(std::string_view name, Run run) {
  auto changed = own(name, "disabled");
  if (changed.tenant_wide)
    throw Error(Fault::denied, "DEP " + changed.name + " is tenant-wide: new mailboxes need it",
                "make another one tenant-wide, or `sealpost dep clear-tenant-wide`, first");
  changed.state = storage::DepState::disabled;
  return update(changed, run);
}

std::vector<Affected> Deps::enable(std::string_view name, Run run) {
  auto changed = own(name, "enabled");
  if (changed.state == storage::DepState::disabled) refuse_one_too_many();
  changed.state = storage::DepState::enabled;
  return update(changed, run);
}

std::vector<Affected> Deps::remove(std::string_view name, Run run) {
  const auto gone = own(name, "removed");
  const auto users = directory_.mailboxes_of(gone.id);
  if (!users.empty())
    throw Error(Fault::limit,
                "DEP " + gone.name + " is not removed: " + std::to_string(users.size()) +
                    " mailboxes are under it or assigned to it, by number: " + listed(users),
                "`sealpost dep show " + gone.name +
                    "` lists them; assign them elsewhere, and wait for the sweep");
  if (gone.tenant_wide)
    throw Error(Fault::denied, "DEP " + gone.name + " is tenant-wide",
                "`sealpost dep clear-tenant-wide` first");
  if (run == Run::preview) return {};
  directory_.remove_dep(gone.id);
  service_keys_.destroy_availability_keys(gone.id);
  logging::info("dep.removed", {{"id", gone.id.value}, {"dep", gone.name}});
  return {};
}

}  // namespace policy
