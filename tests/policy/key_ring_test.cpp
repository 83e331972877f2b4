#include "policy/key_ring.h"

#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(key_ring)

namespace {

using test_support::FakeRoots;
using test_support::Installation;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;
using namespace std::chrono_literals;

struct UnderDep : Installation {
  explicit UnderDep(std::chrono::seconds ttl = 900s) : Installation(ttl) {
    clock.advance(ttl.count());  // what making them has cached is over
    asked_before = roots.unwraps();
  }
  std::size_t asked() const { return roots.unwraps() - asked_before; }
  storage::MailboxRecord record() { return directory.mailbox(account.mailbox); }
  void deny() {
    roots.steer(vault_a, Mode::denied);
    roots.steer(vault_b, Mode::denied);
  }

  storage::Dep dep = make_dep();
  storage::Account account = make_account("ada@example.org", dep);
  std::size_t asked_before = 0;
};

bool is_denied(const Error& error) { return error.fault() == Fault::denied; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_root_is_asked_once_in_a_ttl) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record());
  house.clock.advance(899);
  house.ring.mailbox_key(house.record());
  BOOST_TEST(house.asked() == 1u);
  house.clock.advance(1);
  house.ring.mailbox_key(house.record());
  BOOST_TEST(house.asked() == 2u);
}

BOOST_AUTO_TEST_CASE(a_ttl_of_nothing_asks_every_time) {
  UnderDep house(0s);
  for (int i = 0; i < 3; ++i) house.ring.mailbox_key(house.record());
  BOOST_TEST(house.asked() == 3u);
  BOOST_TEST(house.ring.statistics().dep_keys_cached == 0u);
}

BOOST_AUTO_TEST_CASE(a_denial_bites_when_the_ttl_is_over_and_its_end_too) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record());
  house.deny();
  house.clock.advance(899);
  house.ring.confirm(house.record());
  house.clock.advance(1);
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record()), Error, is_denied);
  BOOST_CHECK_EXCEPTION(house.ring.confirm(house.record()), Error, is_denied);
  house.roots.steer(vault_b, Mode::ok);
  house.ring.mailbox_key(house.record());
}

BOOST_AUTO_TEST_CASE(expired_keys_leave_memory) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record());
  BOOST_TEST(house.ring.statistics().dep_keys_cached == 1u);
  const auto alive = crypto::locked_keys_alive();
  house.clock.advance(900);
  house.ring.forget_expired();
  BOOST_TEST(house.ring.statistics().dep_keys_cached == 0u);
  BOOST_TEST(crypto::locked_keys_alive() == alive - 1);
}

BOOST_AUTO_TEST_CASE(many_who_want_one_key_ask_a_root_once) {
  UnderDep house(0s);
  constexpr std::size_t users = 8;
  const auto record = house.record();
  house.roots.hold();
  std::atomic<std::size_t> began = 0;
  std::vector<std::future<void>> all;
  for (std::size_t i = 0; i < users; ++i)
    all.push_back(std::async(std::launch::async, [&] {
      ++began;
      house.ring.mailbox_key(record);
    }));
  house.roots.wait_until_held(1);
  while (house.ring.statistics().waiting < users - 1) std::this_thread::yield();
  BOOST_TEST(began == users);
  house.roots.release();
  for (auto& one : all) one.get();
  BOOST_TEST(house.asked() == 1u);
}

BOOST_AUTO_TEST_CASE(those_who_wait_share_a_failure_and_the_next_asks_anew) {
  UnderDep house(900s);
  const auto record = house.record();
  house.deny();
  house.roots.hold();
  std::vector<std::future<void>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(std::async(std::launch::async, [&] { house.ring.mailbox_key(record); }));
  house.roots.wait_until_held(1);
  while (house.ring.statistics().waiting < 3) std::this_thread::yield();
  house.roots.release();
  for (auto& one : all) BOOST_CHECK_EXCEPTION(one.get(), Error, is_denied);
  BOOST_TEST(house.asked() == 2u);  // both roots, once
  house.roots.steer(vault_a, Mode::ok);
  house.ring.mailbox_key(record);
}

BOOST_AUTO_TEST_CASE(a_wrapped_key_moved_to_another_mailbox_is_corrupt) {
  UnderDep house;
  const auto other = house.make_account("bob@example.org", house.dep);
  auto record = house.record();
  record.key = house.directory.mailbox(other.mailbox).key;
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(record), Error, [](const Error& error) {
    return error.fault() == Fault::corrupt &&
           std::string_view(error.what()).find("Contoso") != std::string_view::npos;
  });
}

BOOST_AUTO_TEST_CASE(an_outage_is_served_and_counted) {
  UnderDep house;
  house.roots.steer(vault_a, Mode::transient);
  house.roots.steer(vault_b, Mode::transient);
  house.ring.mailbox_key(house.record());
  const auto statistics = house.ring.statistics();
  BOOST_TEST(statistics.availability_uses == 1u);
  BOOST_TEST(statistics.root_failures == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
