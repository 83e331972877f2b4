#pragma once
// One DEP key out of its three wraps: a root chosen at random first, the other on any failure, and
// the availability key where policy/verdicts.h allows it. Blocking pool only; any thread.

#include <atomic>
#include <cstdint>

#include "crypto/root_keys.h"
#include "crypto/service_keys.h"
#include "policy/verdicts.h"
#include "storage/directory.h"

namespace policy {

// Where a DEP key belongs, in each of its three wraps.
crypto::Place place_of_dep_key(DepId, std::uint32_t version);

class DepUnwrap {
 public:
  struct Counters {
    std::uint64_t root_calls = 0, root_failures = 0, availability_uses = 0;
  };

  DepUnwrap(crypto::RootKeys& roots, crypto::ServiceKeys& service_keys)
      : roots_(roots), service_keys_(service_keys) {}

  // Throws denied, unavailable or corrupt; the text names the DEP and what each root said. Each
  // root that fails and each use of the availability key is logged as a warning.
  crypto::DepKey unwrap(const storage::Dep&, const storage::WrappedDepKey&);

  Counters counters() const;

 private:
  std::optional<crypto::DepKey> by_root(const crypto::WrappedByRoot&, const crypto::Place&,
                                        RootAnswer&);
  crypto::DepKey by_availability_key(const storage::Dep&, const storage::WrappedDepKey&,
                                     const std::string& failures);

  crypto::RootKeys& roots_;
  crypto::ServiceKeys& service_keys_;
  std::atomic<std::uint64_t> root_calls_ = 0, root_failures_ = 0, availability_uses_ = 0;
};

}  // namespace policy
