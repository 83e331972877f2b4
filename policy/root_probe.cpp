#include "policy/root_probe.h"

#include "base/error.h"
#include "policy/dep_unwrap.h"

namespace policy {

using crypto::RootVerdict;

namespace {

const crypto::WrappedByRoot* wrap_of(const storage::WrappedDepKey& wrapped,
                                     const crypto::RootKeyRef& key) {
  for (const auto& root : wrapped.roots)
    if (root.key == key) return &root;
  return nullptr;
}

RootAnswer unwrapped(storage::Directory& directory, crypto::RootKeys& roots,
                     const NeededRoot& needed) {
  RootAnswer answer{.kid = needed.key.kid(), .reason = {}};
  try {
    const auto wrapped = directory.dep_key(needed.dep.id, needed.version);
    if (const auto* wrap = wrap_of(wrapped, needed.key))
      roots.unwrap(*wrap, place_of_dep_key(needed.dep.id, needed.version),
                   crypto::Patience::system);
  } catch (const crypto::RootError& error) {
    answer.verdict = error.verdict();
    answer.reason = error.code() + ": " + error.what();
  } catch (const Error& error) {
    if (error.fault() == Fault::not_found) return answer;  // removed just now
    answer.verdict = RootVerdict::misconfigured;
    answer.reason = error.what();
  }
  return answer;
}

}  // namespace

std::vector<ProbedRoot> probed_roots(storage::Directory& directory, crypto::RootKeys& roots,
                                     Rotation& rotation, const std::stop_token& stop) {
  std::vector<ProbedRoot> probed;
  for (auto& needed : rotation.needed_roots({})) {
    if (stop.stop_requested()) break;
    ProbedRoot root{std::move(needed), {}};
    root.answer = {root.needed.key.kid(), root.needed.verdict, root.needed.detail};
    if (root.needed.verdict != RootVerdict::transient)
      root.answer = unwrapped(directory, roots, root.needed);
    probed.push_back(std::move(root));
  }
  return probed;
}

}  // namespace policy
