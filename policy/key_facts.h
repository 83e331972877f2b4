#pragma once
// The facts that what_if.h reckons with, gathered. Blocking pool only.

#include <stop_token>

#include "crypto/service_keys.h"
#include "policy/rotation.h"
#include "policy/what_if.h"

namespace policy {

class KeyFactsSource {
 public:
  KeyFactsSource(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, Rotation&,
                 const Clock&, const KeyTimes&);

  // Asks each root of every DEP, as root_probe.h does.
  KeyFacts gathered();

 private:
  VersionFacts facts_of(const storage::Dep&, const storage::WrappedDepKey&);

  storage::Directory& directory_;
  crypto::RootKeys& roots_;
  crypto::ServiceKeys& service_keys_;
  Rotation& rotation_;
  const Clock& clock_;
  const KeyTimes times_;
};

}  // namespace policy
