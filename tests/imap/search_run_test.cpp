// SEARCH over real storage: what is read, in which order, and what cannot be.

#include "imap/search/run.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "imap/mime/brief.h"
#include "imap/mime/prepare.h"
#include "imap/search/summary_run.h"
#include "imap/view.h"
#include "tests/support/storage_store.h"

namespace {

using storage_test::reading;

struct Mails : storage_test::Store {
  void add_mail(const std::string& octets, storage::FlagNames flags = {}) {
    std::vector<storage::NewMessage> messages;
    messages.push_back(imap::mime::prepare(octets, std::move(flags), 0, 0));
    (*this)->append(folder(), std::move(messages), reading);
  }

  imap::View view() {
    auto watch = mailbox().watch(folder(), storage::Recent::look, [] {});
    auto selected = mailbox().select(folder(), storage::Mailbox::Recent::look, reading);
    return {"INBOX", imap::Access::read_write, std::move(watch), std::move(selected)};
  }

  imap::search::Run run(const imap::View& over, const std::string& query) {
    imap::Request request("a SEARCH " + query);
    request.space();
    const auto key = imap::search::decoded(imap::search::parse_query(request));
    const imap::search::Moment numbers{.largest_number = over.count(),
                                       .largest_uid = over.entries().back().uid.value};
    const auto recent = [&](Uid uid) { return over.is_recent(uid); };
    return {mailbox(),
            over.folder(),
            over.entries(),
            recent,
            imap::search::prepared(key, numbers, *mailbox().tree()),
            reading};
  }

  static std::string numbers(const imap::search::Run& done) {
    std::vector<std::uint32_t> result;
    for (const auto& hit : done.hits()) result.push_back(hit.number);
    return imap::compact(result);
  }

  std::string found(const std::string& query) {
    const auto over = view();
    auto searching = run(over, query);
    while (!searching.done()) searching.step();
    return numbers(searching);
  }
};

void fill(Mails& mails) {
  mails.add_mail("From: ada\r\nDate: Mon, 7 Feb 1994 01:00:00 +0200\r\n\r\nengine notes\r\n");
  mails.add_mail("From: bob\r\nSubject: engine\r\n\r\nnothing\r\n", {.system = storage::seen});
  mails.add_mail("From: ada\r\nDate: Mon, 7 Feb 1994 23:00:00 -0800\r\n\r\nother\r\n");
  mails.add_mail("From: eve\r\nSubject: =?utf-8?q?Caf=C3=89?=\r\n\r\nengine\r\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_run)

BOOST_AUTO_TEST_CASE(finds_by_entries_summaries_and_texts) {
  Mails mails;
  fill(mails);
  struct {
    std::string query, numbers;
  } const rows[] = {
      {"ALL", "1:4"},
      {"UNSEEN", "1,3:4"},
      {"SENTON 7-Feb-1994", "1,3"},
      {"FROM ada", "1,3"},
      {"BODY engine", "1,4"},
      {"TEXT engine", "1:2,4"},
      {"NOT TEXT engine", "3"},
      {"CHARSET UTF-8 SUBJECT {5}\r\ncaf\xc3\xa9", "4"},
      {"OR SEEN BODY engine", "1:2,4"},
      {"OR SENTON 7-Feb-1994 (TEXT engine SEEN)", "1:3"},
      {"2:4 FROM ada BODY other SENTSINCE 1-Jan-1990", "3"},
      {"OR FROM eve NOT (OR BODY engine SEEN)", "3:4"},
      {"HEADER Date \"\"", "1,3"},
      {"FROM nobody", ""},
  };
  for (const auto& row : rows) BOOST_TEST(mails.found(row.query) == row.numbers, row.query);
}

BOOST_AUTO_TEST_CASE(what_entries_decide_reads_nothing) {
  Mails mails;
  fill(mails);
  const auto view = mails.view();
  BOOST_TEST(mails.run(view, "SEEN").done());
  BOOST_TEST(mails.run(view, "DELETED BODY x").done());
  BOOST_TEST(!mails.run(view, "SEEN BODY x").done());
}

BOOST_AUTO_TEST_CASE(many_messages_take_many_steps_and_all_are_searched) {
  Mails mails;
  std::vector<storage::NewMessage> messages;
  for (int n = 0; n < 600; ++n) {
    const std::string word = n % 100 == 0 ? "needle" : "hay";
    messages.push_back(imap::mime::prepare("Subject: x\r\n\r\n" + word + "\r\n", {}, 0, 0));
  }
  mails->append(mails.folder(), std::move(messages), reading);
  BOOST_TEST(mails.found("BODY needle") == "1,101,201,301,401,501");
  BOOST_TEST(mails.found("NOT BODY hay") == "1,101,201,301,401,501");
}

// What is read of a folder for SORT or THREAD, a line for each message.
std::string read_briefs(Mails& mails, storage::Brief kind) {
  std::vector<std::string> lines(mails.entries().size());
  const auto each = [&](std::size_t n, const imap::mime::Brief& brief) {
    lines[n] = std::to_string(brief.sent.value_or(-1));
    if (kind == storage::Brief::date) return;
    lines[n] += brief.is_reply ? " reply " : " ";
    (((lines[n] += brief.id) += '|') += brief.references) += brief.base_subject;
  };
  imap::search::SummaryRun run(mails.mailbox(), mails.folder(), mails.entries(), kind, each,
                               reading);
  while (!run.done()) run.step();
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

BOOST_AUTO_TEST_CASE(what_sort_and_thread_go_by_is_the_same_from_the_index) {
  using storage::Brief;
  Mails mails;
  std::vector<storage::NewMessage> messages;
  for (int n = 0; n < 300; ++n) {
    const auto number = std::to_string(n);
    std::string fields = "Message-ID: <M" + number + "@X>\r\nSubject: Re: caf\xc3\xa9 " + number;
    if (n % 3 != 0)
      fields += "\r\nDate: Mon, 7 Feb 1994 01:00:" + std::to_string(10 + n % 50) + " -0800";
    if (n % 5 == 0) fields += "\r\nReferences: <a@b> <M" + std::to_string(n / 2) + "@X>";
    messages.push_back(imap::mime::prepare(n % 7 == 0 ? "\r\n" : fields + "\r\n\r\nx", {}, 0, 0));
  }
  mails->append(mails.folder(), std::move(messages), reading);
  const auto dates = read_briefs(mails, Brief::date), threads = read_briefs(mails, Brief::thread);
  const auto all = [](const storage::IndexProgress&) { return true; };
  BOOST_TEST(mails->keep_index(all, imap::mime::briefs_of, reading));
  std::size_t kept = 0;
  mails->briefs(
      mails.folder(), mails.entries(), Brief::thread,
      [&](std::size_t, std::string_view) { ++kept; }, reading);
  BOOST_TEST(kept == 255U);
  BOOST_TEST((read_briefs(mails, Brief::date) == dates));
  BOOST_TEST((read_briefs(mails, Brief::thread) == threads));
}

// Between two steps it is the turn of others.
BOOST_AUTO_TEST_CASE(a_step_opens_few_texts) {
  Mails mails;
  std::vector<storage::NewMessage> messages;
  for (int n = 0; n < 1200; ++n)
    messages.push_back(imap::mime::prepare("Subject: x\r\n\r\nhay\r\n", {}, 0, 0));
  mails->append(mails.folder(), std::move(messages), reading);
  const auto opened = [] {
    return crypto::crossings(reading.cause, crypto::ActorClass::system).operations;
  };
  const auto view = mails.view();
  auto run = mails.run(view, "NOT BODY needle");
  const auto begin = opened();
  std::uint64_t most = 0;
  while (!run.done()) {
    const auto before = opened();
    run.step();
    most = std::max(most, opened() - before);
  }
  BOOST_TEST(run.hits().size() == 1200U);
  BOOST_TEST(opened() - begin >= 1200U);
  BOOST_TEST(most <= 256U);
}

BOOST_AUTO_TEST_CASE(messages_expunged_meanwhile_match_nothing) {
  Mails mails;
  fill(mails);
  const auto view = mails.view();
  auto run = mails.run(view, "NOT FROM bob");
  mails.flag({Uid(1)}, storage::deleted);
  mails->expunge(mails.folder(), std::nullopt, reading);
  while (!run.done()) run.step();
  BOOST_TEST(Mails::numbers(run) == "3:4");
  BOOST_TEST(run.some_expunged());
  BOOST_TEST(run.damaged().empty());
}

BOOST_AUTO_TEST_CASE(damaged_messages_are_named_and_others_found) {
  Mails mails;
  fill(mails);
  mails.close();
  storage_test::tamper(mails.file(),
                       "update derived set body = zeroblob(length(body)) where message = 1");
  mails.open();
  const auto view = mails.view();
  auto run = mails.run(view, "BODY engine");
  while (!run.done()) run.step();
  BOOST_TEST(Mails::numbers(run) == "4");
  BOOST_REQUIRE(run.damaged().size() == 1u);
  BOOST_TEST(run.damaged()[0].value == 1u);
  BOOST_TEST(!run.some_expunged());
}

BOOST_AUTO_TEST_SUITE_END()
