#include "policy/dep_unwrap.h"

#include <array>

#include "base/log.h"
#include "crypto/aead.h"

namespace policy {

namespace {

std::size_t random_of_two() {
  std::array<std::uint8_t, 1> octet{};
  crypto::random_bytes(octet);
  return octet[0] & 1;
}

}  // namespace

crypto::Place place_of_dep_key(DepId dep, std::uint32_t version) {
  return {.kind = crypto::Kind::dep_key, .row = dep.value, .part = version};
}

std::string titled(const storage::Dep& dep, std::uint32_t version) {
  return "DEP " + dep.name + " (version " + std::to_string(version) + ")";
}

std::optional<crypto::DepKey> DepUnwrap::by_root(const crypto::WrappedByRoot& wrapped,
                                                 const crypto::Place& place,
                                                 crypto::Patience patience, RootAnswer& answer) {
  ++root_calls_;
  try {
    return roots_.unwrap(wrapped, place, patience);
  } catch (const crypto::RootError& error) {
    answer.verdict = error.verdict();
    answer.reason = error.code() + ": " + error.what();
  } catch (const Error& error) {
    // It answered, but with something else than this key: that says nothing of the owner's will.
    answer.verdict = crypto::RootVerdict::misconfigured;
    answer.reason = error.what();
  }
  ++root_failures_;
  return std::nullopt;
}

DepUnwrap::ByRoots DepUnwrap::by_roots(const storage::Dep& dep,
                                       const storage::WrappedDepKey& wrapped,
                                       crypto::Patience patience) {
  if (wrapped.roots.size() != 2)
    throw Error(Fault::corrupt, titled(dep, wrapped.version) + " does not have two wrapped keys");
  const auto place = place_of_dep_key(dep.id, wrapped.version);
  const auto first = random_of_two();
  ByRoots result;
  for (const auto slot : {first, 1 - first}) {
    const auto& root = wrapped.roots[slot];
    auto& answer = result.answers.emplace_back(RootAnswer{.kid = root.key.kid(), .reason = {}});
    result.key = by_root(root, place, patience, answer);
    if (result.key) break;
    logging::warning("key.root_failed", {{"dep", dep.name}, {"root", described(answer)}});
  }
  return result;
}

bool DepUnwrap::has_availability_key(const storage::WrappedDepKey& wrapped) try {
  return wrapped.availability &&
         service_keys_.find_availability_key(wrapped.dep, wrapped.generation);
} catch (const Error&) {  // a file that is damaged opens nothing
  return false;
}

crypto::DepKey DepUnwrap::by_availability_key(const storage::Dep& dep,
                                              const storage::WrappedDepKey& wrapped) {
  const auto title = titled(dep, wrapped.version);
  const auto by = service_keys_.find_availability_key(dep.id, wrapped.generation);
  if (!by || !wrapped.availability)
    throw Error(Fault::unavailable, title + " has no availability key");
  try {
    auto key =
        crypto::Aead::unwrap(*wrapped.availability, *by, place_of_dep_key(dep.id, wrapped.version));
    ++availability_uses_;
    return key;
  } catch (const Error& error) {
    throw Error(Fault::corrupt, title + ": the availability key does not open it: " + error.what());
  }
}

DepUnwrap::Counters DepUnwrap::counters() const {
  return {root_calls_, root_failures_, availability_uses_};
}

}  // namespace policy
