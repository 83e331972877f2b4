#include "policy/memory_budget.h"

#include <boost/test/unit_test.hpp>

#include "policy/mailboxes.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(memory_budget)

namespace {

using test_support::Installation;
using namespace std::chrono_literals;

constexpr auto user = crypto::ActorClass::user;

bool has_no_room(const Error& error) {
  return error.fault() == Fault::unavailable && error.hint().find("[memory]") != std::string::npos;
}

// Accounts with mailboxes that nobody has open.
struct House : Installation {
  House() : Installation(900s, 60s) {
    for (const auto* name : {"ada@example.org", "bob@example.org", "eve@example.org"})
      accounts.push_back(make_account(name));
    clock.advance(60);
    mailboxes.close_idle();
    BOOST_REQUIRE(mailboxes.open_count() == 0u);
  }
  std::shared_ptr<storage::Mailbox> open(std::size_t n) {
    return mailboxes.open(accounts[n].mailbox, user);
  }

  std::vector<storage::Account> accounts;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_one_longest_idle_makes_room) {
  House house;
  house.mailboxes.set_budget({.mailboxes = 2});
  house.open(0);
  house.clock.advance(1);
  const std::weak_ptr<storage::Mailbox> second = house.open(1);
  house.clock.advance(1);
  house.open(2);
  BOOST_TEST(house.mailboxes.open_count() == 2u);
  BOOST_TEST((house.open(1) == second.lock()));
}

BOOST_AUTO_TEST_CASE(where_all_are_in_use_no_more_are_opened) {
  House house;
  house.mailboxes.set_budget({.mailboxes = 2});
  auto first = house.open(0);
  const auto second = house.open(1);
  BOOST_CHECK_EXCEPTION(house.open(2), Error, has_no_room);
  BOOST_TEST((house.open(1) == second));  // who is in stays in
  first.reset();
  house.open(2);
  BOOST_TEST(house.mailboxes.open_count() == 2u);
}

BOOST_AUTO_TEST_CASE(too_much_plaintext_closes_all_that_is_idle) {
  House house;
  const auto used = house.open(0);
  house.open(1);
  house.mailboxes.set_budget({.plaintext = 1});
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 1u);
  BOOST_TEST(house.mailboxes.plaintext_at_most() > 100'000u);
  BOOST_CHECK_EXCEPTION(house.open(2), Error, has_no_room);
  house.mailboxes.set_budget({});
  house.open(2);
}

BOOST_AUTO_TEST_CASE(what_is_opened_is_counted) {
  House house;
  house.mailboxes.close_idle();
  const auto before = house.mailboxes.plaintext_at_most();
  const std::string mail(10 << 20, 'x');
  house.mailboxes.close_idle();
  const auto more = house.mailboxes.plaintext_at_most() - before;
  BOOST_TEST(more >= mail.size());
  BOOST_TEST(more < 2 * mail.size());
}

BOOST_AUTO_TEST_SUITE_END()
