#pragma once
// Does a DEP work? Every wrap of every version that is kept is opened, and the three of a version
// must hold one key; the roots of the newest are checked as for a new DEP. Changes nothing.
// Blocking pool only.

#include <span>
#include <vector>

#include "crypto/service_keys.h"
#include "policy/root_checks.h"
#include "storage/directory.h"

namespace policy {

inline constexpr std::string_view availability_kid = "availability key";  // in place of a kid

std::vector<RootCheck> dep_health(crypto::RootKeys&, crypto::ServiceKeys&, const Clock&,
                                  const storage::Dep&, std::span<const storage::WrappedDepKey>);

}  // namespace policy
