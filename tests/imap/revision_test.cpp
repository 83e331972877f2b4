// IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051) side by side: C has enabled IMAP4rev2, C2 has not.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(revision)

namespace {

using test_support::Begin;
using test_support::MailServer;

const std::string rev2 = R"(
    C: e1 ENABLE IMAP4REV2
    S: * ENABLED IMAP4rev2
    S: e1 OK ENABLE completed
)";

const std::string both_selected = rev2 + R"(
    C: e2 SELECT INBOX
    S: ...
    S: e2 OK ...
    C2: e2 SELECT INBOX
    S2: ...
    S2: e2 OK ...
)";

}  // namespace

// RFC 9051 6.3.1: the list is the same before and after.
BOOST_AUTO_TEST_CASE(enable_chooses_and_changes_no_capability) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send("t1 CAPABILITY\r\n");
  const auto before = client->line();
  BOOST_TEST(before.starts_with("* CAPABILITY IMAP4rev1 IMAP4rev2 "));
  client->line();
  client->send("t2 ENABLE IMAP4rev2 X-GOOD-IDEA CONDSTORE\r\n");
  BOOST_TEST(client->line() == "* ENABLED IMAP4rev2 CONDSTORE");
  client->line();
  client->send("t3 CAPABILITY\r\n");
  BOOST_TEST(client->line() == before);
}

// RFC 9051 6.3.2 and RFC 3501 6.3.1.
BOOST_AUTO_TEST_CASE(select_says_what_its_revision_wants) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::logged_in, rev2 + R"(
    C2: A142 SELECT INBOX
    S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S2: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
    S2: * 2 EXISTS
    S2: * 2 RECENT
    S2: * OK [UNSEEN 1] ...
    S2: * OK [UIDVALIDITY ...] ...
    S2: * OK [MAILBOXID (F...)] ...
    S2: * OK [UIDNEXT 3] ...
    S2: * OK [HIGHESTMODSEQ 3] ...
    S2: A142 OK [READ-WRITE] SELECT completed
    C: A142 SELECT INBOX
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
    S: * 2 EXISTS
    S: * OK [UIDVALIDITY ...] ...
    S: * OK [MAILBOXID (F...)] ...
    S: * OK [UIDNEXT 3] ...
    S: * OK [HIGHESTMODSEQ 3] ...
    S: * LIST (\HasNoChildren) "/" INBOX
    S: A142 OK [READ-WRITE] SELECT completed
    C: A143 SELECT Drafts
    S: * OK [CLOSED] ...
    S: ...
    S: * LIST (\HasNoChildren \Drafts) "/" Drafts
    S: A143 OK [READ-WRITE] SELECT completed
    C2: A143 SELECT Drafts
    S2: * OK [CLOSED] ...
    S2: ...
    S2: * OK [HIGHESTMODSEQ 1] ...
    S2: A143 OK [READ-WRITE] SELECT completed
    C: A932 EXAMINE inbox
    S: * OK [CLOSED] ...
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ()] ...
    S: ...
    S: * LIST (\HasNoChildren) "/" INBOX
    S: A932 OK [READ-ONLY] EXAMINE completed
  )");
}

BOOST_AUTO_TEST_CASE(recent_is_told_in_rev1_alone) {
  MailServer server;
  server.plays(Begin::logged_in, both_selected + R"(
    C3: a1 APPEND INBOX {5+}
    C3: A: b
    S3: a1 OK ...
    C: a2 NOOP
    S: * 1 EXISTS
    S: a2 OK NOOP completed
    C2: a2 NOOP
    S2: * 1 EXISTS
    S2: * ... RECENT
    S2: a2 OK NOOP completed
    C: a3 FETCH 1 FLAGS
    S: * 1 FETCH (FLAGS ())
    S: a3 OK FETCH completed
    C: a4 SEARCH NEW
    S: a4 BAD IMAP4rev2 has no NEW, OLD and RECENT...
    C: a5 SEARCH OR SEEN (NOT RECENT)
    S: a5 BAD ...
    C: a6 STATUS INBOX (MESSAGES RECENT)
    S: a6 BAD IMAP4rev2 has no RECENT...
    C: a7 LIST "" INBOX RETURN (STATUS (RECENT))
    S: a7 BAD ...
    C: a8 STATUS INBOX (MESSAGES SIZE DELETED UNSEEN)
    S: * STATUS INBOX (MESSAGES 1 SIZE 5 DELETED 0 UNSEEN 1)
    S: a8 OK STATUS completed
    C2: a4 SEARCH OR NEW OLD
    S2: * SEARCH 1
    S2: a4 OK SEARCH completed
    C2: a6 STATUS INBOX (MESSAGES RECENT SIZE)
    S2: * STATUS INBOX (MESSAGES 1 RECENT 0 SIZE 5)
    S2: a6 OK STATUS completed
  )");
}

// RFC 9051 6.4.4 and its examples of RETURN.
BOOST_AUTO_TEST_CASE(search_answers_esearch_in_rev2) {
  MailServer server;
  deliver(server, 4);
  server.plays(Begin::logged_in, both_selected + R"(
    C: A282 SEARCH RETURN (MIN COUNT) UNDELETED
    S: * ESEARCH (TAG "A282") MIN 1 COUNT 4
    S: A282 OK SEARCH completed
    C: A283 SEARCH RETURN () UNSEEN NOT 3
    S: * ESEARCH (TAG "A283") ALL 1:2,4
    S: A283 OK SEARCH completed
    C: A284 SEARCH UNSEEN
    S: * ESEARCH (TAG "A284") ALL 1:4
    S: A284 OK SEARCH completed
    C: A285 SEARCH SEEN
    S: * ESEARCH (TAG "A285")
    S: A285 OK SEARCH completed
    C: A286 UID SEARCH SUBJECT "2"
    S: * ESEARCH (TAG "A286") UID ALL 2
    S: A286 OK SEARCH completed
    C: A287 UID SEARCH MODSEQ 3
    S: ...
    S: * ESEARCH (TAG "A287") UID ALL 2:4 MODSEQ 5
    S: A287 OK SEARCH completed
    C: A288 SORT (REVERSE SUBJECT) UTF-8 3,4
    S: * SORT 4 3
    S: A288 OK SORT completed
    C2: A284 SEARCH UNSEEN
    S2: * SEARCH 1 2 3 4
    S2: A284 OK SEARCH completed
    C2: A285 SEARCH SEEN
    S2: * SEARCH
    S2: A285 OK SEARCH completed
  )");
}

// RFC 9051 appendix E, 17 to 19: Exchange refuses LSUB likewise, and clients know.
BOOST_AUTO_TEST_CASE(what_rev2_has_dropped_is_refused_there_alone) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::logged_in, both_selected + R"(
    C: a1 LSUB "" *
    S: a1 BAD IMAP4rev2 has no LSUB: use LIST (SUBSCRIBED)
    C: a2 LIST (SUBSCRIBED) "" INBOX
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: a2 OK LIST completed
    C: a3 CHECK
    S: a3 BAD IMAP4rev2 has no CHECK: use NOOP
    C: a4 FETCH 1 RFC822.HEADER
    S: a4 BAD ...
    C: a5 FETCH 1 (FLAGS RFC822)
    S: a5 BAD ...
    C: a6 FETCH 1 RFC822.SIZE
    S: * 1 FETCH (RFC822.SIZE 21)
    S: a6 OK FETCH completed
    C2: a1 LSUB "" INBOX
    S2: * LSUB (\HasNoChildren) "/" INBOX
    S2: a1 OK LSUB completed
    C2: a3 CHECK
    S2: a3 OK CHECK completed
    C2: a4 FETCH 1 RFC822.TEXT
    S2: * 1 FETCH (...RFC822.TEXT {7}
    S2: hello
    S2: ...
    S2: a4 OK FETCH completed
  )");
}

// RFC 9051 section 9 (media-message): in RFC 3501 a message/global is a part as any other.
BOOST_AUTO_TEST_CASE(a_global_message_is_entered_in_rev2_alone) {
  MailServer server;
  server.deliver(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/global\r\n\r\n"
      "Subject: in\r\n\r\nx\r\n\r\n--b--\r\n");
  server.plays(Begin::logged_in, both_selected + R"(
    C: a1 FETCH 1 BODY
    S: * 1 FETCH (BODY (("message" "global" NIL NIL NIL "7BIT" 18 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 3 1) 3) "mixed"))
    S: a1 OK FETCH completed
    C: a2 FETCH 1 BODY.PEEK[1.HEADER]
    S: * 1 FETCH (BODY[1.HEADER] {15}
    S: Subject: in
    S:
    S: )
    S: a2 OK FETCH completed
    C2: a1 FETCH 1 BODY
    S2: * 1 FETCH (BODY (("message" "global" NIL NIL NIL "7BIT" 18) "mixed"))
    S2: a1 OK FETCH completed
    C2: a2 FETCH 1 BODYSTRUCTURE
    S2: * 1 FETCH (BODYSTRUCTURE (("message" "global" NIL NIL NIL "7BIT" 18 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL))
    S2: a2 OK FETCH completed
    C2: a3 FETCH 1 BODY.PEEK[1]
    S2: * 1 FETCH (BODY[1] {18}
    S2: Subject: in
    S2:
    S2: x
    S2: )
    S2: a3 OK FETCH completed
  )");
}

// RFC 9051 7.5.2: with UID when nobody has asked.
BOOST_AUTO_TEST_CASE(changes_that_nobody_asked_for_come_with_uids_in_rev2) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::logged_in, both_selected + R"(
    C3: b1 SELECT INBOX
    S3: ...
    S3: b1 OK ...
    C3: b2 STORE 2 +FLAGS.SILENT (\Flagged)
    S3: b2 OK STORE completed
    C: a1 NOOP
    S: * 2 FETCH (UID 2 FLAGS (\Flagged))
    S: a1 OK NOOP completed
    C2: a1 NOOP
    S2: * 2 FETCH (FLAGS (\Flagged...))
    S2: a1 OK NOOP completed
    C: a2 FETCH 1:2 BODY.PEEK[]<5000000000.6000000000>
    S: * 1 FETCH (BODY[]<5000000000> "")
    S: * 2 FETCH (BODY[]<5000000000> "")
    S: a2 OK FETCH completed
  )");
}

// RFC 9051 5.1, appendix A.1; CREATE with a name that is not normalized: 6.3.4.
BOOST_AUTO_TEST_CASE(names_are_utf8_in_rev2_and_modified_utf7_in_rev1) {
  MailServer server;
  server.plays(Begin::logged_in,
               rev2 +
                   "C: a1 CREATE \"R&D \xe5\x8f\xb0\xe5\x8c\x97\"\n"
                   "S: a1 OK ...\n"
                   "C: a2 LIST \"\" R*\n"
                   "S: * LIST (\\HasNoChildren) \"/\" \"R&D \xe5\x8f\xb0\xe5\x8c\x97\"\n"
                   "S: a2 OK LIST completed\n"
                   "C2: a2 LIST \"\" R*\n"
                   "S2: * LIST (\\HasNoChildren) \"/\" \"R&-D &U,BTFw-\"\n"
                   "S2: a2 OK LIST completed\n"
                   "C: a3 CREATE \"e\xcc\x81t\xc3\xa9\"\n"
                   "S: * LIST (\\HasNoChildren) \"/\" \"\xc3\xa9t\xc3\xa9\" "
                   "(\"OLDNAME\" (\"e\xcc\x81t\xc3\xa9\"))\n"
                   "S: a3 OK ...\n"
                   "C: a4 SELECT \"e\xcc\x81t\xc3\xa9\"\n"
                   "S: ...\n"
                   "S: * LIST (\\HasNoChildren) \"/\" \"\xc3\xa9t\xc3\xa9\" "
                   "(\"OLDNAME\" (\"e\xcc\x81t\xc3\xa9\"))\n"
                   "S: a4 OK ...\n"
                   "C2: a4 SELECT \"\xc3\xa9t\xc3\xa9\"\n"
                   "S2: a4 BAD ...\n"
                   "C2: a5 STATUS &AOk-t&AOk- (MESSAGES)\n"
                   "S2: * STATUS &AOk-t&AOk- (MESSAGES 0)\n"
                   "S2: a5 OK STATUS completed\n");
}

// RFC 9051 6.3.5 and 7.1, HASCHILDREN.
BOOST_AUTO_TEST_CASE(a_name_that_only_holds_others_is_not_deleted) {
  MailServer server;
  server.plays(Begin::logged_in, rev2 + R"(
    C: A682 CREATE foo/bar
    S: A682 OK ...
    C: A684 DELETE foo
    S: A684 NO [HASCHILDREN] ...
    C: A685 DELETE foo/bar
    S: A685 OK DELETE completed
    C: A686 LIST "" foo*
    S: A686 OK LIST completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
