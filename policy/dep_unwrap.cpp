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

std::string title(const storage::Dep& dep, const storage::WrappedDepKey& wrapped) {
  return "DEP " + dep.name + " (version " + std::to_string(wrapped.version) + ")";
}

}  // namespace

crypto::Place place_of_dep_key(DepId dep, std::uint32_t version) {
  return {.kind = crypto::Kind::dep_key, .row = dep.value, .part = version};
}

std::optional<crypto::DepKey> DepUnwrap::by_root(const crypto::WrappedByRoot& wrapped,
                                                 const crypto::Place& place, RootAnswer& answer) {
  ++root_calls_;
  try {
    return roots_.unwrap(wrapped, place, crypto::Patience::user);
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

crypto::DepKey DepUnwrap::unwrap(const storage::Dep& dep, const storage::WrappedDepKey& wrapped) {
  if (wrapped.roots.size() != 2)
    throw Error(Fault::corrupt, title(dep, wrapped) + " does not have two wrapped keys");
  const auto place = place_of_dep_key(dep.id, wrapped.version);
  const auto first = random_of_two();
  std::array<RootAnswer, 2> answers;
  for (const auto slot : {first, 1 - first}) {
    const auto& root = wrapped.roots[slot];
    answers[slot].kid = root.key.kid();
    if (auto key = by_root(root, place, answers[slot])) return std::move(*key);
    logging::warning("key.root_failed", {{"dep", dep.name}, {"root", described(answers[slot])}});
  }
  const auto failures = described(answers[0]) + "; " + described(answers[1]);
  if (decide(answers[0].verdict, answers[1].verdict) == Outcome::refuse)
    throw Error(Fault::denied, title(dep, wrapped) + ": access is revoked: " + failures,
                "the owner of the keys has to allow get, wrapKey and unwrapKey on one of them");
  return by_availability_key(dep, wrapped, failures);
}

crypto::DepKey DepUnwrap::by_availability_key(const storage::Dep& dep,
                                              const storage::WrappedDepKey& wrapped,
                                              const std::string& failures) {
  const auto by = service_keys_.find_availability_key(dep.id, wrapped.generation);
  if (!by || !wrapped.availability)
    throw Error(Fault::unavailable, title(dep, wrapped) + ": no root answers: " + failures,
                "check the network to the vaults; nothing is lost");
  try {
    auto key =
        crypto::Aead::unwrap(*wrapped.availability, *by, place_of_dep_key(dep.id, wrapped.version));
    ++availability_uses_;
    logging::warning("key.availability_key_used",
                     {{"dep", dep.name}, {"version", wrapped.version}, {"failures", failures}});
    return key;
  } catch (const Error& error) {
    throw Error(Fault::corrupt, title(dep, wrapped) + ": no root answers: " + failures +
                                    "; and the availability key does not open it: " + error.what());
  }
}

DepUnwrap::Counters DepUnwrap::counters() const {
  return {root_calls_, root_failures_, availability_uses_};
}

}  // namespace policy
