// FETCH over real storage: windows, holes, and messages that cannot be read.

#include "imap/fetch_run.h"

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "tests/support/storage_store.h"

namespace {

using storage_test::reading;

std::string letter(int n) {
  return "Subject: letter " + std::to_string(n) + "\r\n\r\nbody " + std::to_string(n) + "\r\n";
}

void add(storage_test::Store& store, const std::string& octets) {
  std::vector<storage::NewMessage> messages;
  messages.push_back(imap::mime::prepare(octets, {}, 0, 0));
  store->append(store.folder(), std::move(messages), reading);
}

imap::FetchRun run_of(storage_test::Store& store, const std::string& items,
                      const std::vector<storage::Entry>& entries) {
  imap::Request request("a FETCH " + items);
  request.space();
  std::vector<imap::FetchSubject> subjects;
  for (const auto& entry : entries) {
    const auto number = static_cast<std::uint32_t>(subjects.size()) + 1;
    subjects.push_back({.number = number, .entry = entry});
  }
  return {store.mailbox(), store.folder(), imap::parse_fetch_items(request), std::move(subjects),
          reading};
}

// As a client gets it, holes filled.
std::string all_of(imap::FetchRun& run) {
  std::string out;
  while (!run.done()) {
    const auto piece = run.next();
    std::size_t sent = 0;
    for (const auto& hole : piece.holes) {
      out += piece.text.substr(sent, hole.at - sent);
      for (auto reader = run.reader(piece.entry, hole.content); !reader.done();)
        out += reader.next();
      sent = hole.at;
    }
    out += piece.text.substr(sent);
  }
  return out;
}

std::string answer(int number, const std::string& octets) {
  return "* " + std::to_string(number) + " FETCH (BODY[] {" + std::to_string(octets.size()) +
         "}\r\n" + octets + ")\r\n";
}

std::string row_of(Uid uid) { return std::to_string(uid.value << 16); }

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_run)

BOOST_AUTO_TEST_CASE(every_message_is_answered_once_over_all_windows) {
  storage_test::Store store;
  std::string expected, subjects;
  std::vector<storage::NewMessage> messages;
  for (int n = 1; n <= 600; ++n) {
    messages.push_back(imap::mime::prepare(letter(n), {}, 0, 0));
    expected += answer(n, letter(n));
    const auto field = "Subject: letter " + std::to_string(n) + "\r\n\r\n";
    subjects += "* " + std::to_string(n) + " FETCH (BODY[HEADER.FIELDS (Subject)] {" +
                std::to_string(field.size()) + "}\r\n" + field + ")\r\n";
  }
  store->append(store.folder(), std::move(messages), reading);
  auto bodies = run_of(store, "BODY.PEEK[]", store.entries());
  BOOST_TEST((all_of(bodies) == expected));
  auto fields = run_of(store, "BODY.PEEK[HEADER.FIELDS (Subject)]", store.entries());
  BOOST_TEST((all_of(fields) == subjects));
}

BOOST_AUTO_TEST_CASE(cheap_items_do_not_block) {
  storage_test::Store store;
  add(store, letter(1));
  auto run = run_of(store, "FAST", store.entries());
  BOOST_TEST(!run.blocks());
  BOOST_TEST(all_of(run) ==
             "* 1 FETCH (FLAGS () INTERNALDATE \" 1-Jan-1970 00:00:00 +0000\" RFC822.SIZE " +
                 std::to_string(letter(1).size()) + ")\r\n");
}

BOOST_AUTO_TEST_CASE(big_messages_are_streamed_and_the_same) {
  storage_test::Store store;
  const auto big = "Subject: big\r\n\r\n" + storage_test::sample_octets(imap::held_limit + 70'000);
  add(store, big);
  add(store, letter(2));
  auto run = run_of(store, "BODY.PEEK[]", store.entries());
  const auto piece = run.next();
  BOOST_TEST(piece.holes.size() == 1u);
  BOOST_TEST(piece.text.size() < 100u);
  auto again = run_of(store, "BODY.PEEK[]", store.entries());
  BOOST_TEST((all_of(again) == answer(1, big) + answer(2, letter(2))));
}

BOOST_AUTO_TEST_CASE(expunged_messages_are_passed_over_and_said_to_be) {
  storage_test::Store store;
  for (int n = 1; n <= 3; ++n) add(store, letter(n));
  const auto entries = store.entries();
  store.flag({Uid(2)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  for (const auto* items : {"BODY.PEEK[]", "(BODY.PEEK[TEXT] ENVELOPE)", "BODYSTRUCTURE"}) {
    auto run = run_of(store, items, entries);
    const auto out = all_of(run);
    BOOST_TEST((out.starts_with("* 1 ") && out.find("* 3 ") != out.npos));
    BOOST_TEST(out.find("* 2 ") == out.npos);
    BOOST_TEST(run.some_expunged());
    BOOST_TEST(run.damaged().empty());
  }
  auto flags = run_of(store, "FLAGS", entries);
  BOOST_TEST(all_of(flags).find("* 2 FETCH (FLAGS ())") != std::string::npos);
  BOOST_TEST(!flags.some_expunged());
}

BOOST_AUTO_TEST_CASE(damaged_messages_do_not_keep_others_from_being_served) {
  storage_test::Store store;
  const auto big = "Subject: big\r\n\r\n" + storage_test::sample_octets(imap::held_limit + 70'000);
  add(store, letter(1));
  add(store, letter(2));
  add(store, big);
  add(store, letter(4));
  const auto entries = store.entries();
  store.close();
  storage_test::tamper(store.file(), "update body set d = zeroblob(length(d)) where id = " +
                                         row_of(Uid(2)) + " or id = " + row_of(Uid(3)) + " + 40");
  store.open();
  auto run = run_of(store, "BODY.PEEK[]", entries);
  BOOST_TEST((all_of(run) == answer(1, letter(1)) + answer(4, letter(4))));
  BOOST_REQUIRE(run.damaged().size() == 2u);
  BOOST_TEST(run.damaged()[0].value == 2u);
  BOOST_TEST(run.damaged()[1].value == 3u);
  BOOST_TEST(!run.some_expunged());
}

BOOST_AUTO_TEST_CASE(a_damaged_summary_is_named_too) {
  storage_test::Store store;
  add(store, letter(1));
  add(store, letter(2));
  const auto entries = store.entries();
  store.close();
  storage_test::tamper(store.file(),
                       "update derived set summary = zeroblob(length(summary)) where message = 1");
  store.open();
  auto run = run_of(store, "ENVELOPE", entries);
  BOOST_TEST(all_of(run).starts_with("* 2 FETCH (ENVELOPE (NIL \"letter 2\" "));
  BOOST_REQUIRE(run.damaged().size() == 1u);
  BOOST_TEST(run.damaged()[0].value == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
