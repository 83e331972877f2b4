#pragma once
// The checks of one root, for root_checks.cpp and dep_health.cpp.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/root_checks.h"

namespace policy {

// Notes what was checked, in order.
class Examination {
 public:
  Examination(std::string kid, std::vector<RootCheck>& checks)
      : kid_(std::move(kid)), checks_(checks) {}

  void note(std::string check, bool passed, std::string reason, Fault fault = Fault::invalid) {
    if (passed) reason.clear();
    checks_.push_back({kid_, std::move(check), passed, std::move(reason), fault});
  }

  void warn(std::string check, std::string warning) {
    checks_.push_back({kid_, std::move(check), true, std::move(warning), Fault::invalid});
  }

  // Runs what asks the vault; nothing when the vault said no.
  template <class Ask>
  auto asked(const std::string& check, Ask ask, const std::string& doing = "")
      -> std::optional<decltype(ask())> {
    try {
      return ask();
    } catch (const crypto::RootError& error) {
      note(check, false, doing + error.code() + ": " + error.what(),
           error.verdict() == crypto::RootVerdict::denied ? Fault::denied : Fault::unavailable);
    } catch (const Error& error) {
      note(check, false, doing + error.what(), error.fault());
    }
    return std::nullopt;
  }

 private:
  std::string kid_;
  std::vector<RootCheck>& checks_;
};

// Type, size, enabled, dates, operations.
void check_key(Examination&, const crypto::RootKeyInfo&, UnixTime now);
// A deleted root is lost mail, so a vault is named that lets a key be purged at once, or keeps it
// for less than 90 days.
void check_recovery(Examination&, const crypto::RootKeyInfo&);
// What this version of a root made of the key, if it gives the same key back.
std::optional<crypto::WrappedByRoot> round_trip(crypto::RootKeys&, Examination&,
                                                const crypto::RootKeyRef& key_version,
                                                const crypto::DepKey&, const crypto::Place&);

}  // namespace policy
