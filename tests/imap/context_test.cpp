// UPDATE (RFC 5267): searches whose results are kept up to date.

#include <boost/test/unit_test.hpp>

#include "imap/contexts.h"
#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;

void fill(MailServer& server, int messages) {
  for (int n = 1; n <= messages; ++n)
    server.deliver("From: boss" + std::to_string(n % 2) + "@x\r\nSubject: s" + std::to_string(n) +
                   "\r\n\r\nbody\r\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(context)

// After the examples of RFC 5267 4.3.
BOOST_AUTO_TEST_CASE(results_follow_flags_arrivals_and_expunges) {
  MailServer server;
  fill(server, 4);
  server.plays(Begin::in_inbox, R"(
    C: B01 UID SEARCH RETURN (UPDATE COUNT) DELETED
    S: * ESEARCH (TAG "B01") UID COUNT 0
    S: B01 OK SEARCH completed
    C: B01 UID SORT RETURN (UPDATE) (SIZE) UTF-8 FLAGGED
    S: B01 BAD a search of this tag is kept up to date
    C2: a1 STORE 2:3 +FLAGS.SILENT (\Deleted)
    S2: a1 OK STORE completed
    C: b2 NOOP
    S: * 2 FETCH (FLAGS (\Deleted \Recent))
    S: * 3 FETCH (FLAGS (\Deleted \Recent))
    S: * ESEARCH (TAG "B01") UID ADDTO (0 2:3)
    S: b2 OK NOOP completed
    C2: a2 STORE 2 FLAGS.SILENT ()
    S2: a2 OK STORE completed
    C2: a3 EXPUNGE
    S2: * 3 EXPUNGE
    S2: a3 OK EXPUNGE completed
    C: b3 FETCH 1 UID
    S: * 1 FETCH (UID 1)
    S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 3)
    S: * 2 FETCH (FLAGS (\Recent))
    S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 2)
    S: b3 OK FETCH completed
    C: b4 NOOP
    S: * 3 EXPUNGE
    S: b4 OK NOOP completed
    C: b5 CANCELUPDATE "B01"
    S: b5 OK CANCELUPDATE completed
    C2: a4 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: a4 OK STORE completed
    C: b6 NOOP
    S: * 1 FETCH (FLAGS (\Deleted \Recent))
    S: b6 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(numbers_are_true_when_they_are_told) {
  MailServer server;
  fill(server, 5);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH RETURN (UPDATE ALL) FROM boss0
    S: * ESEARCH (TAG "a1") ALL 2,4
    S: a1 OK SEARCH completed
    C2: b1 STORE 1,4 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: * 3 EXPUNGE
    S2: b2 OK EXPUNGE completed
    C2: b3 APPEND INBOX {13}
    S2: + OK
    C2: From: boss0@x
    S2: ...
    S2: b3 OK [APPENDUID ...
    C: a2 NOOP
    S: * ESEARCH (TAG "a1") REMOVEFROM (0 4)
    S: * 1 EXPUNGE
    S: * 3 EXPUNGE
    S: * 4 EXISTS
    S: * ... RECENT
    S: * ESEARCH (TAG "a1") ADDTO (0 4)
    S: a2 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(sorted_results_are_told_with_their_places) {
  MailServer server;
  fill(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 UNDELETED
    S: * ESEARCH (TAG "a1") UID ALL 3,2,1
    S: a1 OK SORT completed
    C: a2 STORE 2 +FLAGS.SILENT (\Deleted)
    S: * ESEARCH (TAG "a1") UID REMOVEFROM (2 2)
    S: a2 OK STORE completed
    C2: b1 APPEND INBOX {11}
    S2: + OK
    C2: Subject: s9
    S2: ...
    S2: b1 OK [APPENDUID ...
    C: a3 NOOP
    S: * 4 EXISTS
    S: * ... RECENT
    S: * ESEARCH (TAG "a1") UID ADDTO (1 4)
    S: a3 OK NOOP completed
    C: a4 STORE 2 -FLAGS.SILENT (\Deleted)
    S: * ESEARCH (TAG "a1") UID ADDTO (3 2)
    S: a4 OK STORE completed
    C: a5 UID SORT RETURN (ALL) (REVERSE SUBJECT) UTF-8 UNDELETED
    S: * ESEARCH (TAG "a5") UID ALL 4,3,2,1
    S: a5 OK SORT completed
  )");
}

BOOST_AUTO_TEST_CASE(numbers_in_a_search_mean_what_they_meant_when_it_was_asked) {
  MailServer server;
  fill(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID SEARCH RETURN (UPDATE ALL) 2:* UNFLAGGED
    S: * ESEARCH (TAG "a1") UID ALL 2:3
    S: a1 OK SEARCH completed
    C: a2 UID SEARCH RETURN (UPDATE ALL) UID *
    S: * ESEARCH (TAG "a2") UID ALL 3
    S: a2 OK SEARCH completed
    C: a3 UID SEARCH RETURN (SAVE) 1
    S: a3 OK SEARCH completed
    C: a4 UID SEARCH RETURN (UPDATE ALL) $ UNFLAGGED
    S: * ESEARCH (TAG "a4") UID ALL 1
    S: a4 OK SEARCH completed
    C: a5 UID SEARCH RETURN (SAVE) 2
    S: a5 OK SEARCH completed
    C2: b1 STORE 1:3 +FLAGS.SILENT (\Flagged)
    S2: b1 OK STORE completed
    C2: b2 APPEND INBOX {11}
    S2: + OK
    C2: Subject: s9
    S2: ...
    S2: b2 OK [APPENDUID ...
    C: a6 NOOP
    S: * 4 EXISTS
    S: * ... RECENT
    S: * 1 FETCH (FLAGS (\Flagged \Recent))
    S: * 2 FETCH (FLAGS (\Flagged \Recent))
    S: * 3 FETCH (FLAGS (\Flagged \Recent))
    S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 2:3)
    S: * ESEARCH (TAG "a2") UID REMOVEFROM (0 3) ADDTO (0 4)
    S: * ESEARCH (TAG "a4") UID REMOVEFROM (0 1)
    S: a6 OK NOOP completed
  )");
}

// RFC 5267 appendix A.3: expunges are told at once though their numbers stand.
BOOST_AUTO_TEST_CASE(expunges_are_told_ahead_of_their_numbers) {
  MailServer server;
  fill(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH RETURN (UPDATE) ALL
    S: a1 OK SEARCH completed
    C2: b1 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: b1 OK ...
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK ...
    C: a2 STORE 2 +FLAGS.SILENT (\Seen)
    S: * ESEARCH (TAG "a1") REMOVEFROM (0 1)
    S: a2 OK STORE completed
    C: a3 NOOP
    S: * 1 EXPUNGE
    S: a3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(keywords_made_later_and_texts_are_looked_at) {
  MailServer server;
  fill(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH RETURN (UPDATE COUNT) KEYWORD $Later TEXT "body"
    S: * ESEARCH (TAG "a1") COUNT 0
    S: a1 OK SEARCH completed
    C: a2 STORE 1 +FLAGS.SILENT ($Later)
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * ESEARCH (TAG "a1") ADDTO (0 1)
    S: a2 OK STORE completed
    C: a3 SELECT INBOX
    S: ...
    S: a3 OK [READ-WRITE] SELECT completed
    C: a4 STORE 1 -FLAGS.SILENT ($Later)
    S: a4 OK STORE completed
  )");
}

BOOST_AUTO_TEST_CASE(there_is_room_for_some_and_others_are_refused) {
  MailServer server;
  fill(server, 1);
  std::string script;
  for (std::size_t n = 1; n <= imap::context_limit; ++n) {
    const auto tag = "t" + std::to_string(n);
    script +=
        "    C: " + tag + " SEARCH RETURN (UPDATE) ALL\n    S: " + tag + " OK SEARCH completed\n";
  }
  server.plays(Begin::in_inbox, script + R"(
    C: a1 UID SEARCH RETURN (UPDATE COUNT) ALL
    S: * ESEARCH (TAG "a1") UID COUNT 1
    S: * NO [NOUPDATE "a1"] ...
    S: a1 OK SEARCH completed
    C: a2 CANCELUPDATE "t1" "nobody"
    S: a2 OK CANCELUPDATE completed
    C: a3 CANCELUPDATE
    S: a3 BAD ...
    C: a1 UID SEARCH RETURN (UPDATE COUNT CONTEXT) ALL
    S: * ESEARCH (TAG "a1") UID COUNT 1
    S: a1 OK SEARCH completed
  )");
}

// RFC 7377 2.2
BOOST_AUTO_TEST_CASE(esearch_keeps_up_to_date_what_is_selected) {
  MailServer server;
  fill(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 ESEARCH IN (personal) RETURN (UPDATE ALL) UNSEEN
    S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY ...) UID ALL 1
    S: a1 OK ESEARCH completed
    C: a2 STORE 1 +FLAGS.SILENT (\Seen)
    S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY ...) UID REMOVEFROM (0 1)
    S: a2 OK STORE completed
    C: a3 ESEARCH IN (mailboxes Sent) RETURN (UPDATE) UNSEEN
    S: * NO [NOUPDATE "a3"] ...
    S: a3 OK ESEARCH completed
    C: a4 UNSELECT
    S: a4 OK UNSELECT completed
    C: a5 ESEARCH IN (mailboxes Sent) RETURN (UPDATE) UNSEEN
    S: a5 BAD UPDATE is for the selected folder
  )");
}

// RFC 5465 section 7
BOOST_AUTO_TEST_CASE(new_messages_that_match_are_fetched_before_they_are_added) {
  MailServer server;
  fill(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a00 SEARCH RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (TO FROM SUBJECT)])) FROM "boss"
    S: * ESEARCH (TAG "a00") COUNT 1
    S: a00 OK SEARCH completed
    C2: b1 APPEND INBOX {16}
    S2: + OK
    C2: From: boss1
    C2:
    C2: x
    S2: ...
    S2: b1 OK [APPENDUID ...
    C2: b2 APPEND INBOX {16}
    S2: + OK
    C2: From: nobod
    C2:
    C2: x
    S2: ...
    S2: b2 OK [APPENDUID ...
    C: a1 NOOP
    S: * 3 EXISTS
    S: * ... RECENT
    S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (TO FROM SUBJECT)] {15}
    S: From: boss1
    S:
    S: )
    S: * ESEARCH (TAG "a00") ADDTO (0 2)
    S: a1 OK NOOP completed
    C: a2 STORE 2 +FLAGS.SILENT (\Seen)
    S: a2 OK STORE completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
