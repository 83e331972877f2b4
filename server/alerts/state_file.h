#pragma once
// The state of alerts as a file of the service-key directory, beside the checkpoint of the audit
// log: who can write to the data directory alone cannot make an alert look as if it had been told.
// It holds no key (crypto/FORMAT.md section 8).

#include <filesystem>

#include "policy/alert_watch.h"

namespace server::alerts {

class StateFile final : public policy::AlertMemory {
 public:
  explicit StateFile(const std::filesystem::path& service_keys)
      : path_(service_keys / "alerts.json") {}

  policy::AlertState load() override;  // empty when there is no file
  void save(const policy::AlertState&) override;

 private:
  const std::filesystem::path path_;
};

}  // namespace server::alerts
