#include "policy/alerts.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "policy/rotation.h"

namespace policy {

using crypto::RootVerdict;

namespace {

struct CodeRow {
  AlertCode code;
  std::string_view name, severity;
};

constexpr CodeRow codes[alert_code_count] = {
    {AlertCode::root_unhealthy, "root-unhealthy", "warning"},
    {AlertCode::both_roots_unhealthy, "both-roots-unhealthy", "critical"},
    {AlertCode::fallback_in_use, "fallback-in-use", "critical"},
    {AlertCode::root_disabled, "root-disabled", "warning"},
    {AlertCode::root_expiring, "root-expiring", "warning"},
    {AlertCode::sweep_overdue, "sweep-overdue", "warning"},
    {AlertCode::purge_requested, "purge-requested", "warning"},
    {AlertCode::purge_blocked, "purge-blocked", "warning"},
    {AlertCode::audit_broken, "audit-broken", "critical"},
    {AlertCode::no_availability_key, "no-availability-key", "critical"},
    {AlertCode::rolled_back, "rolled-back", "critical"},
    {AlertCode::certificate_expiring, "certificate-expiring", "warning"},
    {AlertCode::tls_certificate_expiring, "tls-certificate-expiring", "warning"},
    {AlertCode::tls_certificate_urgent, "tls-certificate-urgent", "critical"},
};

const CodeRow& row_of(AlertCode code) { return codes[static_cast<std::size_t>(code)]; }

constexpr std::size_t longest_reason = 400;  // octets: what a vault says comes from outside

std::string bounded(const std::string& text) {
  return text.size() <= longest_reason ? text : text.substr(0, longest_reason) + "...";
}

std::string counted(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " mailbox" : " mailboxes");
}

// What is under a root key, of all DEPs that it wraps.
struct Root {
  RootFact worst;
  std::map<std::string, std::uint64_t> mailboxes;  // by DEP

  std::string needed_by() const {
    std::string text;
    for (const auto& [dep, count] : mailboxes)
      text += (text.empty() ? "" : ", ") + ("DEP " + dep) + " (" + counted(count) + ")";
    return text;
  }
};

bool worse(const RootFact& one, const RootFact& other) {
  const auto rank = [](RootVerdict verdict) {
    return verdict == RootVerdict::ok ? 0 : verdict == RootVerdict::denied ? 2 : 1;
  };
  return rank(one.verdict) > rank(other.verdict);
}

std::map<std::string, Root> by_kid(const std::vector<RootFact>& facts) {
  std::map<std::string, Root> roots;
  for (const auto& fact : facts) {
    if (!fact.needed()) continue;
    const auto [found, fresh] = roots.try_emplace(fact.kid, Root{.worst = fact, .mailboxes = {}});
    auto& root = found->second;
    if (!fresh && worse(fact, root.worst)) root.worst = fact;
    root.mailboxes[fact.dep] += fact.mailboxes;
  }
  return roots;
}

std::string expiry(UnixTime expires, UnixTime now) {
  if (expires <= now) return "has expired";
  return "expires in " + std::to_string((expires - now) / 86400) + " days";
}

std::string what_to_do(RootVerdict verdict) {
  if (verdict == RootVerdict::denied)
    return "unless its owner means it, enable the key and allow get, wrapKey and unwrapKey on it";
  if (verdict == RootVerdict::transient)
    return "check the vault and the network to it; sealpost vault test says more";
  return "check [[vault]] of the configuration and this server's rights; sealpost dep test says "
         "more";
}

std::string said(const RootFact& fact) {
  return std::string(name_of(fact.verdict)) + " (" + bounded(fact.reason) + ")";
}

void unhealthy(std::vector<Alert>& alerts, const std::string& kid, const Root& root) {
  const auto& fact = root.worst;
  if (fact.verdict == RootVerdict::ok) return;
  alerts.push_back({.code = AlertCode::root_unhealthy,
                    .object = kid,
                    .text = "does not unwrap: " + said(fact) + "; needed by " + root.needed_by(),
                    .action = what_to_do(fact.verdict),
                    .since = fact.denied_since});
}

void disabled(std::vector<Alert>& alerts, const std::string& kid, const Root& root) {
  if (!root.worst.disabled) return;
  alerts.push_back({.code = AlertCode::root_disabled,
                    .object = kid,
                    .text = "is disabled in its vault, and still needed by " + root.needed_by(),
                    .action =
                        "enable this version, or refresh the DEP and wait until no mailbox is "
                        "under it: sealpost dep roots"});
}

void expiring(std::vector<Alert>& alerts, const std::string& kid, const Root& root, UnixTime now) {
  const auto expires = root.worst.expires;
  if (!expires || *expires - now > near_expiry) return;
  alerts.push_back({.code = AlertCode::root_expiring,
                    .object = kid,
                    .text = expiry(*expires, now) + ", and is still needed by " + root.needed_by(),
                    .action = "take the date away in its vault, or refresh or replace the root: "
                              "sealpost dep refresh"});
}

// The two roots of a version, if neither unwraps.
void both_unhealthy(std::vector<Alert>& alerts, const std::vector<RootFact>& facts) {
  std::map<std::pair<std::string, std::uint32_t>, std::vector<const RootFact*>> versions;
  for (const auto& fact : facts)
    if (fact.needed()) versions[{fact.dep, fact.version}].push_back(&fact);
  for (const auto& [version, roots] : versions) {
    const auto fails = [](const RootFact* fact) { return fact->verdict != RootVerdict::ok; };
    if (!std::ranges::all_of(roots, fails)) continue;
    Alert alert{.code = AlertCode::both_roots_unhealthy,
                .object = "DEP " + version.first,
                .text = "no root unwraps version " + std::to_string(version.second) + " (" +
                        counted(roots.front()->mailboxes) + ")",
                .action =
                    "restore one of the two roots; if both are lost, make a new DEP and "
                    "assign its mailboxes to it"};
    for (const auto* root : roots) {
      alert.text += "; " + root->kid + ": " + said(*root);
      alert.since = std::max(alert.since, root->denied_since);
    }
    alerts.push_back(std::move(alert));
  }
}

void fallbacks(std::vector<Alert>& alerts, const std::vector<FallbackFact>& facts) {
  for (const auto& fact : facts)
    alerts.push_back({.code = AlertCode::fallback_in_use,
                      .object = "DEP " + fact.dep,
                      .text = "its availability key serves, as no root does",
                      .action = "restore a root; sealpost audit list --type 69 lists each use",
                      .since = fact.since});
}

void overdue(std::vector<Alert>& alerts, const AlertFacts& facts) {
  if (facts.to_be_moved == 0 || facts.moving_since == 0) return;
  if (facts.now - facts.moving_since < facts.sweep_overdue.count()) return;
  Alert alert{.code = AlertCode::sweep_overdue,
              .object = "sweep",
              .text = counted(facts.to_be_moved) + " not yet where they belong",
              .action = "keep the roots of their former versions; sealpost dep progress says more",
              .since = facts.moving_since};
  if (!facts.not_moved_because.empty()) alert.text += ": " + bounded(facts.not_moved_because);
  alerts.push_back(std::move(alert));
}

void purges(std::vector<Alert>& alerts, const std::vector<PurgeFact>& facts) {
  for (const auto& fact : facts)
    alerts.push_back({.code = AlertCode::purge_requested,
                      .object = fact.object,
                      .text = "its destruction was requested " + bounded(fact.requested) +
                              "; it is " + fact.state,
                      .action = fact.cancellable ? "if it is not wanted: sealpost purge cancel"
                                                 : "sealpost purge show says what it waits for",
                      .since = fact.since});
  for (const auto& fact : facts)
    if (!fact.blocked_by.empty())
      alerts.push_back(
          {.code = AlertCode::purge_blocked,
           .object = fact.object,
           .text = "its grace is over, but it is not destroyed: " + bounded(fact.blocked_by),
           .action = "take the root keys away again, or sealpost purge cancel"});
}

void broken_audit(std::vector<Alert>& alerts, const AlertFacts& facts) {
  if (!facts.audit_broken) return;
  alerts.push_back({.code = AlertCode::audit_broken,
                    .object = "audit log",
                    .text = bounded(*facts.audit_broken),
                    .action = "keep a copy of the data and service-key directories, and see what "
                              "sealpost audit verify says"});
}

void lost_availability_keys(std::vector<Alert>& alerts, const AlertFacts& facts) {
  for (const auto& dep : facts.no_availability_key)
    alerts.push_back(
        {.code = AlertCode::no_availability_key,
         .object = "DEP " + dep,
         .text = "its availability key is missing from the service-key directory, or "
                 "damaged: losing both roots would lose the mail",
         .action = "restore its file from the backup of the service keys, or make a new "
                   "one: sealpost dep roll-availability-key " +
                   dep});
}

void rolled_back(std::vector<Alert>& alerts, const AlertFacts& facts) {
  if (!facts.rolled_back) return;
  alerts.push_back({.code = AlertCode::rolled_back,
                    .object = "data directory",
                    .text = bounded(*facts.rolled_back),
                    .action = "see sealpost restore show; if a backup was put back on purpose: "
                              "sealpost restore accept --all --reason TEXT; if not, keep a copy "
                              "and restore the newest backup"});
}

void expiring_certificates(std::vector<Alert>& alerts, const AlertFacts& facts) {
  for (const auto& fact : facts.certificates)
    if (fact.expires - facts.now <= near_expiry)
      alerts.push_back(
          {.code = AlertCode::certificate_expiring,
           .object = "mailbox " + fact.account,
           .text = "the certificate " + fact.fingerprint + " that its mail is encrypted to " +
                   expiry(fact.expires, facts.now) + "; mail is encrypted to it all the same",
           .action = "set its owner's new certificate, beside the old one as long as "
                     "a device uses that: sealpost mailbox protect " +
                     fact.account + " end-to-end"});
}

void expiring_tls(std::vector<Alert>& alerts, const AlertFacts& facts) {
  if (!facts.tls_certificate_expires) return;
  const auto left = *facts.tls_certificate_expires - facts.now;
  for (const auto& [code, within] : {std::pair(AlertCode::tls_certificate_expiring, near_expiry),
                                     std::pair(AlertCode::tls_certificate_urgent, urgent_expiry)})
    if (left <= within)
      alerts.push_back({.code = code,
                        .object = "server certificate",
                        .text = "the TLS certificate that clients see " +
                                expiry(*facts.tls_certificate_expires, facts.now) +
                                "; they refuse an expired one",
                        .action = "put a new one in place of [tls] certificate and key, and "
                                  "restart the server"});
}

// Of one code and object, the first tells; later ones add what they say.
std::vector<Alert> merged(std::vector<Alert> alerts) {
  const auto key = [](const Alert& alert) { return std::pair(alert.code, alert.object); };
  std::ranges::stable_sort(alerts, {}, key);
  std::vector<Alert> each;
  for (auto& alert : alerts) {
    if (!each.empty() && each.back().same_as(alert)) {
      each.back().text += "; " + alert.text;
      if (alert.since != 0 && alert.since < each.back().since) each.back().since = alert.since;
    } else {
      each.push_back(std::move(alert));
    }
  }
  return each;
}

}  // namespace

std::string_view name_of(AlertCode code) { return row_of(code).name; }
std::string_view severity_of(AlertCode code) { return row_of(code).severity; }

AlertCode alert_code_named(std::string_view name) {
  for (const auto& row : codes)
    if (row.name == name) return row.code;
  throw Error(Fault::invalid, "no alert is called " + std::string(name));
}

std::string_view name_of(Notice::Event event) {
  switch (event) {
    case Notice::Event::began:
      return "began";
    case Notice::Event::ended:
      return "ended";
    case Notice::Event::test:
      return "test";
  }
  return "began";
}

std::vector<Alert> alerts_of(const AlertFacts& facts) {
  std::vector<Alert> alerts;
  for (const auto& [kid, root] : by_kid(facts.roots)) {
    unhealthy(alerts, kid, root);
    disabled(alerts, kid, root);
    expiring(alerts, kid, root, facts.now);
  }
  both_unhealthy(alerts, facts.roots);
  fallbacks(alerts, facts.fallbacks);
  overdue(alerts, facts);
  purges(alerts, facts.purges);
  broken_audit(alerts, facts);
  lost_availability_keys(alerts, facts);
  rolled_back(alerts, facts);
  expiring_certificates(alerts, facts);
  expiring_tls(alerts, facts);
  return merged(std::move(alerts));
}

std::vector<Notice> updated(std::vector<Alert>& in_force, std::vector<Alert> now, UnixTime time) {
  const auto find = [](std::vector<Alert>& all, const Alert& wanted) {
    return std::ranges::find_if(all, [&](const Alert& one) { return one.same_as(wanted); });
  };
  std::vector<Notice> notices;
  for (const auto& before : in_force)
    if (find(now, before) == now.end()) notices.push_back({Notice::Event::ended, before, time});
  for (auto& alert : now) {
    const auto before = find(in_force, alert);
    if (before != in_force.end()) {
      alert.since = before->since;
      continue;
    }
    if (alert.since == 0) alert.since = time;
    notices.push_back({Notice::Event::began, alert, time});
  }
  in_force = std::move(now);
  return notices;
}

}  // namespace policy
