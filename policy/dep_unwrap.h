#pragma once
// One DEP key out of its three wraps: by the roots, one chosen at random first and the other on any
// failure; or by the availability key, when policy/verdicts.h allows it. Blocking pool only; any
// thread.

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/root_keys.h"
#include "crypto/service_keys.h"
#include "policy/verdicts.h"
#include "storage/directory.h"

namespace policy {

// Where a DEP key belongs, in each of its three wraps.
crypto::Place place_of_dep_key(DepId, std::uint32_t version);

// "DEP Contoso (version 2)"
std::string titled(const storage::Dep&, std::uint32_t version);

class DepUnwrap {
 public:
  struct Counters {
    std::uint64_t root_calls = 0, root_failures = 0, availability_uses = 0;
  };
  struct ByRoots {
    std::optional<crypto::DepKey> key;
    std::vector<RootAnswer> answers;  // of the roots that were asked, in that order
  };

  DepUnwrap(crypto::RootKeys& roots, crypto::ServiceKeys& service_keys)
      : roots_(roots), service_keys_(service_keys) {}

  // Throws corrupt unless there are two wraps. Each root that fails is logged as a warning.
  ByRoots by_roots(const storage::Dep&, const storage::WrappedDepKey&, crypto::Patience);
  // Is there such a way at all?
  bool has_availability_key(const storage::WrappedDepKey&);
  // Throws unavailable without an availability key, corrupt when it does not open the wrap.
  crypto::DepKey by_availability_key(const storage::Dep&, const storage::WrappedDepKey&);

  Counters counters() const;

 private:
  std::optional<crypto::DepKey> by_root(const crypto::WrappedByRoot&, const crypto::Place&,
                                        crypto::Patience, RootAnswer&);

  crypto::RootKeys& roots_;
  crypto::ServiceKeys& service_keys_;
  std::atomic<std::uint64_t> root_calls_ = 0, root_failures_ = 0, availability_uses_ = 0;
};

}  // namespace policy
