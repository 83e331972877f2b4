#include "storage/ledger.h"

#include <boost/test/unit_test.hpp>

#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(ledger)

namespace {

using crypto::Actor;
using crypto::ActorClass;
using crypto::Cause;
using crypto::CrossingTotals;
using storage::LedgerAddition;
using storage::LedgerRecord;
using storage::LedgerSpan;

constexpr MailboxId ada(1), bob(2);
constexpr DepId dep(3);
constexpr UnixTime hour = 3600, day = 24 * hour;
constexpr UnixTime start = 1'800'000'000 - 1'800'000'000 % day;  // 2027-01-15
const Actor reader(ActorClass::user, AccountId(1)), delegate(ActorClass::user, AccountId(2));

struct Book {
  storage_test::TempDirectory directory;
  crypto::ServiceKeys keys{directory.path() / "keys", directory.path() / "data"};
  storage::Anchors anchors{keys.path()};
  std::unique_ptr<storage::Ledger> ledger;

  Book() {
    std::filesystem::create_directories(directory.path() / "data");
    open();
  }
  void open() {
    ledger.reset();
    ledger = std::make_unique<storage::Ledger>(directory.path() / "data", keys, anchors);
  }
  std::filesystem::path file() const { return directory.path() / "data" / "ledger.db"; }

  void add(UnixTime time, MailboxId mailbox, const CrossingTotals& totals,
           const Actor& actor = reader) {
    const LedgerAddition one{time, mailbox, dep, Cause::fetch, actor, totals};
    ledger->add(std::span(&one, 1));
  }
  std::vector<LedgerRecord> of(MailboxId mailbox) {
    std::vector<LedgerRecord> all;
    ledger->read(mailbox, [&](const LedgerRecord& record) { all.push_back(record); });
    return all;
  }
  // Over all records of all mailboxes.
  CrossingTotals sum() {
    CrossingTotals sum;
    ledger->read_all([&](const LedgerRecord& record) {
      for (const auto& [key, totals] : record.counts) sum += totals;
    });
    return sum;
  }
  std::vector<std::pair<std::int64_t, Bytes>> rows() {
    storage::Connection connection(file(), storage::Connection::Mode::read);
    auto rows = connection.query("select id, sealed from ledger order by id");
    std::vector<std::pair<std::int64_t, Bytes>> all;
    while (rows.next()) all.emplace_back(rows.integer(0), copy_of(rows.blob(1)));
    return all;
  }
  // On the closed file.
  void tamper(const std::string& sql) {
    ledger.reset();
    storage_test::tamper(file(), sql);
    open();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_was_counted_is_there_after_a_restart, Book) {
  add(start + 5 * hour + 17, ada, {2, 100});
  add(start + 5 * hour + 3599, ada, {1, 10});
  add(start + 6 * hour, ada, {1, 1, 1}, delegate);
  add(start, bob, {7, 70});
  open();
  const auto found = of(ada);
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].since == start + 5 * hour);
  const auto& counts = found[1].counts;
  BOOST_REQUIRE(counts.size() == 2U);
  BOOST_TEST((counts.at({5, dep, Cause::fetch, reader}) == CrossingTotals{3, 110}));
  BOOST_TEST((counts.at({6, dep, Cause::fetch, delegate}) == CrossingTotals{1, 1, 1}));
  BOOST_TEST((sum() == CrossingTotals{11, 181, 1}));
  BOOST_TEST(of(MailboxId(99)).empty());
}

BOOST_FIXTURE_TEST_CASE(an_admin_is_told_from_an_account_and_from_the_service, Book) {
  const std::vector<Actor> actors{Actor::service(), reader, Actor(ActorClass::system, AccountId(1)),
                                  Actor::of(crypto::AdminId(0), ActorClass::user),
                                  Actor::of(crypto::AdminId(4294967295), ActorClass::system)};
  for (const auto& actor : actors) add(start, ada, {1, 1}, actor);
  open();
  const auto records = of(ada);
  for (const auto& actor : actors)
    BOOST_TEST(records.at(1).counts.count({0, dep, Cause::fetch, actor}) == 1U);
  BOOST_TEST(records.at(1).counts.size() == actors.size());
}

// Whoever has the file without the keys learns how many rows there are, and padded sizes.
BOOST_FIXTURE_TEST_CASE(rows_say_neither_whose_they_are_nor_of_when, Book) {
  for (int n = 0; n < 3; ++n) {
    add(start + n * day, ada, {1, 1});
    add(start + n * day, bob, {123'456, 1'000'000'000'000}, delegate);
  }
  const auto all = rows();
  BOOST_REQUIRE(all.size() == 8U);  // three days and a list of them, each
  for (const auto& [id, sealed] : all) BOOST_TEST(sealed.size() == 297U);
  Book other;
  other.add(start, ada, {1, 1});
  for (const auto& [id, sealed] : other.rows())
    BOOST_TEST(std::ranges::none_of(all, [&](const auto& row) { return row.first == id; }));
}

BOOST_FIXTURE_TEST_CASE(it_comes_to_be_less_exact_with_time_and_loses_nothing, Book) {
  for (int n = 0; n < 500; ++n) add(start + n * day + n % 24 * hour, ada, {1, 10, 2});
  add(start, bob, {5, 50});
  const auto last = start + 499 * day;
  BOOST_TEST(ledger->to_be_aged(last).size() == 2U);
  ledger->age(ledger->to_be_aged(last), last);
  BOOST_TEST((sum() == CrossingTotals{505, 5050, 1000}));
  std::map<LedgerSpan, std::size_t> records, entries;
  for (const auto& record : of(ada)) {
    ++records[record.period.span];
    entries[record.period.span] += record.counts.size();
    if (record.period.span == LedgerSpan::all_time) BOOST_TEST(record.since == start);
  }
  BOOST_TEST(records[LedgerSpan::day] == 28U);
  BOOST_TEST(records[LedgerSpan::month] == 12U);
  BOOST_TEST(entries[LedgerSpan::all_time] == 1U);
  BOOST_TEST(entries[LedgerSpan::month] > 350U);
  BOOST_TEST(rows().size() == 1U + 28 + 12 + 1);  // of bob's only what has no time
  BOOST_TEST(ledger->to_be_aged(last).empty());
  add(last, ada, {1, 10});
  BOOST_TEST((sum() == CrossingTotals{506, 5060, 1000}));
}

BOOST_FIXTURE_TEST_CASE(days_and_months_are_those_of_the_calendar, Book) {
  const auto leap_day = storage::day_of(1'709'164'800);  // 2024-02-29
  BOOST_TEST(day_in_month(leap_day) == 29);
  const auto month = month_of(leap_day);
  BOOST_TEST(month.number == 2024 * 12 + 1);
  BOOST_TEST(start_of(month, 29) == 1'709'164'800);
  BOOST_TEST(start_of(leap_day, 23) == 1'709'164'800 + 23 * hour);
  BOOST_TEST(storage::hour_of(1'709'164'800 + 23 * hour + 3599) == 23);
}

// Whichever it is: of the day, or of all time, which lists the days.
BOOST_AUTO_TEST_CASE(an_altered_row_does_not_count_and_counting_goes_on) {
  for (const auto* which : {"min(id)", "max(id)"}) {
    Book book;
    book.add(start, ada, {1, 10});
    book.add(start + day, ada, {2, 20});
    book.add(start + 2 * day, ada, {4, 40});
    const auto rows = book.rows();
    BOOST_REQUIRE(rows.size() == 4U);
    book.tamper(std::string("update ledger set sealed = zeroblob(297) where id = (select ") +
                which + " from ledger)");
    const auto left = book.sum();
    book.add(start + 2 * day + hour, ada, {8, 80});
    BOOST_TEST(book.sum().operations == left.operations + 8);
    std::uint64_t listed = 0;
    for (const auto& record : book.of(ada))
      for (const auto& [key, totals] : record.counts) listed += totals.operations;
    BOOST_TEST(listed == book.sum().operations);
    BOOST_TEST(book.of(ada).at(0).since == start);
  }
}

BOOST_FIXTURE_TEST_CASE(a_list_that_was_taken_out_is_made_again, Book) {
  add(start + 5 * hour, ada, {1, 10});
  add(start + day, ada, {2, 20});
  const auto id = storage::ledger_row(keys.directory_key(), ada, {LedgerSpan::all_time, 0});
  tamper("delete from ledger where id = " + std::to_string(id));
  BOOST_TEST(of(ada).empty());
  add(start + day, ada, {4, 40});
  BOOST_TEST(of(ada).size() == 3U);
  BOOST_TEST((sum() == CrossingTotals{7, 70}));
}

BOOST_FIXTURE_TEST_CASE(a_row_in_the_place_of_another_does_not_open, Book) {
  add(start, ada, {1, 10});
  tamper("update ledger set sealed = (select sealed from ledger order by id desc limit 1)");
  std::size_t opened = 0;
  ledger->read_all([&](const LedgerRecord&) { ++opened; });
  BOOST_TEST(opened == 1U);
}

BOOST_FIXTURE_TEST_CASE(who_wants_notices_is_kept, Book) {
  ledger->set_notice({ada, 24321});
  ledger->set_notice({bob, 24321});
  ledger->set_notice({ada, 24322});
  ledger->remove_notice(bob);
  open();
  BOOST_REQUIRE(ledger->notices().size() == 1U);
  BOOST_TEST(ledger->notice(ada).value().last == 24322);
  BOOST_TEST(!ledger->notice(bob));
}

// crypto/FORMAT.md section 15
BOOST_AUTO_TEST_CASE(the_example_of_the_format) {
  LedgerRecord record{.mailbox = MailboxId(42), .period = storage::day_of(1'800'000'000)};
  record.counts[{8, dep, Cause::fetch, {ActorClass::user, AccountId(7)}}] = {12, 4096, 1024};
  record.counts[{9, dep, Cause::export_, Actor::of(crypto::AdminId(1000), ActorClass::user)}] = {
      1, 256};
  const auto plain = encoded(record);
  BOOST_TEST(
      to_hex(plain) ==
      "02000000000000002a010000516100000000000000000000000000000002080000000000000003000000000000"
      "00000007ffffffffffffffff000000000000000c00000000000010000000000000000400090000000000000003"
      "0700000000000000000000000000000003e8000000000000000100000000000001000000000000000000");
  BOOST_TEST((storage::decoded_ledger(plain).counts == record.counts));
  for (std::size_t size = 0; size < plain.size(); ++size)
    BOOST_CHECK_THROW(storage::decoded_ledger(ByteView(plain).first(size)), Error);
}

// The same of a server that did not count opaque octets.
BOOST_AUTO_TEST_CASE(the_first_version_is_read) {
  const auto record = storage::decoded_ledger(from_hex(
      "01000000000000002a010000516100000000000000000000000000000002080000000000000003000000000000"
      "00000007ffffffffffffffff000000000000000c000000000000100009000000000000000307000000000000"
      "00000000000000000003e800000000000000010000000000000100"));
  BOOST_TEST((record.counts.at({8, dep, Cause::fetch, {ActorClass::user, AccountId(7)}}) ==
              CrossingTotals{12, 4096, 0}));
  BOOST_TEST(record.counts.size() == 2U);
  auto unknown = encoded(record);
  unknown[0] = 3;
  BOOST_CHECK_THROW(storage::decoded_ledger(unknown), Error);
}

BOOST_AUTO_TEST_SUITE_END()
