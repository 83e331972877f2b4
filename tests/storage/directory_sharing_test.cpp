// Quotas and shares as the directory keeps them: sealed, found by keyed hash, gone with an account.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "crypto/service_keys.h"
#include "storage/directory.h"
#include "storage/sqlite.h"
#include "tests/support/captured_log.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

using namespace storage;
using storage_test::tamper;

BOOST_AUTO_TEST_SUITE(directory_sharing)

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

struct Place {
  storage_test::TempDirectory temporary;
  std::shared_ptr<Directory> directory;

  Place() {
    open();
    const Dep dep{
        .id = directory->reserve_dep(), .name = "first", .description = "", .managed = true};
    directory->add_dep(dep, {.dep = dep.id,
                             .roots = {{crypto::RootKeyRef("https://a.example/keys/x/1"), {1}},
                                       {crypto::RootKeyRef("https://b.example/keys/y/2"), {2}}}});
  }
  std::filesystem::path data() const { return temporary.path() / "data"; }
  std::filesystem::path file() const { return data() / "directory.db"; }
  void open() { directory = storage_test::open_directory(temporary.path()); }
  Account add(const std::string& name) {
    Account account{.id = directory->reserve_account(),
                    .mailbox = directory->reserve_mailbox(),
                    .name = name,
                    .password = "$argon2id$",
                    .aliases = {}};
    directory->add_account(account, {.id = account.mailbox,
                                     .account = account.id,
                                     .database = DatabaseId(1),
                                     .assigned = std::nullopt,
                                     .dep = DepId(1),
                                     .key = {Bytes(73, 1)}});
    return account;
  }
  Directory* operator->() { return directory.get(); }
};

const Quota ten_messages{.messages = {Allowance::Kind::limited, 10}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_quota_is_kept_until_it_is_the_default_again) {
  Place place;
  const auto ada = place.add("ada@example.org");
  BOOST_CHECK(place->quota(ada.mailbox) == Quota{});
  place->set_quota(ada.mailbox, ten_messages);
  place.directory.reset();
  place.open();
  BOOST_CHECK(place->quota(ada.mailbox) == ten_messages);
  place->set_quota(ada.mailbox, {});
  BOOST_CHECK(place->quota(ada.mailbox) == Quota{});
  BOOST_CHECK_EXCEPTION(place->set_quota(MailboxId(99), ten_messages), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(a_quota_that_was_moved_to_another_mailbox_does_not_open) {
  Place place;
  const auto ada = place.add("ada@example.org"), bob = place.add("bob@example.org");
  place->set_quota(ada.mailbox, ten_messages);
  place.directory.reset();
  tamper(place.file(), "update quota set mailbox = " + std::to_string(bob.mailbox.value));
  storage_test::forget_anchors(place.temporary.path() / "keys");
  place.open();
  const test_support::CapturedLog log(place.temporary.path() / "log");
  BOOST_CHECK_EXCEPTION(place->quota(bob.mailbox), Error, is(Fault::corrupt));
  BOOST_TEST((log.text().find(" mailbox=" + std::to_string(bob.mailbox.value) + " what=quota ") !=
              std::string::npos));
}

BOOST_AUTO_TEST_CASE(shares_are_listed_once_and_taken_back) {
  Place place;
  const AccountId ada(1), bob(2);
  place->share(MailboxId(7), ada);
  place->share(MailboxId(5), ada);
  place->share(MailboxId(7), ada);
  const std::vector<MailboxId> both{MailboxId(5), MailboxId(7)}, one{MailboxId(5)};
  BOOST_CHECK(place->shared_with(ada) == both);
  BOOST_TEST(place->shared_with(bob).empty());
  place->unshare(MailboxId(7), ada);
  place->unshare(MailboxId(9), ada);
  BOOST_CHECK(place->shared_with(ada) == one);
  place->unshare(MailboxId(5), ada);
  BOOST_TEST(place->shared_with(ada).empty());
}

BOOST_AUTO_TEST_CASE(who_shares_with_whom_is_not_in_the_file) {
  Place place;
  place->share(MailboxId(7), AccountId(1));
  place->share(MailboxId(7), AccountId(2));
  place.directory.reset();
  Connection connection(place.file(), Connection::Mode::read);
  auto rows = connection.query("select id, sealed from share");
  std::size_t count = 0;
  for (; rows.next(); ++count) {
    BOOST_TEST(rows.integer(0) > 1000);  // nobody's number
    BOOST_TEST(rows.blob(1).size() == 297u);
  }
  BOOST_TEST(count == 2u);
}

BOOST_AUTO_TEST_CASE(shares_of_one_account_do_not_open_as_those_of_another) {
  Place place;
  place->share(MailboxId(7), AccountId(1));
  place->share(MailboxId(8), AccountId(2));
  place.directory.reset();
  tamper(place.file(),
         "create table s as select sealed from share; update share set sealed ="
         " (select sealed from s where s.sealed <> share.sealed); drop table s");
  storage_test::forget_anchors(place.temporary.path() / "keys");
  place.open();
  BOOST_CHECK_EXCEPTION(place->shared_with(AccountId(1)), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(an_account_that_is_removed_takes_both_along) {
  Place place;
  const auto ada = place.add("ada@example.org");
  place->set_quota(ada.mailbox, ten_messages);
  place->share(MailboxId(7), ada.id);
  place->remove_account(ada.id);
  place.directory.reset();
  Connection connection(place.file(), Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from quota").value() == 0);
  BOOST_TEST(connection.number("select count(*) from share").value() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
