#include "policy/ledger.h"

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <thread>

#include "policy/owner_ledger.h"
#include "policy/signed_text.h"
#include "tests/support/captured_log.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(ledger)

namespace {

using crypto::Actor;
using crypto::ActorClass;
using crypto::Cause;
using crypto::CrossingTotals;
using policy::LedgerColumn;
using policy::LedgerFilter;

constexpr UnixTime hour = 3600, day = 24 * hour;

// A house whose ledger has been told of nothing that other tests did in this process.
struct House : test_support::Installation {
  std::unique_ptr<policy::Ledger> ledger;
  storage::Account ada = make_account("ada@example.org"), bob = make_account("bob@example.org");

  House() {
    crypto::take_crossings();
    open();
  }
  ~House() { ledger.reset(); }
  void open() {
    ledger.reset();  // writes what there is
    ledger = std::make_unique<policy::Ledger>(ledger_rows, directory, clock);
  }
  void read(const storage::Account& whose, const Actor& by, Cause cause = Cause::fetch) {
    const auto mailbox = mailboxes.open(whose.mailbox, by.kind);
    const auto folder = mailbox->tree()->folder("INBOX");
    const storage::Reason reason{cause, by};
    for (const auto& entry :
         mailbox->select(folder, storage::Mailbox::Recent::look, reason).entries)
      mailbox->octets(entry, 0, entry.size, reason);
  }
  static Actor user(const storage::Account& account) { return {ActorClass::user, account.id}; }
  CrossingTotals total(const LedgerFilter& filter = {}) { return ledger->sums(filter, {}).total(); }
  policy::OwnerLedger words() {
    return {*ledger,
            [](crypto::AdminId id) { return "eve (uid " + std::to_string(id.value) + ")"; }};
  }
};

using Counters = std::map<std::pair<Cause, ActorClass>, CrossingTotals>;

Counters counters_of_crypto() {
  Counters all;
  for (std::size_t n = 0; n < crypto::cause_count; ++n)
    for (const auto kind : crypto::actor_classes) {
      const auto cause = static_cast<Cause>(n);
      if (const auto totals = crypto::crossings(cause, kind); totals.operations > 0)
        all[{cause, kind}] = totals;
    }
  return all;
}

Counters difference(Counters after, const Counters& before) {
  for (const auto& [which, totals] : before) {
    auto& left = after[which];
    left = {left.operations - totals.operations, left.bytes - totals.bytes,
            left.opaque_bytes - totals.opaque_bytes};
    if (left.operations == 0) after.erase(which);
  }
  return after;
}

Counters counters_of(const policy::LedgerSums& sums) {
  Counters all;
  for (const auto& [group, totals] : sums.groups())
    all[{group.cause.value(), group.kind.value()}] = totals;
  return all;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(it_counts_what_the_crypto_layer_counts_to_the_unit, House) {
  const auto before = counters_of_crypto();
  for (int n = 0; n < 3; ++n) add_mail(ada, storage_test::sample_octets(100'000));
  add_mail(bob, "hello");
  read(ada, user(ada));
  read(ada, user(bob), Cause::search);
  open();
  read(bob, Actor::of(crypto::AdminId(0), ActorClass::user), Cause::export_);
  read(bob, Actor::service(), Cause::index);
  open();
  const auto counted = difference(counters_of_crypto(), before);
  BOOST_TEST(counted.size() >= 4U);
  const auto kept = counters_of(ledger->sums({}, {LedgerColumn::cause, LedgerColumn::kind}));
  BOOST_TEST((kept == counted));
}

BOOST_FIXTURE_TEST_CASE(who_reads_what_is_not_theirs_is_named, House) {
  add_mail(ada, "hello");
  read(ada, user(bob));
  const auto sums = ledger->sums({.mailbox = ada.mailbox, .cause = Cause::fetch},
                                 {LedgerColumn::actor, LedgerColumn::dep});
  BOOST_REQUIRE(sums.groups().size() == 1U);
  const auto& [group, totals] = *sums.groups().begin();
  BOOST_TEST((group.actor == user(bob)));
  BOOST_TEST((group.dep == deps.default_dep().id));
  BOOST_TEST(totals.operations > 0U);
  BOOST_TEST(total({.mailbox = bob.mailbox, .cause = Cause::fetch}).operations == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_mailbox_counts_under_the_dep_it_is_under, House) {
  add_mail(ada, "hello");
  read(ada, user(ada));
  ledger->flush();
  const auto own = make_dep();
  assign(ada, own.name);
  swept();
  mailboxes.close_idle();
  read(ada, user(ada), Cause::sort);
  BOOST_TEST(total({.dep = own.id, .cause = Cause::sort}).operations > 0U);
  BOOST_TEST(total({.dep = own.id, .cause = Cause::fetch}).operations == 0U);
  BOOST_TEST(total({.dep = deps.default_dep().id, .cause = Cause::sort}).operations == 0U);
}

BOOST_FIXTURE_TEST_CASE(times_are_hours_then_days_then_none, House) {
  add_mail(ada, "hello");
  const auto first = clock.now() - clock.now() % hour;
  for (int n = 0; n < 3; ++n) {
    read(ada, user(ada));
    ledger->flush();
    clock.advance(hour);
  }
  const LedgerFilter mine{.mailbox = ada.mailbox, .cause = Cause::fetch};
  const auto by_hour = [&](const LedgerFilter& filter) {
    return ledger->sums(filter, {LedgerColumn::hour}).groups();
  };
  BOOST_REQUIRE(by_hour(mine).size() == 3U);
  BOOST_TEST((by_hour(mine).begin()->first.time == policy::LedgerTime{first, hour}));
  auto later = mine;
  later.since = first + hour;
  BOOST_TEST(by_hour(later).size() == 2U);
  later.until = first + 2 * hour;
  BOOST_TEST(by_hour(later).size() == 1U);

  const auto all = total(mine);
  clock.advance(60 * day);
  ledger_rows.age(ledger_rows.to_be_aged(clock.now()), clock.now());
  BOOST_TEST((total(mine) == all));
  BOOST_REQUIRE(by_hour(mine).size() == 1U);
  BOOST_TEST((by_hour(mine).begin()->first.time == policy::LedgerTime{first - first % day, day}));
  clock.advance(500 * day);
  ledger_rows.age(ledger_rows.to_be_aged(clock.now()), clock.now());
  BOOST_TEST((total(mine) == all));
  BOOST_TEST((by_hour(mine).begin()->first.time == policy::LedgerTime{0, 0}));
  later.until.reset();
  BOOST_TEST(by_hour(later).empty());
}

BOOST_FIXTURE_TEST_CASE(a_mailbox_that_is_gone_stays_in_it_by_number, House) {
  add_mail(ada, "hello");
  read(ada, user(ada));
  const auto id = ada.mailbox;
  const auto counted = total({.mailbox = id});
  mailboxes.close_idle();
  mailboxes.remove(ada);
  open();
  BOOST_TEST((total({.mailbox = id}) == counted));
  BOOST_TEST(counted.operations > 0U);
}

BOOST_FIXTURE_TEST_CASE(news_are_what_was_counted_since, House) {
  add_mail(ada, "hello");
  const auto from = ledger->newest();
  BOOST_TEST(ledger->live(from, {}).news.empty());
  read(ada, Actor::of(crypto::AdminId(1000), ActorClass::user), Cause::export_);
  read(bob, user(bob));
  const LedgerFilter exports{.cause = Cause::export_};
  const auto [news, missed, newest] = ledger->live(from, exports);
  BOOST_TEST(missed == 0U);
  BOOST_REQUIRE(news.size() == 1U);
  BOOST_TEST((news[0].counted.mailbox == ada.mailbox));
  BOOST_TEST((news[0].counted.actor.admin == crypto::AdminId(1000)));
  BOOST_TEST(ledger->live(newest, exports).news.empty());
  BOOST_TEST((total(exports) == news[0].counted.totals));
}

BOOST_FIXTURE_TEST_CASE(too_many_news_are_left_out_and_that_is_said, House) {
  const auto from = ledger->newest();
  for (int n = 0; n < 5000; ++n)
    crypto::count_crossing({Cause::lab, {ActorClass::user, AccountId(n + 1)}, ada.mailbox}, 1,
                           crypto::Content::readable);
  const auto [news, missed, newest] = ledger->live(from, {});
  BOOST_TEST(missed > 0U);
  BOOST_TEST(newest == from + 5000);
  BOOST_TEST(news.size() + missed == 5000U);
  BOOST_TEST((total({.cause = Cause::lab}) == CrossingTotals{5000, 5000}));
}

BOOST_FIXTURE_TEST_CASE(a_disk_that_fails_loses_nothing_of_it, House) {
  add_mail(ada, "hello");
  ledger->flush();
  const auto before = total();
  {
    storage::Connection other(data() / "ledger.db", storage::Connection::Mode::write);
    other.script(
        "create trigger full before insert on ledger begin"
        " select raise(abort, 'no room'); end;");
  }
  read(ada, user(ada));
  BOOST_CHECK_THROW(ledger->flush(), Error);
  {
    storage::Connection other(data() / "ledger.db", storage::Connection::Mode::write);
    other.script("drop trigger full;");
  }
  BOOST_TEST(total().operations > before.operations);
}

// ---- owners

BOOST_FIXTURE_TEST_CASE(owners_are_told_who_and_why, House) {
  add_mail(ada, storage_test::sample_octets(5'000));
  read(ada, user(ada));
  read(ada, user(bob), Cause::search);
  read(ada, Actor::of(crypto::AdminId(1000), ActorClass::user), Cause::export_);
  const auto text = words().text(ada.mailbox);
  for (const auto* part : {"you: fetch ", "bob@example.org: search ", "the service: deliver ",
                           "administrator eve (uid 1000): export ", "last day", "last 30 days",
                           "Counted since 2027-01-15T08:00:00Z"})
    BOOST_TEST(text.find(part) != std::string::npos, "no \"" << part << "\" in " << text);
  BOOST_TEST(text.find("  of this encrypted") == std::string::npos);
  BOOST_TEST(words().text(bob.mailbox).find(": fetch") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(owners_are_told_how_much_of_it_nobody_here_can_read, House) {
  const crypto::Crossing fetch(Cause::fetch, user(ada), ada.mailbox);
  crypto::count_crossing(fetch, 3'000, crypto::Content::opaque);
  crypto::count_crossing(fetch, 500, crypto::Content::readable);
  BOOST_TEST(
      (total({.mailbox = ada.mailbox, .cause = Cause::fetch}) == CrossingTotals{2, 3'500, 3'000}));
  clock.advance(40 * day);
  crypto::count_crossing({Cause::search, user(ada), ada.mailbox}, 7, crypto::Content::readable);
  const auto text = words().text(ada.mailbox);
  const auto from = text.find("  of this encrypted end to end, and not read");
  BOOST_REQUIRE(from != std::string::npos);
  std::istringstream line(text.substr(from, text.find('\n', from) - from));
  std::vector<std::string> words;
  for (std::string word; line >> word;) words.push_back(word);
  BOOST_TEST(words.size() == 9U + 4);  // neither in the last day nor in 30 days
  BOOST_TEST(words.back() == "KB");
  BOOST_TEST(words.at(words.size() - 2) == "3.0");
  BOOST_TEST(text.find("of this encrypted", from + 5) == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(notices_come_once_a_month_whatever_the_clock_does, House) {
  BOOST_TEST(ledger->due_notices().empty());
  ledger->want_notices(ada.mailbox, true);
  BOOST_TEST(ledger->wants_notices(ada.mailbox));
  BOOST_TEST(ledger->due_notices().empty());
  clock.advance(17 * day);  // 2027-02-01
  BOOST_TEST(ledger->due_notices().size() == 1U);
  BOOST_TEST(ledger->due_notices().empty());
  open();
  BOOST_TEST(ledger->due_notices().empty());
  ledger->want_notices(ada.mailbox, false);
  ledger->want_notices(ada.mailbox, true);
  BOOST_TEST(ledger->due_notices().empty());
  clock.advance(-40 * day);
  BOOST_TEST(ledger->due_notices().empty());
  clock.advance(40 * day);
  BOOST_TEST(ledger->due_notices().empty());
  clock.advance(90 * day);  // months were missed: one notice
  BOOST_TEST(ledger->due_notices().size() == 1U);
  ledger->not_told(ada.mailbox);
  BOOST_TEST(ledger->due_notices().size() == 1U);
  clock.advance(31 * day);
  ledger->want_notices(ada.mailbox, false);
  BOOST_TEST(ledger->due_notices().empty());
}

BOOST_FIXTURE_TEST_CASE(a_notice_is_of_the_month_before, House) {
  add_mail(ada, "hello");
  read(ada, user(bob));
  ledger->flush();
  clock.advance(17 * day);
  read(ada, user(ada), Cause::sort);
  const auto notice = words().notice(ada.mailbox);
  BOOST_TEST(notice.subject == "Who opened your mail in 2027-01");
  BOOST_TEST(notice.text.find("bob@example.org: fetch") != std::string::npos);
  BOOST_TEST(notice.text.find("sort") == std::string::npos);
  clock.advance(60 * day);
  BOOST_TEST(words().notice(bob.mailbox).text.find("Nothing was opened.") != std::string::npos);
}

// ---- the rows, looked at when it starts

BOOST_FIXTURE_TEST_CASE(counts_are_written_also_where_the_rows_cannot_be_looked_at, House) {
  add_mail(ada, "hello");
  read(ada, user(ada));
  storage_test::tamper(data() / "ledger.db", "drop table notice");
  const test_support::CapturedLog log(data() / "log");
  const auto written = [&] {
    std::uint64_t sum = 0;
    ledger_rows.read(ada.mailbox, [&](const storage::LedgerRecord& record) {
      for (const auto& [key, totals] : record.counts) sum += totals.operations;
    });
    return sum;
  };
  ledger->start();
  const auto comes_to_pass = [](const auto& what) {
    for (int tries = 0; tries < 500 && !what(); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return what();
  };
  BOOST_TEST(comes_to_pass([&] { return written() > 0; }));
  const auto before = written();
  read(ada, user(ada));
  BOOST_TEST(comes_to_pass([&] { return written() > before; }));  // at the next look
  BOOST_TEST(log.times("ledger.unchecked") == 1);
  BOOST_TEST(!ledger_rows.rolled_back());
}

// ---- exports

BOOST_FIXTURE_TEST_CASE(a_signed_text_says_when_it_was_altered, House) {
  const auto key = service_keys.signing_key();
  for (const auto line : {policy::SignatureLine::json, policy::SignatureLine::comment}) {
    const auto text = policy::with_signature("a,b\n1,2\n", line, key);
    BOOST_TEST(policy::checked_signature(text).whole);
    auto altered = text;
    altered[0] = 'x';
    BOOST_TEST(!policy::checked_signature(altered).whole);
    BOOST_TEST(!policy::checked_signature(text.substr(4)).whole);
    BOOST_CHECK_THROW(policy::checked_signature(text + "3,4\n"), Error);
  }
  BOOST_CHECK_THROW(policy::checked_signature(""), Error);
  BOOST_CHECK_THROW(policy::checked_signature("\n"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
