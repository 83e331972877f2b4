// A ledger.db that is not as the server left it: noticed, counted in all the same, and accepted.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "storage/ledger.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(ledger_roll_back)

namespace {

using crypto::Actor;
using storage::Anchors;
using storage_test::TempDirectory;

constexpr MailboxId ada(1), bob(2);
constexpr UnixTime day = 24 * 3600, start = 1'800'000'000 - 1'800'000'000 % day;

struct Book {
  TempDirectory directory;
  std::filesystem::path data = directory.path() / "data", kept = directory.path() / "old.db";
  crypto::ServiceKeys keys{directory.path() / "keys", data};
  Anchors anchors{keys.path()};
  std::unique_ptr<storage::Ledger> ledger;

  Book() {
    std::filesystem::create_directories(data);
    open();
  }
  // As a server does when it starts.
  void open() {
    ledger.reset();
    ledger = std::make_unique<storage::Ledger>(data, keys, anchors);
    ledger->check_rows();
  }
  std::filesystem::path file() const { return data / "ledger.db"; }
  void add(MailboxId mailbox = ada, UnixTime time = start) {
    const storage::LedgerAddition one{
        time, mailbox, DepId(3), crypto::Cause::fetch, Actor::service(), {1, 10}};
    ledger->add(std::span(&one, 1));
  }
  std::uint64_t operations() {
    std::uint64_t sum = 0;
    ledger->read_all([&](const storage::LedgerRecord& record) {
      for (const auto& [key, totals] : record.counts) sum += totals.operations;
    });
    return sum;
  }
  void copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    ledger.reset();
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  }
  void keep() {
    copy(file(), kept);
    open();
  }
  void put_back() {
    copy(kept, file());
    open();
  }
  void tamper(const std::string& sql) {
    ledger.reset();
    storage_test::tamper(file(), "attach '" + kept.string() + "' as old; " + sql);
    open();
  }
  std::uint64_t anchored() {
    return storage::GenerationAnchors(anchors).of(storage::ledger_anchor);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_was_left_is_there, Book) {
  for (int n = 0; n < 40; ++n) add(n % 2 == 0 ? ada : bob, start + n * day);
  ledger->set_notice({ada, 24321});
  ledger->set_notice({bob, 24321});
  ledger->remove_notice(bob);
  open();
  BOOST_TEST(!ledger->rolled_back());
  const auto mailboxes = ledger->to_be_aged(start + 500 * day);
  ledger->age(mailboxes, start + 500 * day);
  for (int n = 0; n < 2; ++n) {
    open();
    BOOST_TEST(!ledger->rolled_back());
  }
  BOOST_TEST(operations() == 40U);
}

BOOST_FIXTURE_TEST_CASE(an_older_file_is_named_at_each_start_and_counted_in, Book) {
  add();
  keep();
  add();
  put_back();
  for (int n = 0; n < 5; ++n) {
    BOOST_TEST(ledger->rolled_back());
    add(bob);  // more often than the right one ever was
    open();
  }
  BOOST_TEST(operations() == 1U + 5);
  ledger->accept_roll_back();
  for (int n = 0; n < 2; ++n) {
    BOOST_TEST(!ledger->rolled_back());
    add();
    open();
  }
  put_back();
  BOOST_TEST(ledger->rolled_back());
}

BOOST_FIXTURE_TEST_CASE(the_right_file_is_well_again, Book) {
  add();
  keep();
  add();
  const auto right = directory.path() / "right.db";
  copy(file(), right);
  put_back();
  add();
  BOOST_TEST(ledger->rolled_back());
  copy(right, file());
  open();
  BOOST_TEST(!ledger->rolled_back());
  BOOST_TEST(operations() == 2U);
}

BOOST_FIXTURE_TEST_CASE(one_that_was_removed_is_missed, Book) {
  add();
  ledger.reset();
  std::filesystem::remove(file());
  for (int n = 0; n < 2; ++n) {
    open();
    BOOST_TEST(ledger->rolled_back());
    add(bob);
  }
  BOOST_TEST(operations() == 2U);
  ledger->accept_roll_back();
  open();
  BOOST_TEST(!ledger->rolled_back());
}

// Each on a file whose ada was counted twice, and bob once, since the copy.
BOOST_AUTO_TEST_CASE(rows_that_are_not_as_they_were_left_are_noticed) {
  const auto* const of_old = "select id, sealed from old.ledger";
  for (const std::string& sql : {
           std::string("delete from ledger; insert into ledger ") + of_old,
           std::string("insert or replace into ledger ") + of_old,
           std::string("delete from ledger where id not in (select id from old.ledger)"),
           std::string("delete from notice"),
           std::string("update notice set sealed = (select sealed from old.notice)"),
           // The sealed octets of both are there, each twice or never.
           std::string("insert into notice select 1, sealed from notice; insert into notice"
                       " select 2, sealed from old.notice;"
                       " update notice set sealed = (select sealed from old.notice) where id > 2"),
           std::string("update generation set sealed = (select sealed from old.generation)"),
           std::string("update generation set sealed = zeroblob(297)"),
           std::string("delete from generation"),
           std::string("delete from generation; delete from ledger; delete from notice"),
       }) {
    Book book;
    book.add();
    book.ledger->set_notice({ada, 24321});
    book.keep();
    book.add();
    book.add(bob);
    book.ledger->set_notice({ada, 24322});
    book.tamper(sql);
    for (int n = 0; n < 2; ++n) {
      BOOST_TEST(book.ledger->rolled_back(), sql);
      book.add();
      book.open();
    }
    book.ledger->accept_roll_back();
    book.add();
    book.open();
    BOOST_TEST(!book.ledger->rolled_back(), sql);
  }
}

// Whoever looks at the rows just then has seen those of before.
BOOST_FIXTURE_TEST_CASE(what_is_accepted_while_it_is_looked_at_stays_so, Book) {
  std::vector<storage::LedgerAddition> many;
  for (int n = 1; n <= 2000; ++n)
    many.push_back(
        {start, MailboxId(n), DepId(3), crypto::Cause::fetch, Actor::service(), {1, 10}});
  ledger->add(many);
  for (int round = 0; round < 5; ++round) {
    storage_test::tamper(file(), "delete from ledger where id = (select max(id) from ledger)");
    ledger->check_rows();
    BOOST_TEST(ledger->rolled_back());
    std::atomic<bool> accepted = false;
    std::jthread looking([&] {
      while (!accepted) ledger->check_rows();
    });
    ledger->accept_roll_back();
    accepted = true;
    looking.join();
    BOOST_TEST(!ledger->rolled_back());
  }
}

// After a crash the anchor is behind, never ahead.
BOOST_FIXTURE_TEST_CASE(an_anchor_that_lags_is_no_alarm, Book) {
  add();
  open();
  const auto before = anchored();
  for (int n = 0; n < 3; ++n) add();
  BOOST_TEST(anchored() == before);
  BOOST_TEST(ledger->generation() == before + 3);
  ledger.reset();
  storage::GenerationAnchors(anchors).set(storage::ledger_anchor, before);
  open();
  BOOST_TEST(!ledger->rolled_back());
}

// Of a server that had neither: what is there is believed, once.
BOOST_FIXTURE_TEST_CASE(a_ledger_from_before_is_believed, Book) {
  add();
  ledger->set_notice({ada, 24321});
  ledger.reset();
  const MailboxId of_ledger[] = {storage::ledger_anchor};
  storage::GenerationAnchors(anchors).forget(of_ledger);
  storage_test::tamper(file(), "drop table generation; pragma user_version = 1");
  keep();
  BOOST_TEST(!ledger->rolled_back());
  add();
  open();
  BOOST_TEST(!ledger->rolled_back());
  put_back();
  BOOST_TEST(ledger->rolled_back());
}

// The data carry their own count, which nobody without the keys can raise.
BOOST_FIXTURE_TEST_CASE(lost_anchors_are_made_anew, Book) {
  add();
  ledger.reset();
  const MailboxId of_ledger[] = {storage::ledger_anchor};
  storage::GenerationAnchors(anchors).forget(of_ledger);
  open();
  BOOST_TEST(!ledger->rolled_back());
  ledger.reset();
  BOOST_TEST(anchored() > 1U);
}

BOOST_AUTO_TEST_SUITE_END()
