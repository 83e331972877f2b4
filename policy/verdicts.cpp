#include "policy/verdicts.h"

namespace policy {

using crypto::RootVerdict;

RootVerdict remembered(RootVerdict said, bool denied_before) {
  return denied_before && said != RootVerdict::ok ? RootVerdict::denied : said;
}

Outcome decide(RootVerdict first, RootVerdict second) {
  if (first == RootVerdict::ok || second == RootVerdict::ok) return Outcome::serve;
  // Whoever cuts the network to one vault must not bring back what was revoked in the other.
  if (first == RootVerdict::denied || second == RootVerdict::denied) return Outcome::refuse;
  return Outcome::outage;
}

bool availability_key_may_serve(crypto::ActorClass use, Outcome outcome, UnixTime outage,
                                UnixTime longest) {
  if (outcome == Outcome::serve) return false;  // never first
  if (use == crypto::ActorClass::system) return true;
  return outcome == Outcome::outage && outage < longest;
}

std::string described(const RootAnswer& answer) {
  std::string text = answer.kid + ": " + std::string(crypto::name_of(answer.verdict));
  if (!answer.reason.empty()) text += " (" + answer.reason + ")";
  return text;
}

}  // namespace policy
