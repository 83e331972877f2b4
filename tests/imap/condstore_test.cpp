// CONDSTORE (RFC 7162 3.1), in the dialogues of the RFC. A folder's mod-sequence begins at 1; each
// message delivered takes the next one.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(condstore)

namespace {

using test_support::Begin;
using test_support::MailServer;

// The second session changes flags while the first one does not look.
void flag_second_meanwhile(MailServer& server, const std::string& then) {
  server.plays(Begin::in_inbox, R"(
    C: a1 ENABLE CONDSTORE
    S: ...
    S: a1 OK ENABLE completed
    C2: b1 STORE 2 +FLAGS.SILENT (\Flagged)
    S2: b1 OK STORE completed
)" + then);
}

}  // namespace

BOOST_AUTO_TEST_CASE(select_tells_the_highest_modseq_which_is_never_0) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 SELECT INBOX (CONDSTORE)
    S: ...
    S: * OK [UIDNEXT 1] ...
    S: * OK [HIGHESTMODSEQ 1] ...
    S: a1 OK [READ-WRITE] SELECT completed
  )");
  deliver(server, 3);
  server.plays(Begin::logged_in, R"(
    C: a1 EXAMINE INBOX
    S: ...
    S: * OK [HIGHESTMODSEQ 4] ...
    S: a1 OK [READ-ONLY] EXAMINE completed
    C: a2 SELECT INBOX (condstore)
    S: * OK [CLOSED] ...
    S: ...
    S: * OK [HIGHESTMODSEQ 4] ...
    S: a2 OK [READ-WRITE] SELECT completed
    C: a3 SELECT INBOX (CONDSTORE MORE)
    S: a3 BAD ...
    C: a4 SELECT INBOX ()
    S: a4 BAD ...
    C: a5 FETCH 1:* MODSEQ
    S: * 1 FETCH (MODSEQ (2))
    S: * 2 FETCH (MODSEQ (3))
    S: * 3 FETCH (MODSEQ (4))
    S: a5 OK FETCH completed
  )");
}

// Each is the first of its session with a folder selected, so it tells where the folder stands.
BOOST_AUTO_TEST_CASE(these_commands_enable_it) {
  for (const std::string command :
       {"ENABLE CONDSTORE", "enable X-NONE condstore", "STATUS Sent (HIGHESTMODSEQ)",
        "LIST \"\" Sent RETURN (STATUS (HIGHESTMODSEQ))", "FETCH 1 MODSEQ",
        "FETCH 1 FLAGS (CHANGEDSINCE 99)", "UID FETCH 7 (UID) (changedsince 1)",
        "STORE 1 (UNCHANGEDSINCE 0) FLAGS ()", "SEARCH MODSEQ 99", "SORT (SIZE) UTF-8 MODSEQ 99",
        "UID SEARCH NOT (ALL MODSEQ \"/flags/\\\\draft\" priv 1)"}) {
    MailServer server;
    deliver(server, 1);
    BOOST_TEST_CONTEXT(command) {
      server.plays(Begin::in_inbox, "C: a1 " + command + R"(
        S: * OK [HIGHESTMODSEQ 2] ...
        S: ...
        S: a1 OK ...
        C: a2 ENABLE CONDSTORE
        S: * ENABLED CONDSTORE
        S: a2 OK ENABLE completed
        C: a3 STORE 1 +FLAGS (\Seen)
        S: * 1 FETCH (UID 1 FLAGS (\Seen \Recent) MODSEQ (3))
        S: a3 OK STORE completed
      )");
    }
  }
}

BOOST_AUTO_TEST_CASE(without_it_nothing_is_told_of_modseqs) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 ENABLE X-NONE
    S: * ENABLED
    S: a1 OK ENABLE completed
    C: a2 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 1)
    S: a2 OK STATUS completed
    C: a3 STORE 1 +FLAGS (\Flagged)
    S: * 1 FETCH (FLAGS (\Flagged \Recent))
    S: a3 OK STORE completed
    C: a4 STORE 1 -FLAGS.SILENT (\Flagged)
    S: a4 OK STORE completed
  )");
}

// RFC 7162, example 14: two sessions.
BOOST_AUTO_TEST_CASE(what_one_session_changes_the_others_learn_with_its_modseq) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 ENABLE CONDSTORE
    S: * OK [HIGHESTMODSEQ 3] ...
    S: * ENABLED CONDSTORE
    S: a1 OK ENABLE completed
    C2: b1 ENABLE CONDSTORE
    S2: * OK [HIGHESTMODSEQ 3] ...
    S2: * ENABLED CONDSTORE
    S2: b1 OK ENABLE completed
    C: a2 STORE 2 +FLAGS.SILENT (\Deleted)
    S: * 2 FETCH (UID 2 MODSEQ (4))
    S: a2 OK STORE completed
    C2: b2 NOOP
    S2: * 2 FETCH (UID 2 FLAGS (\Deleted) MODSEQ (4))
    S2: b2 OK NOOP completed
    C2: b3 FETCH 1 BODY[TEXT]
    S2: * 1 FETCH (FLAGS (\Seen) UID 1 MODSEQ (5) BODY[TEXT] {7}
    S2: hello
    S2: )
    S2: b3 OK FETCH completed
    C: a3 STORE 2 +FLAGS (\Deleted)
    S: * 1 FETCH (UID 1 FLAGS (\Seen \Recent) MODSEQ (5))
    S: * 2 FETCH (UID 2 FLAGS (\Deleted \Recent) MODSEQ (4))
    S: a3 OK STORE completed
    C: a4 STORE 2 +FLAGS.SILENT (\Deleted)
    S: a4 OK STORE completed
  )");
  server.restart();
  server.plays(Begin::in_inbox, R"(
    C: a1 UID FETCH 1:* MODSEQ
    S: * OK [HIGHESTMODSEQ 5] ...
    S: * 1 FETCH (UID 1 MODSEQ (5))
    S: * 2 FETCH (UID 2 MODSEQ (4))
    S: a1 OK FETCH completed
  )");
}

// A FETCH of flags alone does not use up the news of the mod-sequence.
BOOST_AUTO_TEST_CASE(flags_that_are_fetched_without_their_modseq_are_announced_with_it) {
  MailServer server;
  deliver(server, 2);
  flag_second_meanwhile(server, R"(
    C: a2 FETCH 2 FLAGS
    S: * 2 FETCH (FLAGS (\Recent))
    S: * 2 FETCH (UID 2 FLAGS (\Flagged \Recent) MODSEQ (4))
    S: a2 OK FETCH completed
    C: a3 NOOP
    S: a3 OK NOOP completed
  )");
}

// RFC 7162, example 12.
BOOST_AUTO_TEST_CASE(changedsince_fetches_what_has_changed) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID STORE 1 +FLAGS.SILENT (\Seen)
    S: a1 OK STORE completed
    C: a2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3)
    S: * OK [HIGHESTMODSEQ 5] ...
    S: * 1 FETCH (UID 1 MODSEQ (5) FLAGS (\Seen \Recent))
    S: * 3 FETCH (UID 3 MODSEQ (4) FLAGS (\Recent))
    S: a2 OK FETCH completed
    C: a3 FETCH 1:2 MODSEQ (CHANGEDSINCE 0)
    S: * 1 FETCH (MODSEQ (5))
    S: * 2 FETCH (MODSEQ (3))
    S: a3 OK FETCH completed
    C: a4 UID FETCH 1:* FLAGS (CHANGEDSINCE 5)
    S: a4 OK FETCH completed
    C: a5 UID FETCH 1:* FLAGS (CHANGEDSINCE 9223372036854775807)
    S: a5 OK FETCH completed
    C: a6 UID FETCH 1:* FLAGS (CHANGEDSINCE 9223372036854775808)
    S: a6 BAD ...
    C: a7 UID FETCH 1:* FLAGS (CHANGEDSINCE)
    S: a7 BAD ...
    C: a8 FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)
    S: a8 BAD ...
    C: a9 FETCH 1 FLAGS ()
    S: a9 BAD ...
    C: b1 FETCH 1 FLAGS (CHANGEDSINCE 1) x
    S: b1 BAD ...
  )");
}

// RFC 7162, examples 3 to 6 and 8.
BOOST_AUTO_TEST_CASE(unchangedsince_stores_what_has_not_changed_and_names_the_rest) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID STORE 3,1,2 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\Deleted)
    S: * OK [HIGHESTMODSEQ 4] ...
    S: * 1 FETCH (UID 1 MODSEQ (5))
    S: * 2 FETCH (UID 2 MODSEQ (5))
    S: * 3 FETCH (UID 3 MODSEQ (5))
    S: a1 OK STORE completed
    C: a2 STORE 2 FLAGS ()
    S: * 2 FETCH (UID 2 FLAGS (\Recent) MODSEQ (6))
    S: a2 OK STORE completed
    C: a3 STORE 2,1:2 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\Seen)
    S: * 1 FETCH (UID 1 MODSEQ (7))
    S: * 2 FETCH (UID 2 FLAGS (\Recent) MODSEQ (6))
    S: a3 OK [MODIFIED 2] Changed meanwhile
    C: a4 UID STORE 1:3 (UNCHANGEDSINCE 5) FLAGS (\Seen)
    S: * 3 FETCH (UID 3 FLAGS (\Seen \Recent) MODSEQ (8))
    S: * 1 FETCH (UID 1 FLAGS (\Deleted \Seen \Recent) MODSEQ (7))
    S: * 2 FETCH (UID 2 FLAGS (\Recent) MODSEQ (6))
    S: a4 OK [MODIFIED 1:2] Changed meanwhile
    C: a5 STORE 3 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)
    S: ...
    S: a5 OK [MODIFIED 3] Changed meanwhile
    C: a6 STORE 3 (UNCHANGEDSINCE 8) +FLAGS.SILENT (\Seen)
    S: * 3 FETCH (UID 3 MODSEQ (8))
    S: a6 OK STORE completed
    C: a7 STORE 1 (UNCHANGEDSINCE) FLAGS ()
    S: a7 BAD ...
    C: a8 STORE 1 (CHANGEDSINCE 1) FLAGS ()
    S: a8 BAD ...
    C: a9 STORE 1 (UNCHANGEDSINCE 99999999999999999999) FLAGS ()
    S: a9 BAD ...
    C: b1 FETCH 1:* MODSEQ
    S: * 1 FETCH (MODSEQ (7))
    S: * 2 FETCH (MODSEQ (6))
    S: * 3 FETCH (MODSEQ (8))
    S: b1 OK FETCH completed
  )");
}

// RFC 7162, example 10: what stood in the way is told with the answer.
BOOST_AUTO_TEST_CASE(what_another_session_has_changed_fails_and_is_told) {
  MailServer server;
  deliver(server, 2);
  flag_second_meanwhile(server, R"(
    C: a2 STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS.SILENT ($Processed)
    S: * 1 FETCH (UID 1 MODSEQ (5))
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 2 FETCH (UID 2 FLAGS (\Flagged \Recent) MODSEQ (4))
    S: a2 OK [MODIFIED 2] Changed meanwhile
    C: a3 STORE 2 (UNCHANGEDSINCE 4) +FLAGS.SILENT ($Processed)
    S: * 2 FETCH (UID 2 MODSEQ (6))
    S: a3 OK STORE completed
    C2: b2 NOOP
    S2: ...
    S2: * 1 FETCH (FLAGS ($Processed))
    S2: * 2 FETCH (FLAGS (\Flagged $Processed))
    S2: b2 OK NOOP completed
  )");
}

// RFC 7162, examples 15, 16, 19 and 20; RFC 4731 3.2.
BOOST_AUTO_TEST_CASE(searches_for_modseqs_tell_the_highest) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1 +FLAGS.SILENT (\Seen)
    S: a1 OK STORE completed
    C: a2 SEARCH MODSEQ "/flags/\\seen" all 4
    S: * OK [HIGHESTMODSEQ 5] ...
    S: * SEARCH 1 3 (MODSEQ 5)
    S: a2 OK SEARCH completed
    C: a3 UID SEARCH MODSEQ 0 NOT 1
    S: * SEARCH 2 3 (MODSEQ 4)
    S: a3 OK SEARCH completed
    C: a4 SEARCH OR NOT MODSEQ 2 LARGER 50000
    S: * SEARCH
    S: a4 OK SEARCH completed
    C: a5 SEARCH RETURN (ALL) MODSEQ 4
    S: * ESEARCH (TAG "a5") ALL 1,3 MODSEQ 5
    S: a5 OK SEARCH completed
    C: a6 SEARCH RETURN (MIN) NOT 1 MODSEQ 1
    S: * ESEARCH (TAG "a6") MIN 2 MODSEQ 3
    S: a6 OK SEARCH completed
    C: a7 SEARCH RETURN (MAX) MODSEQ 1
    S: * ESEARCH (TAG "a7") MAX 3 MODSEQ 4
    S: a7 OK SEARCH completed
    C: a8 SEARCH RETURN (MIN MAX) MODSEQ 1
    S: * ESEARCH (TAG "a8") MIN 1 MAX 3 MODSEQ 5
    S: a8 OK SEARCH completed
    C: a9 SEARCH RETURN (MAX COUNT) MODSEQ 1
    S: * ESEARCH (TAG "a9") MAX 3 COUNT 3 MODSEQ 5
    S: a9 OK SEARCH completed
    C: b1 SEARCH RETURN (COUNT) MODSEQ 6
    S: * ESEARCH (TAG "b1") COUNT 0
    S: b1 OK SEARCH completed
    C: b2 SORT (REVERSE ARRIVAL) UTF-8 MODSEQ 4
    S: * SORT 1 3 (MODSEQ 5)
    S: b2 OK SORT completed
    C: b3 SORT RETURN (ALL) (SIZE) UTF-8 MODSEQ 3
    S: * ESEARCH (TAG "b3") ALL 1:3 MODSEQ 5
    S: b3 OK SORT completed
    C: b4 THREAD ORDEREDSUBJECT UTF-8 MODSEQ 5
    S: * THREAD (1)
    S: b4 OK THREAD completed
    C: b5 SEARCH RETURN (SAVE) MODSEQ 5
    S: b5 OK SEARCH completed
    C: b6 SEARCH $
    S: * SEARCH 1
    S: b6 OK SEARCH completed
    C: b7 SEARCH MODSEQ "/flags/\\seen" some 4
    S: b7 BAD ...
    C: b8 SEARCH MODSEQ "/comment" all 4
    S: b8 BAD ...
    C: b9 SEARCH MODSEQ 9223372036854775808
    S: b9 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(status_tells_the_highest_modseq_as_it_rises) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 STATUS INBOX (MESSAGES HIGHESTMODSEQ)
    S: * STATUS INBOX (MESSAGES 0 HIGHESTMODSEQ 1)
    S: a1 OK STATUS completed
    C: a2 APPEND INBOX {5+}
    C: hello
    S: a2 OK ...
    C: a3 STATUS INBOX (HIGHESTMODSEQ UIDNEXT)
    S: * STATUS INBOX (HIGHESTMODSEQ 2 UIDNEXT 2)
    S: a3 OK STATUS completed
    C: a4 SELECT INBOX
    S: ...
    S: a4 OK ...
    C: a5 STORE 1 +FLAGS.SILENT (\Deleted)
    S: * 1 FETCH (UID 1 MODSEQ (3))
    S: a5 OK STORE completed
    C: a6 EXPUNGE
    S: * 1 EXPUNGE
    S: a6 OK EXPUNGE completed
    C: a7 STATUS INBOX (HIGHESTMODSEQ)
    S: * STATUS INBOX (HIGHESTMODSEQ 4)
    S: a7 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
