#pragma once
// A data directory and a service-key directory with an audit log, which can be closed and opened.

#include <memory>
#include <string>
#include <vector>

#include "storage/audit.h"
#include "storage/audit_reader.h"
#include "tests/support/storage_store.h"

namespace storage_test {

class AuditHouse {
 public:
  AuditHouse() { open(); }

  std::filesystem::path data() const { return temporary_.path() / "data"; }
  std::filesystem::path service_keys() const { return temporary_.path() / "keys"; }
  std::filesystem::path file() const { return data() / "audit.db"; }

  storage::AuditLog& log() { return *log_; }
  storage::AuditReader reader() { return {data(), keys_}; }
  void open() {
    std::filesystem::create_directories(data());
    log_ = std::make_unique<storage::AuditLog>(data(), keys_, clock, "mail.example.org");
  }
  void close() { log_.reset(); }

  // "event 1", "event 2", ...
  void add(int count) {
    std::vector<storage::AuditEvent> events;
    for (int n = 0; n < count; ++n)
      events.push_back({.operation = "event " + std::to_string(++added_),
                        .actor = "ada (uid 1000)",
                        .request_id = {},
                        .dep_name = {},
                        .account = {},
                        .details = {}});
    log_->append(events);
  }
  // What is wrong, one finding a line.
  std::string findings() {
    std::string all;
    for (const auto& found : reader().verify().findings) all += found.text + "\n";
    return all;
  }

  ManualClock clock{1'800'000'000};

 private:
  TempDirectory temporary_;
  crypto::ServiceKeys keys_{service_keys(), data()};
  std::unique_ptr<storage::AuditLog> log_;
  int added_ = 0;
};

}  // namespace storage_test
