#include "policy/login.h"

#include <boost/test/unit_test.hpp>

#include <thread>

#include "crypto/password.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(login)

namespace {

struct Door : test_support::Installation {
  Door() {
    account.aliases = {"lovelace@example.org"};
    directory.update_account(account);
  }
  storage::Account account =
      mailboxes.create("ada@example.org", crypto::hash_password("engine"), deps.default_dep());
  std::vector<int> slept;
  policy::Login login{directory, clock, [this](std::chrono::milliseconds time) {
                        slept.push_back(static_cast<int>(time.count()));
                      }};

  bool opens(std::string_view name, std::string_view password,
             const std::string& peer = "192.0.2.1:4000") {
    return login.check(name, password, peer).has_value();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_password_opens_in_any_case_of_the_name) {
  Door door;
  const auto account = door.login.check("Ada@Example.Org", "engine", "192.0.2.1:4000");
  BOOST_REQUIRE(account.has_value());
  BOOST_TEST(account->name == "ada@example.org");
  BOOST_TEST(door.opens("ada@example.org", "engine"));  // remembered
}

BOOST_AUTO_TEST_CASE(everything_else_does_not) {
  Door door;
  BOOST_TEST(!door.opens("ada@example.org", "Engine"));
  BOOST_TEST(!door.opens("ada@example.org", ""));
  BOOST_TEST(!door.opens("nobody@example.org", "engine"));
  BOOST_TEST(!door.opens("lovelace@example.org", "engine"));
  BOOST_TEST(!door.opens("", ""));
  BOOST_TEST(!door.opens(std::string(300, 'a'), "engine"));
  BOOST_TEST(!door.opens("ada@example.org", std::string(2000, 'a')));
}

BOOST_AUTO_TEST_CASE(a_remembered_password_costs_no_hashing) {
  Door door;
  door.opens("ada@example.org", "engine");
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) BOOST_TEST(door.opens("ada@example.org", "engine"));
  const auto ten = std::chrono::steady_clock::now() - begin;
  const auto start = std::chrono::steady_clock::now();
  door.opens("ada@example.org", "wrong");
  BOOST_TEST((ten < 10 * (std::chrono::steady_clock::now() - start)));
}

BOOST_AUTO_TEST_CASE(a_new_password_and_a_disabled_account_end_what_is_remembered) {
  Door door;
  BOOST_TEST(door.opens("ada@example.org", "engine"));
  auto account = door.directory.account("ada@example.org");
  account.password_hash = crypto::hash_password("difference");
  door.directory.update_account(account);
  BOOST_TEST(!door.opens("ada@example.org", "engine"));
  BOOST_TEST(door.opens("ada@example.org", "difference"));
  account.enabled = false;
  door.directory.update_account(account);
  BOOST_TEST(!door.opens("ada@example.org", "difference"));
}

BOOST_AUTO_TEST_CASE(a_guesser_waits_and_nobody_else) {
  Door door;
  for (int i = 0; i < 5; ++i) BOOST_TEST(!door.opens("ada@example.org", "wrong"));
  BOOST_TEST(door.slept == (std::vector{250, 500}), boost::test_tools::per_element());
  door.slept.clear();
  BOOST_TEST(door.opens("ada@example.org", "engine", "192.0.2.2:4000"));
  BOOST_TEST(!door.opens("bob@example.org", "engine"));
  BOOST_TEST(door.slept.empty());
  // Who is remembered does not wait even beside the guesser.
  BOOST_TEST(door.opens("ada@example.org", "engine"));
  BOOST_TEST(door.slept.empty());
}

BOOST_AUTO_TEST_CASE(unknown_users_make_a_guesser_wait_alike) {
  Door door;
  for (int i = 0; i < 5; ++i) BOOST_TEST(!door.opens("nobody@example.org", "wrong"));
  BOOST_TEST(door.slept == (std::vector{250, 500}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(another_port_is_the_same_guesser) {
  Door door;
  for (int i = 0; i < 4; ++i)
    door.opens("ada@example.org", "wrong", "192.0.2.1:" + std::to_string(4000 + i));
  BOOST_TEST(door.slept.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
