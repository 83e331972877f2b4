#include "policy/key_facts.h"

#include <algorithm>
#include <map>

#include "policy/dep_unwrap.h"
#include "policy/root_probe.h"

namespace policy {

KeyFactsSource::KeyFactsSource(storage::Directory& directory, crypto::RootKeys& roots,
                               crypto::ServiceKeys& service_keys, Rotation& rotation,
                               const Clock& clock, const KeyTimes& times)
    : directory_(directory),
      roots_(roots),
      service_keys_(service_keys),
      rotation_(rotation),
      clock_(clock),
      times_(times) {}

VersionFacts KeyFactsSource::facts_of(const storage::Dep& dep,
                                      const storage::WrappedDepKey& wrapped) {
  return {.version = {dep.id, wrapped.version},
          .dep = dep.name,
          .roots = {},
          .availability_key = DepUnwrap(roots_, service_keys_).has_availability_key(wrapped),
          .outage_since = directory_.outage(dep.id, wrapped.version)};
}

KeyFacts KeyFactsSource::gathered() {
  KeyFacts facts{.now = clock_.now(), .times = times_, .versions = {}, .mailboxes = {}};
  for (const auto& [needed, answer] : probed_roots(directory_, roots_, rotation_, {})) {
    const DepVersion version{needed.dep.id, needed.version};
    if (facts.versions.empty() || facts.versions.back().version != version)
      facts.versions.push_back(
          facts_of(needed.dep, directory_.dep_key(needed.dep.id, needed.version)));
    const auto denials = directory_.root_denials(needed.dep.id);
    const auto denied = std::ranges::find(denials, needed.key.kid(), &storage::RootDenial::kid);
    facts.versions.back().roots.push_back({needed.key, answer.verdict, denied != denials.end()});
  }
  std::map<AccountId, std::string> names;
  for (auto& account : directory_.accounts()) names[account.id] = std::move(account.name);
  for (const auto& record : directory_.mailboxes())
    facts.mailboxes.push_back({record.id, names[record.account], record.under(),
                               record.to_be_moved() ? record.target : record.under()});
  return facts;
}

}  // namespace policy
