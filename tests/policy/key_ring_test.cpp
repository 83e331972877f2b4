#include "policy/key_ring.h"

#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(key_ring)

namespace {

using policy::DepKeys;
using policy::KeyTimes;
using test_support::FakeRoots;
using test_support::Installation;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;
using namespace std::chrono_literals;

struct UnderDep : Installation {
  explicit UnderDep(std::chrono::seconds ttl = 900s) : UnderDep(KeyTimes{.dep_key_ttl = ttl}) {}
  explicit UnderDep(const KeyTimes& times) : Installation(times, 30s) {
    clock.advance(times.dep_key_ttl.count() + 2);  // what making them has cached is over
    ring.forget_expired();
    asked_before = roots.unwraps();
  }
  std::size_t asked() const { return roots.unwraps() - asked_before; }
  storage::MailboxRecord record() { return directory.mailbox(account.mailbox); }
  void deny() {
    roots.steer(vault_a, Mode::denied);
    roots.steer(vault_b, Mode::denied);
  }
  void outage() {
    roots.steer(vault_a, Mode::transient);
    roots.steer(vault_b, Mode::misconfigured);
  }
  void renew_due() {
    for (const auto& version : ring.due()) ring.renew(version);
  }

  storage::Dep dep = make_dep();
  storage::Account account = make_account("ada@example.org", dep);
  std::size_t asked_before = 0;
};

constexpr auto user = crypto::ActorClass::user, system = crypto::ActorClass::system;

bool is_unavailable(const Error& error) { return error.fault() == Fault::unavailable; }
bool is_denied(const Error& error) { return error.fault() == Fault::denied; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_root_is_asked_once_in_a_ttl) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record(), user);
  house.clock.advance(898);
  house.ring.mailbox_key(house.record(), user);
  BOOST_TEST(house.asked() == 1u);
  house.clock.advance(2);
  house.ring.mailbox_key(house.record(), user);
  BOOST_TEST(house.asked() == 2u);
}

// Or what has been opened would be shut before the first line of it is read.
BOOST_AUTO_TEST_CASE(what_is_opened_for_a_user_at_the_last_moment_is_confirmed_first) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record(), user);
  house.clock.advance(899);
  house.ring.mailbox_key(house.record(), system);
  BOOST_TEST(house.asked() == 1u);
  house.ring.confirm(house.record(), user);
  BOOST_TEST(house.asked() == 2u);
  BOOST_TEST(house.ring.user_access(house.record().under()).until == house.clock.now() + 900);
}

BOOST_AUTO_TEST_CASE(a_ttl_of_nothing_asks_every_time) {
  UnderDep house(0s);
  for (int i = 0; i < 3; ++i) house.ring.mailbox_key(house.record(), user);
  BOOST_TEST(house.asked() == 3u);
  BOOST_TEST(house.ring.statistics().dep_keys_cached == 0u);
}

BOOST_AUTO_TEST_CASE(a_denial_bites_when_the_ttl_is_over_and_its_end_too) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record(), user);
  house.deny();
  house.clock.advance(898);
  house.ring.confirm(house.record(), user);
  house.clock.advance(2);
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_denied);
  BOOST_CHECK_EXCEPTION(house.ring.confirm(house.record(), user), Error, is_denied);
  house.roots.steer(vault_b, Mode::ok);
  house.clock.advance(DepKeys::user_retry);
  house.ring.mailbox_key(house.record(), user);
}

BOOST_AUTO_TEST_CASE(expired_keys_leave_memory) {
  UnderDep house(900s);
  house.ring.mailbox_key(house.record(), user);
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
      house.ring.mailbox_key(record, user);
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
    all.push_back(std::async(std::launch::async, [&] { house.ring.mailbox_key(record, user); }));
  house.roots.wait_until_held(1);
  while (house.ring.statistics().waiting < 3) std::this_thread::yield();
  house.roots.release();
  for (auto& one : all) BOOST_CHECK_EXCEPTION(one.get(), Error, is_denied);
  BOOST_TEST(house.asked() == 2u);  // both roots, once
  house.roots.steer(vault_a, Mode::ok);
  house.clock.advance(DepKeys::user_retry);
  house.ring.mailbox_key(record, user);
}

BOOST_AUTO_TEST_CASE(a_wrapped_key_moved_to_another_mailbox_is_corrupt) {
  UnderDep house;
  const auto other = house.make_account("bob@example.org", house.dep);
  auto record = house.record();
  record.key = house.directory.mailbox(other.mailbox).key;
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(record, user), Error, [](const Error& error) {
    return error.fault() == Fault::corrupt &&
           std::string_view(error.what()).find("Contoso") != std::string_view::npos;
  });
}

// ---- two uses

BOOST_AUTO_TEST_CASE(a_denial_keeps_users_out_and_the_system_in) {
  UnderDep house;
  house.deny();
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_denied);
  house.ring.mailbox_key(house.record(), system);
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_denied);
  BOOST_TEST(house.asked() == 2u);
  house.clock.advance(DepKeys::user_retry);
  BOOST_CHECK_EXCEPTION(house.ring.confirm(house.record(), user), Error, is_denied);
  house.ring.confirm(house.record(), system);
  const auto uses = house.audit.events(policy::fallback_operation);
  BOOST_REQUIRE(uses.size() == 2u);
  BOOST_CHECK(uses[0].type == policy::AuditType::customer_key);
  BOOST_TEST(uses[0].dep_name == "Contoso");
  BOOST_TEST(uses[0].dep_version == 1u);
  BOOST_TEST(uses[0].mailbox.value().value == house.account.mailbox.value);
  BOOST_TEST(!uses[0].request_id.empty());
  BOOST_TEST(house.ring.statistics().availability_uses == 1u);
}

BOOST_AUTO_TEST_CASE(without_a_record_the_availability_key_is_not_used) {
  UnderDep house;
  house.deny();
  house.audit.fail(true);
  BOOST_CHECK_THROW(house.ring.mailbox_key(house.record(), system), Error);
  BOOST_TEST(house.ring.statistics().availability_uses == 0u);
  house.audit.fail(false);
  house.ring.mailbox_key(house.record(), system);
}

BOOST_AUTO_TEST_CASE(users_are_served_through_an_outage_for_so_long) {
  UnderDep house(KeyTimes{.dep_key_ttl = 100s, .availability_max = 1000s});
  house.outage();
  house.ring.mailbox_key(house.record(), user);
  house.clock.advance(999);
  house.ring.mailbox_key(house.record(), user);
  BOOST_TEST(house.ring.user_access(house.record().under()).until == house.clock.now() + 1);
  house.clock.advance(1);
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_unavailable);
  house.ring.mailbox_key(house.record(), system);
  house.roots.steer(vault_b, Mode::ok);
  house.clock.advance(DepKeys::user_retry);
  house.ring.mailbox_key(house.record(), user);
  house.clock.advance(100);
  house.outage();
  house.ring.mailbox_key(house.record(), user);  // another outage
}

BOOST_AUTO_TEST_CASE(without_an_availability_key_nobody_is_served) {
  UnderDep house;
  house.service_keys.destroy_availability_keys(house.dep.id);
  house.deny();
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_denied);
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), system), Error, is_denied);
  UnderDep other;
  other.service_keys.destroy_availability_keys(other.dep.id);
  other.outage();
  BOOST_CHECK_EXCEPTION(other.ring.mailbox_key(other.record(), user), Error, is_unavailable);
  BOOST_CHECK_EXCEPTION(other.ring.mailbox_key(other.record(), system), Error, is_unavailable);
}

BOOST_AUTO_TEST_CASE(an_availability_key_that_is_damaged_is_none) {
  UnderDep house;
  const auto name = "availability-" + std::to_string(house.dep.id.value) + ".key";
  std::filesystem::resize_file(house.service_keys.path() / name, 20);
  house.outage();
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_unavailable);
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), system), Error, is_unavailable);
}

BOOST_AUTO_TEST_CASE(many_who_are_refused_ask_the_roots_once_in_a_while) {
  UnderDep house;
  house.deny();
  for (int i = 0; i < 100; ++i)
    BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_denied);
  BOOST_TEST(house.asked() == 2u);
}

// ---- ahead of time

BOOST_AUTO_TEST_CASE(a_key_in_use_is_confirmed_ahead_of_its_end) {
  UnderDep house(800s);
  house.ring.mailbox_key(house.record(), user);
  house.clock.advance(699);
  BOOST_TEST(house.ring.user_access(house.record().under()).refusal.has_value() == false);
  BOOST_TEST(house.ring.due().empty());
  house.clock.advance(1);
  house.renew_due();
  BOOST_TEST(house.asked() == 2u);
  BOOST_TEST(house.ring.user_access(house.record().under()).until == house.clock.now() + 800);
  house.clock.advance(799);  // nobody has used it
  house.ring.forget_expired();
  BOOST_TEST(house.asked() == 2u);
}

BOOST_AUTO_TEST_CASE(a_confirmation_that_is_denied_evicts_at_once) {
  UnderDep house(800s);
  house.ring.mailbox_key(house.record(), user);
  house.clock.advance(700);
  house.ring.user_access(house.record().under());
  house.deny();
  house.renew_due();
  BOOST_TEST(house.ring.statistics().dep_keys_cached == 0u);
  const auto access = house.ring.user_access(house.record().under());
  BOOST_TEST(access.until == 0);
  BOOST_CHECK(access.refusal && is_denied(*access.refusal));
}

BOOST_AUTO_TEST_CASE(an_outage_shorter_than_what_is_left_is_not_seen) {
  UnderDep house(800s);
  house.ring.mailbox_key(house.record(), user);
  const auto ends = house.clock.now() + 800;
  house.clock.advance(700);
  house.ring.user_access(house.record().under());
  house.outage();
  house.renew_due();
  BOOST_TEST(house.ring.user_access(house.record().under()).until == ends);
  BOOST_TEST(house.ring.statistics().availability_uses == 0u);
  house.clock.advance(20);
  house.roots.steer(vault_a, Mode::ok);
  house.renew_due();
  BOOST_TEST(house.ring.user_access(house.record().under()).until == house.clock.now() + 800);
  BOOST_TEST(house.audit.events().empty());
}

BOOST_AUTO_TEST_CASE(a_regrant_is_noticed_in_the_background) {
  UnderDep house;
  house.deny();
  BOOST_CHECK_EXCEPTION(house.ring.mailbox_key(house.record(), user), Error, is_denied);
  house.roots.steer(vault_a, Mode::ok);
  house.clock.advance(19);
  BOOST_TEST(house.ring.due().empty());
  house.clock.advance(1);
  house.renew_due();
  BOOST_TEST(house.ring.user_access(house.record().under()).until == house.clock.now() + 900);
}

BOOST_AUTO_TEST_CASE(with_a_ttl_of_nothing_an_open_mailbox_is_confirmed_every_second) {
  UnderDep house(0s);
  house.ring.mailbox_key(house.record(), user);
  const auto dep = house.record().under();
  BOOST_TEST(house.ring.user_access(dep).until == house.clock.now() + 3);
  for (int second = 0; second < 5; ++second) {
    house.clock.advance(1);
    house.ring.user_access(dep);
    house.renew_due();
  }
  BOOST_TEST(house.asked() == 6u);
  BOOST_TEST(house.ring.statistics().dep_keys_cached == 0u);
}

// A vault may take longer to answer than an open mailbox serves without being confirmed.
BOOST_AUTO_TEST_CASE(an_answer_that_took_its_time_serves_from_when_it_came) {
  for (const auto ttl : {0s, 2s}) {
    UnderDep house(ttl);
    const auto record = house.record();
    house.roots.hold();
    auto asking = std::async(std::launch::async, [&] { house.ring.mailbox_key(record, user); });
    house.roots.wait_until_held(1);
    house.clock.advance(3);
    house.roots.release();
    asking.get();
    const auto until = house.clock.now() + 1 + DepKeys::shortest_lease;
    BOOST_TEST(house.ring.user_access(record.under()).until == until);
    BOOST_TEST(house.ring.statistics().dep_keys_cached == 0u);
  }
}

BOOST_AUTO_TEST_CASE(an_outage_is_served_and_counted) {
  UnderDep house;
  house.roots.steer(vault_a, Mode::transient);
  house.roots.steer(vault_b, Mode::transient);
  house.ring.mailbox_key(house.record(), user);
  const auto statistics = house.ring.statistics();
  BOOST_TEST(statistics.availability_uses == 1u);
  BOOST_TEST(statistics.root_failures == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
