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

// Ok when it was removed just now.
RootAnswer probed(storage::Directory& directory, crypto::RootKeys& roots,
                  const NeededRoot& needed) {
  try {
    const auto wrapped = directory.dep_key(needed.dep.id, needed.version);
    if (const auto* wrap = wrap_of(wrapped, needed.key))
      return unwrapped(roots, {needed.dep.id, needed.version}, *wrap);
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found)
      return {needed.key.kid(), RootVerdict::misconfigured, error.what()};
  }
  return {.kid = needed.key.kid(), .reason = {}};
}

}  // namespace

RootAnswer unwrapped(crypto::RootKeys& roots, const DepVersion& version,
                     const crypto::WrappedByRoot& wrap) {
  RootAnswer answer{.kid = wrap.key.kid(), .reason = {}};
  try {
    roots.unwrap(wrap, place_of_dep_key(version.dep, version.version), crypto::Patience::system);
  } catch (const crypto::RootError& error) {
    answer.verdict = error.verdict();
    answer.reason = error.code() + ": " + error.what();
  } catch (const Error& error) {
    answer.verdict = RootVerdict::misconfigured;
    answer.reason = error.what();
  }
  return answer;
}

std::vector<ProbedRoot> probed_roots(storage::Directory& directory, crypto::RootKeys& roots,
                                     Rotation& rotation, const std::stop_token& stop) {
  std::vector<ProbedRoot> all;
  for (auto& needed : rotation.needed_roots({})) {
    if (stop.stop_requested()) break;
    ProbedRoot root{std::move(needed), {}};
    root.answer = {root.needed.key.kid(), root.needed.verdict, root.needed.detail};
    if (root.needed.verdict != RootVerdict::transient)
      root.answer = probed(directory, roots, root.needed);
    all.push_back(std::move(root));
  }
  return all;
}

}  // namespace policy
