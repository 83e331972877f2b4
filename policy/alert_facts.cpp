#include "policy/alert_facts.h"

#include <algorithm>

#include "base/iso_time.h"
#include "base/log.h"
#include "policy/protection.h"
#include "policy/purge.h"
#include "policy/root_memory.h"
#include "policy/verdicts.h"

namespace policy {

using crypto::RootVerdict;

namespace {

RootFact fact_of(const ProbedRoot& root) {
  const auto& [needed, answer] = root;
  const auto& dep = needed.dep;
  const bool takes_mailboxes = dep.managed || dep.state == storage::DepState::enabled;
  return {.dep = dep.name,
          .version = needed.version,
          .mailboxes = needed.mailboxes,
          .wraps_new = takes_mailboxes && needed.version == dep.version,
          .kid = needed.key.kid(),
          .verdict = answer.verdict,
          .reason = answer.reason,
          .disabled = needed.verdict == RootVerdict::ok && !needed.enabled,
          .expires = needed.expires};
}

}  // namespace

AlertFactsSource::AlertFactsSource(storage::Directory& directory, crypto::RootKeys& roots,
                                   Rotation& rotation, Sweep& sweep, KeyRing& ring,
                                   const Clock& clock,
                                   std::function<std::optional<std::string>()> broken,
                                   std::function<std::optional<std::string>()> rolled_back,
                                   std::chrono::seconds sweep_overdue,
                                   std::optional<UnixTime> tls_certificate_expires)
    : directory_(directory),
      roots_(roots),
      rotation_(rotation),
      sweep_(sweep),
      ring_(ring),
      clock_(clock),
      broken_(std::move(broken)),
      rolled_back_(std::move(rolled_back)),
      sweep_overdue_(sweep_overdue),
      tls_certificate_expires_(tls_certificate_expires) {}

AlertFacts AlertFactsSource::gathered(const std::stop_token& stop) {
  AlertFacts facts{.now = clock_.now(),
                   .roots = roots(stop),
                   .sweep_overdue = sweep_overdue_,
                   .audit_broken = broken_(),
                   .no_availability_key = {},
                   .rolled_back = rolled_back_(),
                   .tls_certificate_expires = tls_certificate_expires_};
  facts.fallbacks = fallbacks();
  for (const auto& dep : rotation_.without_their_availability_key())
    facts.no_availability_key.push_back(dep.name);
  facts.purges = purges();
  facts.certificates = certificates();
  const auto sweep = sweep_.progress();
  facts.to_be_moved = sweep.to_be_moved;
  facts.not_moved_because = sweep.reason;
  return facts;
}

// A denial that came while the roots were asked is newer than what they said before it.
void AlertFactsSource::remember(const ProbedRoot& root, UnixTime asked) {
  const auto& dep = root.needed.dep;
  const auto& answer = root.answer;
  const auto is_newer = [&](const storage::RootDenial& denial) {
    return denial.kid == answer.kid && denial.since >= asked;
  };
  if (answer.verdict == RootVerdict::ok
          ? std::ranges::any_of(directory_.root_denials(dep.id), is_newer)
          : answer.verdict != RootVerdict::denied)
    return;
  RootMemory(directory_, clock_).weigh(dep, root.needed.version, {answer});
}

std::vector<RootFact> AlertFactsSource::roots(const std::stop_token& stop) {
  std::vector<RootFact> facts;
  const auto asked = clock_.now();
  for (const auto& root : probed_roots(directory_, roots_, rotation_, stop)) {
    remember(root, asked);
    auto& fact = facts.emplace_back(fact_of(root));
    if (fact.verdict == RootVerdict::ok) continue;
    for (const auto& denial : directory_.root_denials(root.needed.dep.id)) {
      if (denial.kid != fact.kid) continue;
      fact.denied_since = denial.since;
      fact.verdict = remembered(fact.verdict, true);
    }
  }
  return facts;
}

std::vector<FallbackFact> AlertFactsSource::fallbacks() {
  std::vector<FallbackFact> facts;
  const auto deps = directory_.deps();
  for (const auto& version : ring_.on_availability_key()) {
    const auto dep = std::ranges::find(deps, version.dep, &storage::Dep::id);
    if (dep == deps.end()) continue;  // removed since
    facts.push_back(
        {.dep = dep->name, .since = directory_.outage(version.dep, version.version).value_or(0)});
  }
  return facts;
}

std::vector<PurgeFact> AlertFactsSource::purges() {
  std::vector<PurgeFact> facts;
  for (const auto& purge : directory_.pending_purges()) {
    auto& fact = facts.emplace_back(
        PurgeFact{.object = object_of(purge),
                  .requested = "by " + purge.request.name + ", for: " + purge.reason,
                  .state = std::string(name_of(purge.state)),
                  .since = purge.request.time,
                  .cancellable = !why_not_cancelled(purge)});
    if (purge.due != 0 && purge.state == PurgeState::approved)
      fact.state += "; destroyed after " + iso_time(purge.due);
    if (purge.state != PurgeState::blocked) continue;
    fact.blocked_by = "a root denies no longer";
    for (const auto& kid : purge.blocked_by) fact.blocked_by += ", " + kid + " unwraps";
  }
  return facts;
}

std::vector<CertificateFact> AlertFactsSource::certificates() {
  std::vector<CertificateFact> facts;
  for (const auto id : directory_.protected_mailboxes()) try {
      const auto protection = directory_.protection(id);
      if (!protection) continue;
      const auto account = directory_.account(directory_.mailbox(id).account).name;
      for (const auto& each : certificates_of(*protection))
        facts.push_back({account, each.fingerprint, each.not_after});
    } catch (const Error& error) {  // of this one; all else must be told
      logging::warning("alerts.certificate", {{"mailbox", id.value}, {"reason", error.what()}});
    }
  return facts;
}

}  // namespace policy
