#pragma once
// How the root keys of all DEPs are right now: each described by its vault, and each wrap of a
// DEP key that it made opened. Nothing is kept of what they say, and no availability key is used.
// Blocking pool only.

#include <stop_token>
#include <vector>

#include "policy/dep_keys.h"
#include "policy/rotation.h"
#include "policy/verdicts.h"

namespace policy {

struct ProbedRoot {
  NeededRoot needed;
  RootAnswer answer;  // of the unwrap; or, if the vault does not answer, what it said of the key
};

// A root's wrap of a version of a DEP's key, opened. Throws nothing that is about the root.
RootAnswer unwrapped(crypto::RootKeys&, const DepVersion&, const crypto::WrappedByRoot&);

// In the order of Rotation::needed_roots: a and b of each version. Ends soon once told to stop,
// with what it has. A vault that does not answer for a key is not asked for more of it.
std::vector<ProbedRoot> probed_roots(storage::Directory&, crypto::RootKeys&, Rotation&,
                                     const std::stop_token&);

}  // namespace policy
