#include "policy/deps.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "crypto/aead.h"
#include "policy/dep_unwrap.h"

namespace policy {

namespace {

constexpr std::size_t name_limit = 64;
constexpr std::size_t description_limit = 1000;

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool same_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

void refuse_description(const std::string& text) {
  if (text.size() > description_limit)
    throw Error(Fault::invalid, "a DEP description has at most 1000 octets");
}

Deps::Deps(storage::Directory& directory, crypto::RootKeys& roots,
           crypto::ServiceKeys& service_keys, Sweep& sweep, const Clock& clock, std::size_t active)
    : directory_(directory),
      roots_(roots),
      service_keys_(service_keys),
      sweep_(sweep),
      clock_(clock),
      active_(active) {}

void Deps::refuse_name(const std::string& name, std::optional<DepId> but_for) {
  if (name.empty() || name.size() > name_limit || !std::ranges::all_of(name, is_name_character))
    throw Error(Fault::invalid, "a DEP name is 1 to 64 of A-Z a-z 0-9 . _ -");
  for (const auto& dep : directory_.deps())
    if (dep.id != but_for && same_but_case(dep.name, name))
      throw Error(Fault::exists, "there is a DEP " + dep.name + " already",
                  "names are unique without regard to case; choose another");
}

void Deps::refuse_one_too_many() {
  const auto active = std::ranges::count_if(directory_.deps(), [](const storage::Dep& dep) {
    return !dep.managed && dep.state == storage::DepState::enabled;
  });
  if (static_cast<std::size_t>(active) >= active_)
    throw Error(Fault::limit, "there are " + std::to_string(active) + " enabled DEPs already",
                "disable or remove one, or raise [keys] active_deps in the configuration");
}

void Deps::refuse_new(const NewDep& wanted) {
  refuse_name(wanted.name, std::nullopt);
  refuse_description(wanted.description);
  refuse_one_too_many();
}

void Deps::ensure_managed(const crypto::RootKeyRef& a, const crypto::RootKeyRef& b) {
  const auto deps = directory_.deps();
  if (std::ranges::any_of(deps, &storage::Dep::managed)) return;
  if (!directory_.believes_the_rest()) return;  // it was there
  const NewDep wanted{.name = std::string(managed_dep_name),
                      .description = "service-held roots: the default",
                      .root_a = a,
                      .root_b = b};
  refuse_name(wanted.name, std::nullopt);
  storage::Dep dep;
  dep.managed = true;
  make(wanted, dep);
}

storage::Dep Deps::create(const NewDep& wanted) {
  refuse_new(wanted);
  return make(wanted, {});
}

storage::Dep Deps::make(const NewDep& wanted, storage::Dep dep) {
  dep.id = directory_.reserve_dep();
  dep.name = wanted.name;
  dep.description = wanted.description;
  dep.created = clock_.now();
  const auto place = place_of_dep_key(dep.id, dep.version);
  const auto key = crypto::DepKey::generate();
  auto examined = examine(roots_, clock_, wanted.root_a, wanted.root_b,
                          dep.managed ? Holder::service : Holder::customer, key, place);
  require_passed(examined.checks, "DEP " + dep.name + " was not made");

  storage::WrappedDepKey wrapped{.dep = dep.id,
                                 .version = dep.version,
                                 .roots = std::move(examined.wraps),
                                 .availability = {},
                                 .created = dep.created};
  try {
    if (wanted.availability == AvailabilityKey::made)
      wrapped.availability = crypto::Aead::wrap(
          key, service_keys_.make_availability_key(dep.id, wrapped.generation), place);
    directory_.add_dep(dep, wrapped);
  } catch (...) {
    service_keys_.destroy_availability_keys(dep.id);
    throw;
  }
  logging::info("dep.created", {{"dep", dep.name},
                                {"root_a", wanted.root_a.kid()},
                                {"root_b", wanted.root_b.kid()},
                                {"availability_key", wrapped.availability ? "yes" : "no"}});
  return dep;
}

std::vector<RootCheck> Deps::check(const NewDep& wanted) {
  refuse_new(wanted);
  // No DEP has number 0: what is wrapped here is good for nothing else.
  return examine(roots_, clock_, wanted.root_a, wanted.root_b, Holder::customer,
                 crypto::DepKey::generate(), place_of_dep_key(DepId(0), 0))
      .checks;
}

storage::Dep Deps::dep(std::string_view name) {
  if (name.empty()) throw Error(Fault::invalid, "which DEP? its name is empty");
  std::int64_t number = 0;
  const auto* end = name.data() + name.size();
  const bool is_number = std::from_chars(name.data(), end, number).ptr == end;
  const auto all = directory_.deps();
  for (const auto& dep : all)
    if (same_but_case(dep.name, name)) return dep;
  for (const auto& dep : all)
    if (is_number && dep.id.value == number) return dep;
  throw Error(Fault::not_found, "there is no DEP of that name or number",
              "`sealpost dep list` shows all");
}

// Whose keys can be looked at: what was rolled back, `sealpost restore show` names.
std::vector<storage::Dep> Deps::list() {
  auto all = directory_.deps();
  for (const auto& row : directory_.rolled_back())
    std::erase_if(all, [&](const storage::Dep& dep) { return dep.id == row.dep; });
  return all;
}

storage::WrappedDepKey Deps::keys(const storage::Dep& dep) {
  try {
    return directory_.dep_key(dep.id, dep.version);
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found || dep.hold != storage::Hold::destroying) throw;
  }
  return {.dep = dep.id, .version = dep.version, .roots = {}};
}

std::vector<storage::WrappedDepKey> Deps::versions(const storage::Dep& dep) {
  return directory_.dep_keys(dep.id);
}

std::vector<storage::MailboxRecord> Deps::mailboxes(const storage::Dep& dep) {
  return directory_.mailboxes_of(dep.id);
}

storage::Dep Deps::managed() {
  for (auto& dep : directory_.deps())
    if (dep.managed) return dep;
  throw Error(Fault::not_found, "the managed default DEP is missing",
              "restart the server: it is made at start");
}

storage::Dep Deps::default_dep() {
  for (auto& dep : directory_.deps())
    if (dep.tenant_wide) return dep;
  return managed();
}

}  // namespace policy
