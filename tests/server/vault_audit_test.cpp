#include "server/vault/audit.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>
#include <vector>

#include "base/error.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(vault_audit)

BOOST_AUTO_TEST_CASE(lines_of_many_threads_are_whole) {
  const storage_test::TempDirectory directory;
  const auto path = directory.path() / "audit.jsonl";
  vault::AuditLog log(path);
  vault::AuditEntry entry;
  entry.caller = "all";
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) log.add(entry);
    });
  for (auto& thread : threads) thread.join();
  std::ifstream in(path);
  int count = 0;
  for (std::string line; std::getline(in, line); ++count)
    BOOST_TEST((line.starts_with("{\"time\":0,") && line.ends_with('}')), line);
  BOOST_TEST(count == 160);
}

// A full disk; a file that cannot be synced.
BOOST_AUTO_TEST_CASE(what_is_not_on_disk_is_a_failure_each_time) {
  for (const auto* path : {"/dev/full", "/dev/null"}) {
    vault::AuditLog log(path);
    for (int i = 0; i < 2; ++i)
      BOOST_CHECK_EXCEPTION(log.add({}), Error,
                            [](const Error& error) { return error.fault() == Fault::unavailable; });
  }
}

BOOST_AUTO_TEST_SUITE_END()
