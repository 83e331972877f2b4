#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <functional>
#include <thread>

#include "base/error.h"
#include "server/vault/audit.h"
#include "server/vault/audit_chain.h"

namespace {

using vault::AuditLog;
using vault::Path;

struct Fixture {
  Fixture() {
    auto pattern = (std::filesystem::temp_directory_path() / "audit-test-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  ~Fixture() { std::filesystem::remove_all(root); }

  vault::AuditFiles files() const { return {root / "log", root / "checkpoint"}; }
  void add(int count) const {
    AuditLog log(files(), key, clock);
    for (int i = 0; i < count; ++i)
      log.add(
          {clock.now(), "sealpost", "unwrapKey", "root/" + std::to_string(i), 200, "", "r", "c"});
  }
  std::size_t problems() const { return vault::verify_audit(files(), key).problems.size(); }
  std::vector<std::string> lines() const {
    std::ifstream log(files().log);
    std::vector<std::string> out;
    for (std::string line; std::getline(log, line);) out.push_back(line);
    return out;
  }
  void write(const std::vector<std::string>& all) const {
    std::ofstream log(files().log);
    for (const auto& line : all) log << line << '\n';
  }
  // Noticed at once, and still after the vault has gone on.
  void is_noticed(const std::function<void()>& spoil) const {
    BOOST_TEST(problems() == 0);
    spoil();
    BOOST_TEST(problems() > 0);
    add(2);
    BOOST_TEST(problems() > 0);
  }

  Path root;
  const vault::Secret key = vault::Secret(32, 7);
  const ManualClock clock{1'000'000};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_audit)

BOOST_FIXTURE_TEST_CASE(a_log_goes_on_where_it_ended, Fixture) {
  add(3);
  add(2);
  const auto report = vault::verify_audit(files(), key);
  BOOST_TEST(report.problems.empty());
  BOOST_TEST(report.state.number == 6);  // with the one that says it begins
  BOOST_TEST(lines().size() == 6);
}

BOOST_FIXTURE_TEST_CASE(an_edited_line_is_noticed, Fixture) {
  add(5);
  is_noticed([&] {
    auto all = lines();
    all[3].replace(all[3].find("200"), 3, "403");
    write(all);
  });
}

BOOST_FIXTURE_TEST_CASE(a_line_taken_out_is_noticed, Fixture) {
  add(5);
  is_noticed([&] {
    auto all = lines();
    all.erase(all.begin() + 2);
    write(all);
  });
}

BOOST_FIXTURE_TEST_CASE(lines_in_another_order_are_noticed, Fixture) {
  add(5);
  is_noticed([&] {
    auto all = lines();
    std::swap(all[2], all[3]);
    write(all);
  });
}

BOOST_FIXTURE_TEST_CASE(lines_cut_off_at_the_end_are_noticed, Fixture) {
  add(5);
  is_noticed([&] {
    auto all = lines();
    all.pop_back();
    write(all);
  });
}

BOOST_FIXTURE_TEST_CASE(a_log_that_is_gone_is_noticed, Fixture) {
  add(5);
  std::filesystem::remove(files().log);
  BOOST_CHECK_THROW(vault::verify_audit(files(), key), Error);
  add(1);
  BOOST_TEST(problems() > 0);
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_of_another_key_is_noticed, Fixture) {
  add(5);
  is_noticed([&] {
    const auto state = vault::verify_audit(files(), key).state;
    std::ofstream(files().checkpoint) << vault::checkpoint_text(state, vault::Secret(32, 8));
  });
}

BOOST_FIXTURE_TEST_CASE(a_line_of_another_key_is_noticed, Fixture) {
  add(5);
  is_noticed([&] {
    const auto state = vault::verify_audit(files(), key).state;
    std::ofstream log(files().log, std::ios::app);
    log << vault::audit_line({1, "x", "x", "x", 200, "", "", ""}, state, vault::Secret(32, 8));
  });
}

BOOST_FIXTURE_TEST_CASE(half_a_line_of_a_crash_is_no_damage, Fixture) {
  add(5);
  std::ofstream(files().log, std::ios::app) << R"({"number":7,"time")";
  BOOST_TEST(problems() == 0);
  add(1);
  BOOST_TEST(problems() == 0);
  BOOST_TEST(lines().size() == 7);
}

BOOST_FIXTURE_TEST_CASE(a_log_ahead_of_its_checkpoint_is_no_damage, Fixture) {
  add(5);
  const auto before = root / "before";
  std::filesystem::copy(files().checkpoint, before);
  add(3);
  std::filesystem::rename(before, files().checkpoint);
  BOOST_TEST(problems() == 0);
  add(1);
  BOOST_TEST(problems() == 0);
}

BOOST_FIXTURE_TEST_CASE(lines_of_many_threads_are_whole, Fixture) {
  {
    AuditLog log(files(), key, clock);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n) log.add({1, "all", "get", "root", 200, "", "", ""});
      });
    for (auto& thread : threads) thread.join();
  }
  BOOST_TEST(problems() == 0);
  BOOST_TEST(lines().size() == 161);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_on_the_disk_is_a_failure_each_time, Fixture) {
  add(1);
  const auto child = ::fork();
  if (child == 0) {
    AuditLog log(files(), key, clock);
    const rlimit full{std::filesystem::file_size(files().log) + 10, RLIM_INFINITY};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &full);
    int failures = 0;
    for (int i = 0; i < 2; ++i) try {
        log.add({1, "all", "get", "root", 200, "", "", ""});
      } catch (const Error& error) {
        if (error.fault() == Fault::unavailable) ++failures;
      }
    ::_exit(failures);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  BOOST_TEST(WEXITSTATUS(status) == 2);
  BOOST_TEST(problems() == 0);
  add(1);
  BOOST_TEST(problems() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
