#pragma once
// When a key gets a new version by itself, or its owner is reminded (reference: key vault REST,
// section 4). Facts in, answers out.

#include <boost/json.hpp>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "server/vault/period.h"

namespace vault {

struct LifetimeAction {
  enum class Type { rotate, notify };
  Type type;
  Period period;
  bool before_expiry;  // otherwise after creation
};

struct RotationPolicy {
  std::vector<LifetimeAction> actions;  // at most one of each type
  std::optional<Period> expiry;         // how long a version made by rotation is valid
  UnixTime created = 0, updated = 0;

  // When the action is due for a version; nothing: never (no such action, or no expiry to go by).
  std::optional<UnixTime> due(LifetimeAction::Type, UnixTime made,
                              std::optional<UnixTime> expires) const;
};

// What a key has that was never given one: a reminder 30 days before expiry.
RotationPolicy default_rotation_policy();

// The contract's form, without id. parse throws Refusal 400: a duration that is none or too short
// (expiry 28 days, rotation 7), a trigger with both or no member, an unknown action, one twice.
boost::json::object to_json(const RotationPolicy&);
RotationPolicy parse_rotation_policy(const boost::json::value&, UnixTime now);
// Of what to_json made; throws what Boost.JSON throws.
RotationPolicy rotation_policy_from(const boost::json::value&);

}  // namespace vault
