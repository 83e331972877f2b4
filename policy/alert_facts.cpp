#include "policy/alert_facts.h"

#include <map>

#include "base/error.h"
#include "policy/dep_unwrap.h"
#include "policy/verdicts.h"

namespace policy {

using crypto::RootVerdict;

namespace {

bool takes_mailboxes(const storage::Dep& dep) {
  return dep.managed || dep.state == storage::DepState::enabled;
}

const crypto::WrappedByRoot* wrap_of(const storage::WrappedDepKey& wrapped,
                                     const crypto::RootKeyRef& key) {
  for (const auto& root : wrapped.roots)
    if (root.key == key) return &root;
  return nullptr;
}

}  // namespace

AlertFactsSource::AlertFactsSource(storage::Directory& directory, crypto::RootKeys& roots,
                                   Rotation& rotation, Sweep& sweep, KeyRing& ring,
                                   const Clock& clock,
                                   std::function<std::optional<std::string>()> broken,
                                   std::chrono::seconds sweep_overdue)
    : directory_(directory),
      roots_(roots),
      rotation_(rotation),
      sweep_(sweep),
      ring_(ring),
      clock_(clock),
      broken_(std::move(broken)),
      sweep_overdue_(sweep_overdue) {}

AlertFacts AlertFactsSource::gathered(const std::stop_token& stop) {
  AlertFacts facts{.now = clock_.now(),
                   .roots = roots(stop),
                   .sweep_overdue = sweep_overdue_,
                   .audit_broken = broken_()};
  facts.fallbacks = fallbacks(facts.roots);
  const auto sweep = sweep_.progress();
  facts.to_be_moved = sweep.to_be_moved;
  facts.not_moved_because = sweep.reason;
  return facts;
}

std::vector<RootFact> AlertFactsSource::roots(const std::stop_token& stop) {
  std::vector<RootFact> facts;
  for (const auto& needed : rotation_.needed_roots({})) {
    if (stop.stop_requested()) break;
    facts.push_back(looked_at(needed));
  }
  return facts;
}

// A vault that did not even describe the key is not asked for more.
RootFact AlertFactsSource::looked_at(const NeededRoot& needed) {
  RootFact fact{.dep = needed.dep.name,
                .version = needed.version,
                .mailboxes = needed.mailboxes,
                .wraps_new = needed.version == needed.dep.version && takes_mailboxes(needed.dep),
                .kid = needed.key.kid(),
                .verdict = needed.verdict,
                .reason = needed.detail,
                .disabled = needed.verdict == RootVerdict::ok && !needed.enabled,
                .expires = needed.expires};
  if (!fact.needed() || fact.verdict == RootVerdict::transient) return fact;
  try {
    const auto wrapped = directory_.dep_key(needed.dep.id, needed.version);
    if (const auto* wrap = wrap_of(wrapped, needed.key))
      roots_.unwrap(*wrap, place_of_dep_key(needed.dep.id, needed.version),
                    crypto::Patience::system);
  } catch (const crypto::RootError& error) {
    fact.verdict = error.verdict();
    fact.reason = error.code() + ": " + error.what();
  } catch (const Error& error) {
    if (error.fault() == Fault::not_found) return fact;  // removed just now
    fact.verdict = RootVerdict::misconfigured;
    fact.reason = error.what();
  }
  return fact;
}

std::vector<FallbackFact> AlertFactsSource::fallbacks(const std::vector<RootFact>& roots) {
  std::map<std::pair<std::string, std::uint32_t>, std::vector<RootVerdict>> versions;
  for (const auto& root : roots) versions[{root.dep, root.version}].push_back(root.verdict);
  std::vector<FallbackFact> facts;
  const auto uses = ring_.statistics().availability_uses;
  for (const auto& [version, said] : versions)
    if (decide(said.front(), said.back()) != Outcome::serve && uses > uses_before_)
      facts.push_back({.dep = version.first});
  if (facts.empty()) uses_before_ = uses;
  return facts;
}

}  // namespace policy
