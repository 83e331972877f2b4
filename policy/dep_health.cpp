#include "policy/dep_health.h"

#include <functional>

#include "crypto/aead.h"
#include "policy/dep_unwrap.h"
#include "policy/examination.h"

namespace policy {

namespace {

std::string in_version(const storage::WrappedDepKey& wrapped, const char* check) {
  return "version " + std::to_string(wrapped.version) + ": " + check;
}

// The wraps of one version, each opened and held against the first that opened.
class Wraps {
 public:
  Wraps(const storage::WrappedDepKey& wrapped, std::vector<RootCheck>& checks)
      : wrapped_(wrapped), checks_(checks) {}

  void open(const std::string& kid, const std::function<crypto::DepKey()>& unwrap) {
    const auto check = in_version(wrapped_, "wrap opens");
    Examination examination(kid, checks_);
    auto key = examination.asked(check, unwrap);
    if (!key) return;
    const bool same = !first_ || same_key(*first_, *key);
    examination.note(check, same, "it holds another key than the others", Fault::corrupt);
    if (!first_) first_ = std::move(key);
  }

 private:
  const storage::WrappedDepKey& wrapped_;
  std::vector<RootCheck>& checks_;
  std::optional<crypto::DepKey> first_;
};

crypto::DepKey by_availability_key(crypto::ServiceKeys& keys, const storage::WrappedDepKey& wrapped,
                                   const crypto::Place& place) {
  const auto by = keys.find_availability_key(wrapped.dep, wrapped.generation);
  if (!by)
    throw Error(Fault::not_found, "the availability key is not in the service-key directory");
  return crypto::Aead::unwrap(*wrapped.availability, *by, place);
}

}  // namespace

std::vector<RootCheck> dep_health(crypto::RootKeys& roots, crypto::ServiceKeys& service_keys,
                                  const Clock& clock, const storage::Dep& dep,
                                  std::span<const storage::WrappedDepKey> versions) {
  std::vector<RootCheck> checks;
  for (const auto& wrapped : versions) {
    const auto place = place_of_dep_key(dep.id, wrapped.version);
    Wraps wraps(wrapped, checks);
    for (const auto& root : wrapped.roots) {
      Examination examination(root.key.kid(), checks);
      if (wrapped.version == dep.version) {
        if (const auto info = examination.asked("get", [&] { return roots.get(root.key); })) {
          examination.note("get", true, "");
          check_key(examination, *info, clock.now());
          check_recovery(examination, *info);
        }
        // No DEP has number 0: what is wrapped here is good for nothing else.
        round_trip(roots, examination, root.key, crypto::DepKey::generate(),
                   place_of_dep_key(DepId(0), 0));
      }
      wraps.open(root.key.kid(), [&] { return roots.unwrap(root, place); });
    }
    if (wrapped.availability)
      wraps.open(std::string(availability_kid),
                 [&] { return by_availability_key(service_keys, wrapped, place); });
  }
  return checks;
}

}  // namespace policy
