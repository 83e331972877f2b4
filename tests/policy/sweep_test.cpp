#include "policy/sweep.h"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(sweep)

namespace {

using policy::Run;
using test_support::FakeRoots;
using test_support::Installation;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

// Mailboxes without accounts' trouble: rows of the directory, keys and all, but no rows of mail.
std::vector<MailboxId> fill(Installation& house, const storage::Dep& dep, std::size_t count) {
  std::vector<MailboxId> all;
  for (std::size_t n = 0; n < count; ++n) {
    storage::Account account{.id = house.directory.reserve_account(),
                             .mailbox = house.directory.reserve_mailbox(),
                             .name = "user" + std::to_string(n) + "@example.org",
                             .password = "none"};
    storage::MailboxRecord record{.id = account.mailbox,
                                  .account = account.id,
                                  .database = DatabaseId(1),
                                  .dep = dep.id,
                                  .dep_version = dep.version};
    record.key = house.ring.new_mailbox_key(record.id, dep, record.epoch).second;
    house.directory.add_account(account, record);
    all.push_back(account.mailbox);
  }
  return all;
}

std::uint64_t under(Installation& house, const storage::DepVersion& version) {
  for (const auto& count : house.sweep.progress().versions)
    if (count.under == version) return count.mailboxes;
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pass_moves_all_and_asks_each_root_key_once) {
  Installation house(std::chrono::seconds(0));  // every use of a DEP key asks a root
  const auto managed = house.deps.default_dep();
  house.make_dep();
  fill(house, managed, 60);
  house.deps.set_tenant_wide("Contoso", Run::change);
  BOOST_TEST(house.sweep.progress().to_be_moved == 60u);
  const auto asked = house.roots.order().size();
  house.swept();
  BOOST_TEST(house.roots.order().size() == asked + 2);  // the old and the new one
  const auto progress = house.sweep.progress();
  BOOST_TEST(progress.to_be_moved == 0u);
  BOOST_TEST(progress.moved == 60u);
  BOOST_TEST(progress.left == 0u);
  BOOST_TEST(!progress.running);
  const auto events = house.audit.events("dep sweep");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].actor == "system");
  BOOST_TEST(events[0].details.at(0).second == "60");
  BOOST_TEST(under(house, house.deps.dep("Contoso").newest()) == 60u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_moved_is_left_with_a_reason_and_moved_later) {
  Installation house;
  const auto dep = house.make_dep();
  const auto stuck = fill(house, dep, 3);
  house.deps.assign(stuck, "Contoso", Run::change);
  const auto bob = house.make_account("bob@example.org");
  house.service_keys.destroy_availability_keys(dep.id);
  house.roots.steer(vault_a, Mode::denied);
  house.roots.steer(vault_b, Mode::denied);
  house.clock.advance(900);
  house.deps.unassign(stuck, Run::change);  // notes it, cannot move them
  house.rotation.roll_key("managed", Run::change);
  house.swept();
  auto progress = house.sweep.progress();
  BOOST_TEST(progress.left == 3u);
  BOOST_TEST(progress.moved == 1u);  // bob, whom this does not concern
  BOOST_TEST(progress.to_be_moved == 3u);
  BOOST_TEST(progress.reason.find("Contoso") != std::string::npos);
  BOOST_TEST(house.deps.mailboxes(dep).size() == 3u);  // the unfinished are listed
  house.roots.steer(vault_a, Mode::ok);
  house.clock.advance(policy::DepKeys::recheck);
  house.swept();
  progress = house.sweep.progress();
  BOOST_TEST(progress.to_be_moved == 0u);
  BOOST_TEST(progress.reason.empty());
}

// The way out when both roots are lost.
BOOST_AUTO_TEST_CASE(mailboxes_leave_a_dep_that_is_denied_by_its_availability_key) {
  Installation house;
  const auto dep = house.make_dep();
  const auto all = fill(house, dep, 3);
  house.deps.assign(all, "Contoso", Run::change);
  house.roots.steer(vault_a, Mode::denied);
  house.roots.steer(vault_b, Mode::denied);
  house.clock.advance(900);
  house.deps.unassign(all, Run::change);
  house.swept();
  BOOST_TEST(house.sweep.progress().to_be_moved == 0u);
  BOOST_TEST(house.deps.mailboxes(dep).empty());
  BOOST_TEST(house.audit.events(policy::fallback_operation).size() >= 3u);
}

BOOST_AUTO_TEST_CASE(a_damaged_key_stops_nobody_else) {
  Installation house;
  const auto dep = house.make_dep();
  const auto all = fill(house, house.deps.default_dep(), 3);
  auto before = house.directory.mailbox(all[1]), after = before;
  after.key = house.directory.mailbox(all[0]).key;  // of another mailbox
  house.directory.rewrap(before, after);
  house.deps.assign(all, "Contoso", Run::change);
  house.swept();
  BOOST_TEST(under(house, dep.newest()) == 2u);
  BOOST_TEST(house.sweep.progress().left == 1u);
}

BOOST_AUTO_TEST_CASE(versions_go_when_the_last_mailbox_has_left_them) {
  Installation house;
  const auto dep = house.make_dep();
  fill(house, dep, 2);
  house.deps.set_tenant_wide("Contoso", Run::change);
  house.rotation.roll_key("Contoso", Run::change);
  house.rotation.roll_key("Contoso", Run::change);
  BOOST_TEST(house.deps.versions(dep).size() == 3u);
  house.swept();
  const auto left = house.deps.versions(dep);
  BOOST_REQUIRE(left.size() == 1u);
  BOOST_TEST(left[0].version == 3u);
}

BOOST_AUTO_TEST_CASE(a_started_sweep_runs_when_woken) {
  Installation house;
  house.make_dep();
  house.sweep.start(std::chrono::hours(1));
  fill(house, house.deps.default_dep(), 5);
  house.deps.set_tenant_wide("Contoso", Run::change);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (house.sweep.progress().to_be_moved > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  BOOST_TEST(house.sweep.progress().to_be_moved == 0u);
  house.sweep.stop();
}

// SEALPOST_SWEEP=100000 in a release build measures decision D5.
BOOST_AUTO_TEST_CASE(a_big_directory_is_swept_in_time) {
  const auto* count = std::getenv("SEALPOST_SWEEP");
  Installation house;
  house.make_dep();
  const auto mailboxes =
      fill(house, house.deps.default_dep(), count ? std::stoul(count) : 2 * policy::sweep_batch + 1)
          .size();
  house.deps.set_tenant_wide("Contoso", Run::change);
  const auto began = std::chrono::steady_clock::now();
  house.swept();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << mailboxes << " mailboxes moved in " << took.count() << " s\n";
  BOOST_TEST(house.sweep.progress().to_be_moved == 0u);
  BOOST_TEST(house.sweep.progress().moved == mailboxes);
  BOOST_TEST(took.count() < 600);
}

BOOST_AUTO_TEST_SUITE_END()
