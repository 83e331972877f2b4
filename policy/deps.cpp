#include "policy/deps.h"

#include <algorithm>

#include "base/log.h"
#include "crypto/aead.h"
#include "policy/dep_unwrap.h"

namespace policy {

namespace {

constexpr std::size_t name_limit = 64;
constexpr std::size_t description_limit = 1000;
constexpr int rewrap_tries = 3;

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool same_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

Deps::Deps(storage::Directory& directory, crypto::RootKeys& roots,
           crypto::ServiceKeys& service_keys, KeyRing& ring, const Clock& clock)
    : directory_(directory),
      roots_(roots),
      service_keys_(service_keys),
      ring_(ring),
      clock_(clock) {}

void Deps::refuse_name(const NewDep& wanted) {
  const auto& name = wanted.name;
  if (name.empty() || name.size() > name_limit || !std::ranges::all_of(name, is_name_character))
    throw Error(Fault::invalid, "a DEP name is 1 to 64 of A-Z a-z 0-9 . _ -");
  if (wanted.description.size() > description_limit)
    throw Error(Fault::invalid, "a DEP description has at most 1000 octets");
  for (const auto& dep : directory_.deps())
    if (same_but_case(dep.name, name))
      throw Error(Fault::exists, "there is a DEP " + dep.name + " already",
                  "names are unique without regard to case; choose another");
}

void Deps::ensure_managed(const crypto::RootKeyRef& a, const crypto::RootKeyRef& b) {
  const auto deps = directory_.deps();
  if (std::ranges::any_of(deps, &storage::Dep::managed)) return;
  const NewDep wanted{.name = std::string(managed_dep_name),
                      .description = "service-held roots: the default",
                      .root_a = a,
                      .root_b = b};
  refuse_name(wanted);
  storage::Dep dep;
  dep.managed = true;
  make(wanted, dep);
}

storage::Dep Deps::create(const NewDep& wanted) {
  refuse_name(wanted);
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
  require_passed(examined.checks, dep.name);

  const auto availability = service_keys_.make_availability_key(dep.id, 1);
  try {
    directory_.add_dep(dep, {.dep = dep.id,
                             .version = dep.version,
                             .roots = std::move(examined.wraps),
                             .availability = crypto::Aead::wrap(key, availability, place)});
  } catch (...) {
    service_keys_.destroy_availability_keys(dep.id);
    throw;
  }
  logging::info(
      "dep.created",
      {{"dep", dep.name}, {"root_a", wanted.root_a.kid()}, {"root_b", wanted.root_b.kid()}});
  return dep;
}

std::vector<RootCheck> Deps::check(const NewDep& wanted) {
  refuse_name(wanted);
  // No DEP has number 0: what is wrapped here is good for nothing else.
  return examine(roots_, clock_, wanted.root_a, wanted.root_b, Holder::customer,
                 crypto::DepKey::generate(), place_of_dep_key(DepId(0), 0))
      .checks;
}

storage::Dep Deps::dep(std::string_view name) {
  if (name.empty()) throw Error(Fault::invalid, "which DEP? its name is empty");
  return directory_.dep(name);
}

std::vector<storage::Dep> Deps::list() { return directory_.deps(); }

storage::WrappedDepKey Deps::keys(const storage::Dep& dep) {
  return directory_.dep_key(dep.id, dep.version);
}

std::vector<storage::MailboxRecord> Deps::mailboxes(const storage::Dep& dep) {
  return directory_.mailboxes_of(dep.id);
}

storage::Dep Deps::default_dep() {
  for (auto& dep : directory_.deps())
    if (dep.managed) return dep;
  throw Error(Fault::not_found, "the managed default DEP is missing",
              "restart the server: it is made at start");
}

storage::MailboxRecord Deps::assign(MailboxId mailbox, const std::optional<std::string>& dep_name) {
  const auto to = dep_name ? dep(*dep_name) : default_dep();
  if (to.state != storage::DepState::enabled)
    throw Error(Fault::denied, "DEP " + to.name + " is disabled and takes no new mailboxes",
                "mailboxes that have it go on working; enable it to assign more");
  for (int tries = 1;; ++tries) {
    const auto before = directory_.mailbox(mailbox);
    const auto after = ring_.rewrapped(before, to);
    try {
      directory_.rewrap(before, after);
    } catch (const Error& error) {
      // Somebody else rewrapped it meanwhile: again, from what is there now.
      if (error.fault() != Fault::exists || tries == rewrap_tries) throw;
      continue;
    }
    const MailboxId one[] = {mailbox};
    directory_.assign(one, to.managed ? std::nullopt : std::optional(to.id));
    logging::info("dep.assigned", {{"dep", to.name}, {"mailbox", mailbox.value}});
    return directory_.mailbox(mailbox);
  }
}

}  // namespace policy
