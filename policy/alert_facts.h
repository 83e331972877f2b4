#pragma once
// The facts that alerts follow from (alerts.h), gathered: what the vaults say of each root key that
// is needed, and what the server knows of itself. Blocking pool only; one thread an object.

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "policy/alerts.h"
#include "policy/key_ring.h"
#include "policy/root_probe.h"
#include "policy/rotation.h"
#include "policy/sweep.h"

namespace policy {

class AlertFactsSource {
 public:
  // `broken`: what is wrong with the audit log; `rolled_back`: what of the data is. The certificate
  // is the server's own, if it has one.
  AlertFactsSource(storage::Directory&, crypto::RootKeys&, Rotation&, Sweep&, KeyRing&,
                   const Clock&, std::function<std::optional<std::string>()> broken,
                   std::function<std::optional<std::string>()> rolled_back,
                   std::chrono::seconds sweep_overdue,
                   std::optional<UnixTime> tls_certificate_expires);

  // Asks each root of every DEP (root_probe.h); a denial, and an unwrap, count from then on as if
  // the key had been wanted (root_memory.h). Returns soon once told to stop, with what it has.
  AlertFacts gathered(const std::stop_token&);

 private:
  std::vector<RootFact> roots(const std::stop_token&);
  void remember(const ProbedRoot&, UnixTime asked);
  std::vector<FallbackFact> fallbacks();
  std::vector<PurgeFact> purges();
  std::vector<CertificateFact> certificates();

  storage::Directory& directory_;
  crypto::RootKeys& roots_;
  Rotation& rotation_;
  Sweep& sweep_;
  KeyRing& ring_;
  const Clock& clock_;
  const std::function<std::optional<std::string>()> broken_, rolled_back_;
  const std::chrono::seconds sweep_overdue_;
  const std::optional<UnixTime> tls_certificate_expires_;
};

}  // namespace policy
