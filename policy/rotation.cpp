#include "policy/rotation.h"

#include "base/log.h"
#include "crypto/aead.h"
#include "policy/dep_health.h"
#include "policy/dep_unwrap.h"
#include "policy/purge.h"

namespace policy {

namespace {

// The root key, whichever version of it is the newest.
crypto::RootKeyRef newest_of(const crypto::RootKeyRef& key) {
  auto kid = key.kid();
  if (!key.version().empty()) kid.resize(kid.size() - key.version().size() - 1);
  return crypto::RootKeyRef(kid);
}

}  // namespace

Rotation::Rotation(storage::Directory& directory, crypto::RootKeys& roots,
                   crypto::ServiceKeys& service_keys, Deps& deps, Sweep& sweep, const Clock& clock)
    : directory_(directory),
      roots_(roots),
      service_keys_(service_keys),
      deps_(deps),
      sweep_(sweep),
      clock_(clock) {}

storage::Dep Rotation::free_dep(std::string_view name) {
  auto dep = deps_.dep(name);
  refuse_held(dep);
  return dep;
}

std::vector<Affected> Rotation::refresh(std::string_view name, Run run) {
  const auto dep = free_dep(name);
  const auto now = deps_.keys(dep);
  return make_version(dep, newest_of(now.roots.at(0).key), newest_of(now.roots.at(1).key), run);
}

std::vector<Affected> Rotation::replace_root(std::string_view name, storage::RootSlot slot,
                                             const crypto::RootKeyRef& root, Run run) {
  const auto dep = free_dep(name);
  if (dep.managed)
    throw Error(Fault::invalid, "the roots of the managed default are the service's");
  const auto now = deps_.keys(dep);
  const auto& a = now.roots.at(0).key;
  const auto& b = now.roots.at(1).key;
  return slot == storage::RootSlot::a ? make_version(dep, root, b, run)
                                      : make_version(dep, a, root, run);
}

std::vector<Affected> Rotation::roll_key(std::string_view name, Run run) {
  const auto dep = free_dep(name);
  const auto now = deps_.keys(dep);
  return make_version(dep, now.roots.at(0).key, now.roots.at(1).key, run);
}

std::vector<Affected> Rotation::moving(const storage::Dep& dep, const storage::DepVersion& to) {
  std::vector<Affected> all;
  for (auto& record : directory_.mailboxes())
    if (record.target.dep == dep.id) all.push_back({std::move(record), to});
  return all;
}

std::vector<Affected> Rotation::make_version(const storage::Dep& dep, const crypto::RootKeyRef& a,
                                             const crypto::RootKeyRef& b, Run run) {
  const storage::DepVersion next{dep.id, dep.version + 1};
  const auto place = place_of_dep_key(next.dep, next.version);
  const auto key = crypto::DepKey::generate();
  auto examined =
      examine(roots_, clock_, a, b, dep.managed ? Holder::service : Holder::customer, key, place);
  require_passed(examined.checks, "DEP " + dep.name + " was not changed");
  const std::lock_guard lock(rolling_);  // its availability key must not be rolled meanwhile
  const auto former = deps_.keys(dep);
  storage::WrappedDepKey wrapped{.dep = next.dep,
                                 .version = next.version,
                                 .roots = std::move(examined.wraps),
                                 .availability = {},
                                 .generation = former.generation,
                                 .created = clock_.now()};
  if (former.availability)
    wrapped.availability = crypto::Aead::wrap(key, availability_key(former), place);
  auto affected = moving(dep, next);
  if (run == Run::preview) return affected;
  directory_.add_dep_version(wrapped);
  logging::info("dep.new_version", {{"dep", dep.name},
                                    {"version", next.version},
                                    {"root_a", wrapped.roots[0].key.kid()},
                                    {"root_b", wrapped.roots[1].key.kid()},
                                    {"mailboxes", affected.size()}});
  sweep_.wake();
  return affected;
}

crypto::AvailabilityKey Rotation::availability_key(const storage::WrappedDepKey& wrapped) {
  auto key = service_keys_.find_availability_key(wrapped.dep, wrapped.generation);
  if (!key)
    throw Error(Fault::corrupt, "the DEP's availability key is not in the service-key directory",
                "restore it from the backup of the service keys, or make a new one with "
                "`sealpost dep roll-availability-key`");
  return std::move(*key);
}

// By the former availability key: no root has to be asked for what the service does with its own
// key. By a root where that key is lost.
crypto::DepKey Rotation::opened(const storage::WrappedDepKey& wrapped) {
  const auto place = place_of_dep_key(wrapped.dep, wrapped.version);
  if (DepUnwrap(roots_, service_keys_).has_availability_key(wrapped))
    return crypto::Aead::unwrap(*wrapped.availability, availability_key(wrapped), place);
  try {
    return roots_.unwrap(wrapped.roots.at(0), place);
  } catch (const Error&) {  // then the other one
    return roots_.unwrap(wrapped.roots.at(1), place);
  }
}

void Rotation::roll_availability_key(std::string_view name, Run run) {
  const std::lock_guard lock(rolling_);
  const auto dep = free_dep(name);
  auto versions = directory_.dep_keys(dep.id);
  if (!versions.back().availability)
    throw Error(Fault::invalid, "DEP " + dep.name + " was made without an availability key");
  const auto former = versions.back().generation;
  std::vector<crypto::DepKey> keys;
  for (const auto& wrapped : versions) keys.push_back(opened(wrapped));
  if (run == Run::preview) return;
  service_keys_.destroy_availability_key(dep.id, former + 1);  // of a roll that was cut
  const auto by = service_keys_.make_availability_key(dep.id, former + 1);
  for (std::size_t n = 0; n < versions.size(); ++n) {
    versions[n].generation = former + 1;
    versions[n].availability =
        crypto::Aead::wrap(keys[n], by, place_of_dep_key(dep.id, versions[n].version));
  }
  try {
    directory_.replace_availability_wraps(versions);
  } catch (const Error& error) {
    // Refused, as the DEP was changed or is purged; a commit that failed may be there all the same.
    if (error.fault() == Fault::denied || error.fault() == Fault::exists)
      service_keys_.destroy_availability_key(dep.id, former + 1);
    throw;
  }
  destroy_before(versions.back());
  logging::info("dep.availability_key_rolled", {{"dep", dep.name}, {"generation", former + 1}});
}

void Rotation::destroy_before(const storage::WrappedDepKey& wrapped) {
  for (auto generation = wrapped.generation - 1; generation > 0; --generation)
    service_keys_.destroy_availability_key(wrapped.dep, generation);
}

// Later ones stay: where an older copy of the data was put back, they belong to the newer.
void Rotation::destroy_former_availability_keys() {
  if (!directory_.believes_the_rest()) return;  // the wraps may be older than the keys
  const std::lock_guard lock(rolling_);
  DepUnwrap unwrap(roots_, service_keys_);
  for (const auto& dep : deps_.list())
    if (const auto wrapped = deps_.keys(dep); unwrap.has_availability_key(wrapped))
      destroy_before(wrapped);
}

std::vector<RootCheck> Rotation::test(std::string_view name) {
  const auto dep = deps_.dep(name);
  return dep_health(roots_, service_keys_, clock_, dep, deps_.versions(dep));
}

}  // namespace policy
