// UIDONLY (RFC 9586): no message numbers, neither way.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(uid_only)

namespace {

using test_support::Begin;
using test_support::MailServer;

// Three messages, the first of which is gone: numbers and UIDs differ.
void fill(MailServer& server) {
  for (int n = 1; n <= 4; ++n) server.deliver("Subject: " + std::to_string(n) + "\r\n\r\nx\r\n");
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
    S: a1 OK STORE completed
    C: a2 EXPUNGE
    S: * 1 EXPUNGE
    S: a2 OK ...
  )");
}

const std::string enabled = R"(
    C: a1 ENABLE UIDONLY
    S: * ENABLED UIDONLY
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK [READ-WRITE] SELECT completed
)";

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_are_refused_wherever_they_can_stand) {
  MailServer server;
  fill(server);
  for (const std::string command :
       {"FETCH 1 FLAGS", "FETCH * FLAGS", "STORE 1 +FLAGS (\\Seen)", "COPY 1 Sent", "MOVE 1 Sent",
        "SEARCH ALL", "SORT (SIZE) UTF-8 ALL", "THREAD REFS UTF-8 ALL", "UID SEARCH 1",
        "UID SEARCH NOT (OR 1:* SEEN)", "UID SORT (SIZE) UTF-8 2", "UID THREAD REFS UTF-8 *",
        "FETCH nonsense"}) {
    server.plays(Begin::logged_in, enabled + "C: a3 " + command +
                                       "\nS: a3 BAD [UIDREQUIRED] ...\n" +
                                       "C: a4 NOOP\nS: a4 OK NOOP completed\n");
  }
}

// Section 3: the first unseen message is one.
BOOST_AUTO_TEST_CASE(select_tells_no_number) {
  MailServer server;
  fill(server);
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE UIDONLY
    S: * ENABLED UIDONLY
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * OK [UIDVALIDITY ...
    S: ...
    S: a2 OK [READ-WRITE] SELECT completed
  )");
}

BOOST_AUTO_TEST_CASE(answers_and_changes_are_told_by_uid) {
  MailServer server;
  fill(server);
  server.plays(Begin::logged_in, enabled + R"(
    C: a3 UID FETCH 1:3 FLAGS
    S: * 2 UIDFETCH (FLAGS ())
    S: * 3 UIDFETCH (FLAGS ())
    S: a3 OK FETCH completed
    C: a4 UID FETCH 4 (UID RFC822.SIZE)
    S: * 4 UIDFETCH (UID 4 RFC822.SIZE 17)
    S: a4 OK FETCH completed
    C: a5 UID FETCH 4 BODY[TEXT]
    S: * 4 UIDFETCH (FLAGS (\Seen) BODY[TEXT] {3}
    S: x
    S: )
    S: a5 OK FETCH completed
    C: a6 UID STORE 2 +FLAGS (\Deleted)
    S: * 2 UIDFETCH (FLAGS (\Deleted))
    S: a6 OK STORE completed
    C: a7 UID SEARCH DELETED
    S: * SEARCH 2
    S: a7 OK SEARCH completed
    C: a8 UID SEARCH RETURN (SAVE COUNT) UNDELETED
    S: * ESEARCH (TAG "a8") UID COUNT 2
    S: a8 OK SEARCH completed
    C: a9 UID FETCH $ INTERNALDATE
    S: * 3 UIDFETCH (INTERNALDATE ...
    S: * 4 UIDFETCH (INTERNALDATE ...
    S: a9 OK FETCH completed
    C: b1 UID SEARCH $ SEEN
    S: * SEARCH 4
    S: b1 OK SEARCH completed
    C2: b0 SELECT INBOX
    S2: ...
    S2: b0 OK ...
    C2: b1 STORE 2 +FLAGS (\Flagged)
    S2: * 2 FETCH (FLAGS (\Flagged))
    S2: b1 OK STORE completed
    C: b2 NOOP
    S: * 3 UIDFETCH (FLAGS (\Flagged))
    S: b2 OK NOOP completed
    C: b3 EXPUNGE
    S: * VANISHED 2
    S: b3 OK ...
    C: b4 UID MOVE 3 Sent
    S: * OK [COPYUID ... 3 1] ...
    S: * VANISHED 3
    S: b4 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(with_condstore_and_qresync) {
  MailServer server;
  fill(server);
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE QRESYNC UIDONLY
    S: * ENABLED QRESYNC UIDONLY
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX (QRESYNC (1 2 1:4 (1,2 2,3)))
    S: a2 BAD [UIDREQUIRED] ...
    C: a3 SELECT INBOX
    S: ...
    S: a3 OK ...
    C: a4 UID STORE 2 (UNCHANGEDSINCE 99) +FLAGS.SILENT (\Seen)
    S: * 2 UIDFETCH (MODSEQ (...))
    S: a4 OK STORE completed
    C: a5 UID FETCH 1:4 (FLAGS) (CHANGEDSINCE 6 VANISHED)
    S: * VANISHED (EARLIER) 1
    S: * 2 UIDFETCH (MODSEQ (...) FLAGS (\Seen))
    S: a5 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
