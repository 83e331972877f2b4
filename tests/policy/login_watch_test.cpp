#include "policy/login_watch.h"

#include <boost/test/unit_test.hpp>

#include "crypto/password.h"
#include "policy/login.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(login_watch)

namespace {

using policy::Admission;

// Ada, and sessions of hers that count how often they were ended.
struct House : test_support::Installation {
  storage::Account ada = make_account("ada");
  std::int64_t phone =
      directory.add_credential({.account = ada.id,
                                .name = "phone",
                                .what = storage::AppPassword{.selector = "", .secret = {"phone"}}});
  policy::LoginWatch watch{directory};
  std::vector<policy::LoginWatch::Visit> visits;
  std::vector<int> ended = std::vector<int>(4);

  Admission admission(Admission::By by, std::int64_t credential = 0) {
    return {.account = directory.account("ada"),
            .by = by,
            .credential = credential,
            .changes = directory.changes()};
  }
  void enter(std::size_t session, const Admission& admission) {
    visits.push_back(watch.enter(admission, [this, session] { ++ended[session]; }));
  }
  // By password, app password, a certificate that names her, token.
  void all_enter() {
    enter(0, admission(Admission::By::password));
    enter(1, admission(Admission::By::app_password, phone));
    enter(2, admission(Admission::By::certificate));
    enter(3, admission(Admission::By::token));
    watch.review();
    expect({0, 0, 0, 0});
  }
  void expect(const std::vector<int>& wanted) {
    BOOST_TEST(ended == wanted, boost::test_tools::per_element());
  }
  void change(const std::function<void(storage::Account&)>& change) {
    auto account = directory.account("ada");
    change(account);
    directory.update_account(account);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_password_ends_what_the_old_one_opened) {
  House house;
  house.all_enter();
  house.change([](auto& account) { account.password = "another"; });
  house.watch.review();
  house.expect({1, 0, 0, 0});
  house.change([](auto& account) { account.password = "a third"; });
  house.watch.review();
  house.expect({1, 0, 0, 0});  // once
}

BOOST_AUTO_TEST_CASE(a_removed_app_password_ends_what_it_opened) {
  House house;
  house.all_enter();
  house.directory.remove_credential(house.phone);
  house.watch.review();
  house.expect({0, 1, 0, 0});
}

BOOST_AUTO_TEST_CASE(a_disabled_account_has_no_sessions) {
  House house;
  house.all_enter();
  house.change([](auto& account) { account.enabled = false; });
  house.watch.review();
  house.expect({1, 1, 1, 1});
}

BOOST_AUTO_TEST_CASE(nor_has_one_that_is_gone) {
  House house;
  house.all_enter();
  house.mailboxes.remove(house.ada);
  house.watch.review();
  house.expect({1, 1, 1, 1});
}

BOOST_AUTO_TEST_CASE(other_changes_end_nothing) {
  House house;
  house.all_enter();
  house.change([](auto& account) { account.aliases = {"lovelace@example.org"}; });
  house.directory.add_scram(house.ada.id, house.directory.account("ada").password,
                            crypto::scram_verifier("x", Bytes(16), 4096));
  house.make_account("bob");
  house.watch.review();
  house.expect({0, 0, 0, 0});
}

BOOST_AUTO_TEST_CASE(who_was_let_in_just_before_a_change_is_found) {
  House house;
  const auto before = house.admission(Admission::By::password);
  house.change([](auto& account) { account.password = "another"; });
  house.watch.review();
  house.enter(0, before);
  house.expect({1, 0, 0, 0});
}

BOOST_AUTO_TEST_CASE(a_session_that_has_gone_is_not_called) {
  House house;
  house.all_enter();
  house.visits.clear();
  house.change([](auto& account) { account.enabled = false; });
  house.watch.review();
  house.expect({0, 0, 0, 0});
}

BOOST_AUTO_TEST_SUITE_END()
