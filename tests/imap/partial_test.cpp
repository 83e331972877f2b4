// PARTIAL of UID FETCH (RFC 9394 3.3 and 3.4); that of SEARCH: finding_test.cpp,
// returning_test.cpp.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(partial)

namespace {

using test_support::Begin;
using test_support::MailServer;

}  // namespace

BOOST_AUTO_TEST_CASE(the_last_and_the_first_messages_of_a_range) {
  MailServer server;
  deliver(server, 5);
  server.plays(Begin::in_inbox, R"(
    C: 10 UID FETCH 2:600 (UID) (PARTIAL -1:-3)
    S: * 3 FETCH (UID 3)
    S: * 4 FETCH (UID 4)
    S: * 5 FETCH (UID 5)
    S: 10 OK FETCH completed
    C: 11 UID FETCH 2:600 (UID) (PARTIAL 1:2)
    S: * 2 FETCH (UID 2)
    S: * 3 FETCH (UID 3)
    S: 11 OK FETCH completed
    C: 12 UID FETCH 1:* UID (PARTIAL 2:1)
    S: * 1 FETCH (UID 1)
    S: * 2 FETCH (UID 2)
    S: 12 OK FETCH completed
    C: 13 UID FETCH 1:* UID (PARTIAL 6:9)
    S: 13 OK FETCH completed
    C: 14 UID FETCH 1:2 BODY[] (PARTIAL -1:-1)
    S: * 2 FETCH ...
    S: ...
    S: ...
    S: ...
    S: 14 OK FETCH completed
    C: 15 SEARCH SEEN
    S: * SEARCH 2
    S: 15 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(it_chooses_before_changedsince_does) {
  MailServer server;
  deliver(server, 4);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID STORE 1,3 +FLAGS.SILENT (\Seen)
    S: a1 OK STORE completed
    C: a2 UID FETCH 1:* (UID) (PARTIAL -1:-2 CHANGEDSINCE 5)
    S: * OK [HIGHESTMODSEQ 6] ...
    S: * 3 FETCH (MODSEQ (6) UID 3)
    S: a2 OK FETCH completed
    C: a3 UID FETCH 1:* (UID) (CHANGEDSINCE 5 PARTIAL -1:-2)
    S: * 3 FETCH (MODSEQ (6) UID 3)
    S: a3 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(other_forms_are_refused) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 UID (PARTIAL 1:1)
    S: a1 BAD ...
    C: a2 UID FETCH 1 UID (PARTIAL 1:-1)
    S: a2 BAD ...
    C: a3 UID FETCH 1 UID (PARTIAL 0:1)
    S: a3 BAD ...
    C: a4 UID FETCH 1 UID (PARTIAL 1:*)
    S: a4 BAD ...
    C: a5 UID FETCH 1 UID (PARTIAL 1:1 PARTIAL 2:2)
    S: a5 BAD ...
    C: a6 UID FETCH 1 UID (PARTIAL)
    S: a6 BAD ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
