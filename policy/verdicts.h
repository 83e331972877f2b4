#pragma once
// What two roots said, and what follows: the heart of Customer Key (RULES.md section 2, decisions
// D7 and D8). Facts in, decision out: no clock, no database, no exceptions.

#include <string>

#include "base/clock.h"
#include "crypto/crossing.h"
#include "crypto/root_keys.h"

namespace policy {

// One try to unwrap a DEP key by one root.
struct RootAnswer {
  std::string kid;
  crypto::RootVerdict verdict = crypto::RootVerdict::ok;
  std::string reason;  // "403 Forbidden/KeyDisabled: ..."; empty with ok
};

enum class Outcome {
  serve,   // a root unwrapped
  refuse,  // a root denies, and none unwraps: the customer has said no
  outage,  // no root says anything about the customer's will
};

// What counts of a root's answer (D8): once it has denied, only an unwrap lifts that.
crypto::RootVerdict remembered(crypto::RootVerdict said, bool denied_before);

// In any order; a root that need not be asked is left out.
Outcome decide(crypto::RootVerdict first, crypto::RootVerdict second);

// Whether the availability key may serve this use when no root does. `outage`: for how long no root
// has; `longest`: for how long users are served nevertheless.
bool availability_key_may_serve(crypto::ActorClass use, Outcome, UnixTime outage, UnixTime longest);

// "https://...: denied (403 Forbidden/KeyDisabled: ...)"
std::string described(const RootAnswer&);

}  // namespace policy
