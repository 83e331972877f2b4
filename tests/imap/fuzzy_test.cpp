// SEARCH=FUZZY (RFC 6203): which words match which, and the score; then as clients see it.

#include "imap/search/fuzzy.h"

#include <boost/test/unit_test.hpp>

#include "imap/mime/fold.h"
#include "tests/support/mail_server.h"

namespace {

using imap::search::FuzzyNeedle;
using test_support::Begin;
using test_support::MailServer;

unsigned in_header(std::string_view needle, std::string_view text) {
  return FuzzyNeedle(imap::mime::folded(needle)).score(imap::mime::folded(text), "");
}

unsigned in_body(std::string_view needle, std::string_view text) {
  return FuzzyNeedle(imap::mime::folded(needle)).score("", imap::mime::folded(text));
}

std::string subject(const std::string& text) {
  return "From: user@example.com\r\nSubject: " + text + "\r\n\r\nbody\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fuzzy)

BOOST_AUTO_TEST_CASE(words_match_in_any_order_begun_within_bare_and_with_a_slip) {
  struct {
    const char *needle, *text;
    bool matches;
  } const rows[] = {
      {"IMAP break", "the IMAP break", true},
      {"IMAP break", "breaks in IMAP", true},
      {"IMAP break", "broken SMTP", false},
      {"Helo", "hello", true},
      {"Helo", "help", true},
      {"Helo", "held up", true},
      {"Helo", "jello", false},
      {"swim", "swimming", true},
      {"port", "passport", true},
      {"cat", "cut", false},  // too short for a slip
      {"cat", "concatenate", true},
      {"recieve", "they receive", true},  // two letters changed round are one slip
      {"analitycal", "analytical", true},
      {"zzzzzzzz", "analytical", false},
      {"cafe", "Café", true},
      {"Café", "cafe", true},
      {"Łódź", "lodz", true},
      {"Ångström", "angstrom", true},
      {"Nguyễn", "nguyen", true},
      {"привет", "превет всем", true},
      {"会議", "明日の会議室", true},
      {"engine analytical", "analytical", false},  // each word must be there
      {"\xff\xfe", "abc", false},
      {"?!", "what?!", true},
      {"?!", "what", false},
  };
  for (const auto& row : rows) {
    BOOST_TEST((in_header(row.needle, row.text) > 0) == row.matches,
               std::string(row.needle) + " / " + row.text);
  }
}

BOOST_AUTO_TEST_CASE(better_matches_score_higher) {
  const std::string needle = "analytical engine";
  const auto whole = in_header(needle, "The Analytical Engine");
  const auto turned = in_header(needle, "engine, analytical");
  const auto begun = in_header(needle, "engines, analytically");
  const auto slipped = in_header(needle, "enginee analitical");
  BOOST_TEST(whole == 100u);
  BOOST_TEST(whole > turned);
  BOOST_TEST(turned > begun);
  BOOST_TEST(begun > slipped);
  BOOST_TEST(slipped > 0u);
  BOOST_TEST(in_body(needle, "The Analytical Engine") < whole);
  BOOST_TEST(in_body(needle, "The Analytical Engine") > in_body(needle, "engine, analytical"));
  BOOST_TEST(in_body("analitycal", "anolitical") == 1u);
  // One word in the header, the other in the body.
  const FuzzyNeedle words(imap::mime::folded(needle));
  BOOST_TEST(words.score("an engine", "is analytical") > 0u);
  BOOST_TEST(words.score("an engine", "is not") == 0u);
}

BOOST_AUTO_TEST_CASE(long_words_and_long_texts_stay_cheap) {
  const std::string word(1'000'000, 'a');
  BOOST_TEST(in_body(word, std::string(2'000'000, 'a')) > 0u);
  BOOST_TEST(in_body("needle", std::string(2'000'000, 'b')) == 0u);
  std::string many;
  for (std::size_t i = 0; i < imap::search::fuzzy_text_words; ++i) many += "hay ";
  BOOST_TEST(in_body("nedle", many + "needle") == 0u);  // beyond the limit: exact only
  BOOST_TEST(in_body("needle", many + "needle") > 0u);
  std::string needles;
  for (std::size_t i = 0; i <= imap::search::fuzzy_needle_words; ++i)
    needles += "w" + std::to_string(i) + " ";
  BOOST_TEST(in_body(needles, "x " + needles) > 0u);
  BOOST_TEST(in_body(needles, "turned round " + needles.substr(3) + "w0") == 0u);
}

// The examples of RFC 6203, with mail that suits them.
BOOST_AUTO_TEST_CASE(as_the_rfc_has_it) {
  MailServer server;
  server.deliver(subject("IMAP break"));
  server.deliver(subject("something else"));
  server.deliver(subject("breaks in IMAP"));
  server.deliver("From: eve@example.com\r\nSubject: wrok\r\n\r\nHello\r\n");
  server.plays(Begin::in_inbox, R"(
    C: A1 SEARCH FUZZY (SUBJECT "IMAP break")
    S: * SEARCH 1 3
    S: A1 OK SEARCH completed
    C: A0 SEARCH SUBJECT "IMAP break"
    S: * SEARCH 1
    S: A0 OK SEARCH completed
    C: A2 SEARCH FUZZY SUBJECT work FROM eve@example.com
    S: * SEARCH 4
    S: A2 OK SEARCH completed
    C: B1 SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT "breaks IMAP"
    S: * ESEARCH (TAG "B1") ALL 1,3 RELEVANCY (59 85)
    S: B1 OK SEARCH completed
    C: C1 SORT (RELEVANCY) UTF-8 FUZZY SUBJECT "breaks IMAP"
    S: * SORT 3 1
    S: C1 OK SORT completed
    C: C2 UID SORT RETURN (RELEVANCY ALL) (RELEVANCY) UTF-8 FUZZY SUBJECT "breaks IMAP"
    S: * ESEARCH (TAG "C2") UID ALL 3,1 RELEVANCY (85 59)
    S: C2 OK SORT completed
    C: C3 SORT RETURN (PARTIAL 1:1 RELEVANCY) (RELEVANCY) UTF-8 FUZZY SUBJECT "breaks IMAP"
    S: * ESEARCH (TAG "C3") PARTIAL (1:1 3) RELEVANCY (85)
    S: C3 OK SORT completed
    C: C4 SEARCH RETURN (RELEVANCY) FUZZY TEXT nothinglikeit
    S: * ESEARCH (TAG "C4") RELEVANCY ()
    S: C4 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(relevancy_goes_with_fuzzy_alone) {
  MailServer server;
  server.deliver(subject("x"));
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH RETURN (RELEVANCY) SUBJECT x
    S: a1 BAD RELEVANCY goes with a FUZZY search key
    C: a2 SORT (RELEVANCY) UTF-8 SUBJECT x
    S: a2 BAD RELEVANCY goes with a FUZZY search key
    C: a3 SEARCH FUZZY
    S: a3 BAD ...
    C: a4 SEARCH RETURN (RELEVANCY COUNT) FUZZY SEEN
    S: * ESEARCH (TAG "a4") COUNT 0 RELEVANCY ()
    S: a4 OK SEARCH completed
    C: a5 SEARCH RETURN (RELEVANCY ALL) FUZZY UNSEEN
    S: * ESEARCH (TAG "a5") ALL 1 RELEVANCY (100)
    S: a5 OK SEARCH completed
    C: a6 SEARCH NOT FUZZY SUBJECT x
    S: * SEARCH
    S: a6 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(dates_and_sizes_nearby_match_with_lower_scores) {
  MailServer server;
  for (const auto* day : {"6", "8", "10", "12"})
    server.deliver("Date: " + std::string(day) + " Feb 1994 10:00:00 +0000\r\n\r\nx\r\n");
  server.deliver("Subject: size\r\n\r\n" + std::string(979, 'x') + "\r\n");  // of 998 octets
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH RETURN (ALL RELEVANCY) FUZZY SENTON 8-Feb-1994
    S: * ESEARCH (TAG "a1") ALL 1:3 RELEVANCY (50 100 50)
    S: a1 OK SEARCH completed
    C: a2 SEARCH RETURN (ALL RELEVANCY) FUZZY (SENTSINCE 8-Feb-1994 SENTBEFORE 11-Feb-1994)
    S: * ESEARCH (TAG "a2") ALL 1:4 RELEVANCY (75 100 100 75)
    S: a2 OK SEARCH completed
    C: a3 SEARCH SENTON 8-Feb-1994
    S: * SEARCH 2
    S: a3 OK SEARCH completed
    C: a4 SEARCH RETURN (ALL RELEVANCY) FUZZY LARGER 1050
    S: * ESEARCH (TAG "a4") ALL 5 RELEVANCY (50)
    S: a4 OK SEARCH completed
    C: a5 SEARCH RETURN (ALL RELEVANCY) FUZZY LARGER 2000
    S: * ESEARCH (TAG "a5") RELEVANCY ()
    S: a5 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
