#include "policy/indexing.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(indexing)

namespace {

using namespace std::chrono_literals;

constexpr auto user = crypto::ActorClass::user;

struct House : test_support::Installation {
  House() : Installation(900s, 30s) {
    for (int n = 0; n < 130; ++n) add_mail(ada, "mail");
  }
  std::uint64_t indexed() { return indexing.indexed_uids(ada.mailbox, database); }
  void close() {
    clock.advance(30);
    mailboxes.close_idle();
    BOOST_REQUIRE(mailboxes.open_count() == 0U);
  }

  storage::Account ada = make_account("ada@example.org", make_dep());
  const DatabaseId database = directory.mailbox(ada.mailbox).database;
  policy::Indexing indexing{mailboxes, databases, clock,
                            [](std::string_view) { return storage::Briefs(); }};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_open_mailbox_is_indexed_and_stays_no_longer_open, House) {
  indexing.pass({});
  BOOST_TEST(indexed() == 128U);
  BOOST_TEST(!indexing.behind().contains(ada.mailbox));
  close();
}

BOOST_FIXTURE_TEST_CASE(one_that_is_not_open_waits, House) {
  close();
  indexing.pass({});
  BOOST_TEST(indexed() == 0U);
  BOOST_TEST(indexing.behind().at(ada.mailbox).reason == "waits until it is opened");
  mailboxes.open(ada.mailbox, user);
  indexing.pass({});
  BOOST_TEST(indexed() == 128U);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_looked_after_goes_after_a_while, House) {
  indexing.pass({});
  add_mail(ada, "one more");
  close();
  indexing.pass({});
  clock.advance(119);
  indexing.pass({});
  BOOST_TEST(indexed() == 128U);
  clock.advance(1);
  indexing.pass({});
  BOOST_TEST(indexed() == 0U);
}

BOOST_FIXTURE_TEST_CASE(it_is_made_anew_when_asked, House) {
  indexing.pass({});
  indexing.rebuild(ada.mailbox, database);
  BOOST_TEST(indexed() == 0U);
  indexing.pass({});
  BOOST_TEST(indexed() == 128U);
  BOOST_CHECK_EXCEPTION(indexing.rebuild(ada.mailbox, DatabaseId(99)), Error,
                        [](const Error& error) { return error.fault() == Fault::unavailable; });
}

BOOST_AUTO_TEST_SUITE_END()
