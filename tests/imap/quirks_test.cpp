// Capabilities that are withheld from clients and accounts.

#include "imap/quirks.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(quirks)

namespace {

using imap::Client;
using imap::Withheld;
using test_support::MailServer;

const std::vector<Withheld> configured = {
    {"Old Mail/1.*", "", {"QRESYNC", "COMPRESS=DEFLATE"}},
    {"", "*@sales.example.org", {"APPENDLIMIT"}},
    {"Odd*/", "ada@example.org", {"MOVE"}},
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_row_concerns_clients_and_accounts_that_fit_it) {
  struct Row {
    const char* capability;
    Client client;
    bool withheld;
  };
  const Row rows[] = {
      {"UIDONLY", {"Microsoft Office 365", "15.20.9160.4", ""}, true},
      {"UIDONLY", {"microsoft office 365", "", "ada@example.org"}, true},
      {"UIDONLY", {"Thunderbird", "140", ""}, false},
      {"UIDONLY", {}, false},
      {"IDLE", {"Microsoft Office 365", "15.20.9160.4", ""}, false},
      {"QRESYNC", {"OLD MAIL", "1.9", ""}, true},
      {"QRESYNC", {"Old Mail", "2.1", ""}, false},
      {"COMPRESS=DEFLATE", {"Old Mail", "1.9", ""}, true},
      {"APPENDLIMIT=67108864", {"Any", "1", "eve@sales.example.org"}, true},
      {"APPENDLIMIT", {"", "", "eve@example.org"}, false},
      {"MOVE", {"Oddmail", "", "ada@example.org"}, true},
      {"MOVE", {"Oddmail", "", "bob@example.org"}, false},
      {"MOVE", {"Even", "", "ada@example.org"}, false},
  };
  for (const auto& row : rows)
    BOOST_TEST(imap::is_withheld(row.capability, row.client, configured) == row.withheld,
               row.capability << " from " << row.client.name << ' ' << row.client.account);
}

BOOST_AUTO_TEST_CASE(stars_in_a_pattern_are_any_text) {
  const auto fits = [](const char* pattern, const char* name) {
    return imap::is_withheld("X", {name, "1", ""}, {{pattern, "", {"X"}}});
  };
  BOOST_TEST(fits("*", "anything"));
  BOOST_TEST(fits("a*b*c/1", "aXXbYbYc"));
  BOOST_TEST(fits("a*/*", "a"));
  BOOST_TEST(!fits("a*b/1", "aXc"));
  BOOST_TEST(!fits("ab", "ab"));
  BOOST_TEST(fits(std::string(500, '*').c_str(), std::string(500, 'a').c_str()));
}

BOOST_AUTO_TEST_CASE(what_is_withheld_is_not_announced_and_works_all_the_same) {
  MailServer server({.withheld = {{"Odd Mail/*", "ada@example.org", {"QRESYNC", "IDLE"}}}});
  server.plays(R"(
    S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL- SASL-IR ID ENABLE IDLE ...
    C: a1 ID ("name" "Odd Mail" "version" NIL "os" "any")
    S: * ID ("name" "Sealpost" ...
    S: a1 OK ID completed
    C: a2 LOGIN ada@example.org engine
    S: a2 OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE NAMESPACE ... CONDSTORE SEARCH=FUZZY ... APPENDLIMIT=...
    C: a3 ENABLE QRESYNC
    S: * ENABLED QRESYNC
    S: a3 OK ENABLE completed
    C: a4 ID ("Name" "Odd Mail" "VERSION" "2")
    S: * ID ...
    S: a4 OK ID completed
    C: a5 ID NIL
    S: * ID ...
    S: a5 OK ID completed
    C: a6 CAPABILITY
    S: * CAPABILITY ... IDLE ... CONDSTORE QRESYNC ...
    S: a6 OK CAPABILITY completed
    S2: * OK ...
    C2: b1 ID ("name" "Odd Mail")
    S2: * ID ...
    S2: b1 OK ID completed
    C2: b2 LOGIN bob@example.org engine
    S2: b2 OK [CAPABILITY ... IDLE ... CONDSTORE QRESYNC ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
