// RFC 5267 3.3, 4.2 to 4.4 (RFC 9394 3.1): ESORT and CONTEXT.
//
// Adapted: UIDs and numbers; ESEARCH has UID where the command had, and messages that are told have
// the flags that were searched for. A refusal (4.3.1) is in context_test.cpp.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc5267)

namespace {

using namespace test_support;

const Letter plain{letter_of(20)};
const storage::FlagNames deleted{.system = storage::deleted, .keywords = {}};
const storage::FlagNames junk{.system = 0, .keywords = {"$Junk"}};

}  // namespace

// 3.3 and 4.2
BOOST_AUTO_TEST_CASE(extended_sort_and_a_context_hint) {
  MailServer server;
  std::vector<Letter> mail;
  for (const char* day : {"1", "2", "3", "4", "5", "6"})
    mail.push_back({"Date: Tue, " + std::string(day) + " Feb 1994 10:00:00 +0000\r\n\r\n"});
  mail[2].flags = deleted;
  mail[0].flags = junk;
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: E01 UID SORT RETURN () (REVERSE DATE) UTF-8 UNDELETED UNKEYWORD $Junk
    S: * ESEARCH (TAG "E01") UID ALL 6,5,4,2
    S: E01 OK SORT completed
    C: A01 SEARCH RETURN (CONTEXT COUNT) UNDELETED UNKEYWORD $Junk
    S: * ESEARCH (TAG "A01") COUNT 4
    S: A01 OK SEARCH completed
  )");
}

// 4.3 to 4.3.5
BOOST_AUTO_TEST_CASE(updates) {
  MailServer server;
  auto mail = letters(80, plain);
  for (std::size_t n = 0; n < 74; ++n)
    mail[n].flags = {.system = storage::deleted, .keywords = {"$Junk"}};
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: B01 UID SEARCH RETURN (UPDATE COUNT) DELETED KEYWORD $Junk
    S: * ESEARCH (TAG "B01") UID COUNT 74
    S: B01 OK SEARCH completed
    C: B01 SORT RETURN (UPDATE) FLAGGED
    S: B01 BAD ...
    C2: x1 STORE 76:77 +FLAGS.SILENT (\Deleted $Junk)
    S2: x1 OK STORE completed
    C: B02 NOOP
    S: * 76 FETCH (FLAGS (\Deleted $Junk))
    S: * 77 FETCH (FLAGS (\Deleted $Junk))
    S: * ESEARCH (TAG "B01") UID ADDTO (0 76:77)
    S: B02 OK NOOP completed
    C2: x2 UID EXPUNGE 76
    S2: * 76 EXPUNGE
    S2: x2 OK EXPUNGE completed
    C: B03 NOOP
    S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 76)
    S: * 76 EXPUNGE
    S: B03 OK NOOP completed
    C: B04 CANCELUPDATE "B01"
    S: B04 OK CANCELUPDATE completed
  )");
}

// 4.4, of 1000 messages: all that is asked for beyond them is none.
BOOST_AUTO_TEST_CASE(partial_results) {
  MailServer server;
  auto mail = letters(1000, plain);
  mail[10].flags = deleted;
  mail[11].flags = junk;
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: A01 UID SEARCH RETURN (PARTIAL -1:-100) UNDELETED UNKEYWORD $Junk
    S: * ESEARCH (TAG "A01") UID PARTIAL (-1:-100 901:1000)
    S: A01 OK SEARCH completed
    C: A02 UID SEARCH RETURN (PARTIAL 500:1200) UNDELETED UNKEYWORD $Junk
    C: A03 UID SEARCH RETURN (PARTIAL 1:500) UNDELETED UNKEYWORD $Junk
    C: A04 UID SEARCH RETURN (PARTIAL 24000:24500) UNDELETED UNKEYWORD $Junk
    S: * ESEARCH (TAG "A02") UID PARTIAL (500:1200 502:1000)
    S: A02 OK SEARCH completed
    S: * ESEARCH (TAG "A03") UID PARTIAL (1:500 1:10,13:502)
    S: A03 OK SEARCH completed
    S: * ESEARCH (TAG "A04") UID PARTIAL (24000:24500 NIL)
    S: A04 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
