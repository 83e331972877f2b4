#pragma once
// Whether two root keys may carry a DEP (RULES.md section 3, decisions D2 and D4): looked at, and
// tried by a wrap and an unwrap. Blocking pool only.

#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/root_keys.h"

namespace policy {

// What was checked of one root, for people: passed or the reason it failed.
struct RootCheck {
  std::string kid;
  std::string check;  // "enabled", "type", "no expiry", "wrap and unwrap", ...
  bool passed = false;
  std::string detail;            // the reason; or, of a check that passed, a warning
  Fault fault = Fault::invalid;  // if it failed: denied and unavailable come from the vault
};

// Roots of a customer are in two vaults of the customer's; those of the managed default are the
// service's.
enum class Holder { customer, service };

struct Examined {
  std::vector<RootCheck> checks;
  std::vector<crypto::WrappedByRoot> wraps;  // a, b; whole only if all passed
};

// Every check of both roots, also after one has failed. `key` is wrapped for `place`, and what each
// root wrapped is unwrapped again.
Examined examine(crypto::RootKeys&, const Clock&, const crypto::RootKeyRef& a,
                 const crypto::RootKeyRef& b, Holder, const crypto::DepKey& key,
                 const crypto::Place& place);

bool all_passed(const std::vector<RootCheck>&);

// Throws what the failed checks say, each with its root: invalid before denied before unavailable.
// `what`: "DEP customer was not made".
void require_passed(const std::vector<RootCheck>&, const std::string& what);

// Whether one opens what the other seals: keys are never compared.
bool same_key(const crypto::DepKey&, const crypto::DepKey&);

}  // namespace policy
