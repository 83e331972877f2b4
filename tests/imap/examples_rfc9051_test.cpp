// RFC 9051 6.3 to 8: the examples that are others than those of RFC 3501, RFC 5182 and RFC 5258.
//
// Adapted: UIDs and UIDVALIDITY, the order of what SELECT says, \HasChildren or \HasNoChildren for
// each name of LIST. Numbers of messages are smaller where the RFC has hundreds.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc9051)

namespace {

using namespace test_support;

const Letter plain{letter_of(20)}, seen{letter_of(20), {.system = storage::seen, .keywords = {}}};

const std::string rev2 = R"(
    C: babc ENABLE IMAP4rev2
    S: * ENABLED IMAP4rev2
    S: babc OK ...
)";

const std::string inbox = rev2 + R"(
    C: a SELECT INBOX
    S: ...
    S: a OK ...
)";

}  // namespace

// 6.1.2
BOOST_AUTO_TEST_CASE(noop_tells_what_others_did) {
  MailServer server;
  auto mail = letters(23, plain);
  mail[13] = seen;
  fill(server, "INBOX", mail);
  server.plays(Begin::logged_in, inbox + R"(
    C: a002 NOOP
    S: a002 OK NOOP completed
    C2: b0 SELECT INBOX
    S2: ...
    S2: b0 OK ...
    C2: b1 STORE 14 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 STORE 22 +FLAGS.SILENT (\Deleted)
    S2: b2 OK STORE completed
    C2: b3 UID EXPUNGE 22
    S2: * 22 EXPUNGE
    S2: b3 OK ...
    C2: b4 APPEND INBOX {3+}
    C2: x
    C2:
    S2: ...
    S2: b4 OK ...
    C: a047 NOOP
    S: * 22 EXPUNGE
    S: * 23 EXISTS
    S: * 14 FETCH (UID 14 FLAGS (\Deleted \Seen))
    S: a047 OK NOOP completed
  )");
}  // namespace

// 6.3.2 and 6.3.3
BOOST_AUTO_TEST_CASE(select_and_examine) {
  MailServer server;
  fill(server, "INBOX", letters(172, plain));
  fill(server, "Drafts", letters(5, plain));
  fill(server, "blurdybloop", letters(17, plain));
  server.plays(Begin::logged_in, rev2 + R"(
    C: A142 SELECT INBOX
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
    S: * 172 EXISTS
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 173] ...
    S: ...
    S: * LIST (\HasNoChildren) "/" INBOX
    S: A142 OK [READ-WRITE] SELECT completed
    C: A143 SELECT Drafts
    S: * OK [CLOSED] ...
    S: ...
    S: * 5 EXISTS
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 6] ...
    S: ...
    S: * LIST (\HasNoChildren \Drafts) "/" Drafts
    S: A143 OK [READ-WRITE] SELECT completed
    C: A932 EXAMINE blurdybloop
    S: * OK [CLOSED] ...
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS ()] ...
    S: * 17 EXISTS
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 18] ...
    S: ...
    S: * LIST (\HasNoChildren) "/" blurdybloop
    S: A932 OK [READ-ONLY] EXAMINE completed
  )");
}

// 6.3.4: the name is "e" and a combining acute accent, its normal form is one character.
BOOST_AUTO_TEST_CASE(create_of_a_name_that_is_not_normal) {
  MailServer server;
  server.plays(Begin::logged_in, rev2 +
                                     "C: A005 CREATE \"e\xcc\x81\"\n"
                                     "S: * LIST (\\HasNoChildren) \"/\" \"\xc3\xa9\" "
                                     "(\"OLDNAME\" (\"e\xcc\x81\"))\n"
                                     "S: A005 OK ...\n");
}

// 6.3.6
BOOST_AUTO_TEST_CASE(subscriptions_after_rename) {
  MailServer server;
  create(server, {"X"});
  subscribe(server, {"X"});
  server.plays(Begin::logged_in, rev2 + R"(
    C: 1001 RENAME X Y
    C: 1002 SUBSCRIBE Y
    C: 1003 UNSUBSCRIBE X
    S: 1001 OK RENAME completed
    S: 1002 OK SUBSCRIBE completed
    S: 1003 OK UNSUBSCRIBE completed
  )");
}

// 6.3.12, which is RFC 4315 section 3 with a literal that does not wait. Here UIDs stick.
BOOST_AUTO_TEST_CASE(append_and_copy_tell_uids) {
  MailServer server;
  create(server, {"saved-messages", "funny"});
  fill(server, "meeting", letters(2, plain));
  fill(server, "INBOX", letters(4, plain));
  server.plays(Begin::logged_in, inbox + R"(
    C: A003 APPEND saved-messages (\Seen) {297+}
    C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
    C: From: Fred Foobar <foobar@example.com>
    C: Subject: afternoon meeting
    C: To: mooch@example.com
    C: Message-Id: <B27397-0100000@example.com>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C:
    C: Hello Joe, do you think we can meet at 3:30 tomorrow?
    C:
    S: A003 OK [APPENDUID ... 1] APPEND completed
    C: A004 COPY 2:4 meeting
    S: A004 OK [COPYUID ... 2:4 3:5] COPY completed
    C: A005 UID COPY 305:310 meeting
    S: A005 OK COPY completed
    C: A006 COPY 2 funny
    S: A006 OK [COPYUID ... 2 1] COPY completed
    C: A007 SELECT funny
    S: ...
    S: * 1 EXISTS
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 2] ...
    S: ...
    S: * LIST (\HasNoChildren) "/" funny
    S: A007 OK [READ-WRITE] SELECT completed
  )");
}

// 6.4.4 (RFC 4731 3.1)
BOOST_AUTO_TEST_CASE(search) {
  MailServer server;
  const UnixTime february_1994 = 760'500'000, january_1994 = 758'000'000;
  const storage::FlagNames flagged{.system = storage::flagged | storage::seen, .keywords = {}};
  auto mail = letters(43, {"From: jones@example.org\r\n\r\n", {}, february_1994});
  for (auto& letter : mail) letter.flags.system = storage::deleted;
  for (std::size_t number = 1; number <= 3; ++number) mail[number - 1].flags.system = storage::seen;
  for (const std::size_t number : {2, 10, 11}) mail[number - 1].flags = flagged;
  mail[20] = {mail[0].octets, flagged, january_1994};
  mail[21] = {"From: smith@example.org\r\n\r\n", flagged, february_1994};
  mail[42].octets = "Content-Type: text/plain; charset=UTF-8\r\n\r\nотпуск\r\n";
  fill(server, "INBOX", mail);
  server.plays(Begin::logged_in, inbox + R"(
    C: A282 SEARCH RETURN (MIN COUNT) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
    S: * ESEARCH (TAG "A282") MIN 2 COUNT 3
    S: A282 OK SEARCH completed
    C: A283 SEARCH RETURN () FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
    S: * ESEARCH (TAG "A283") ALL 2,10:11
    S: A283 OK SEARCH completed
    C: A284 SEARCH TEXT "string not in mailbox"
    S: * ESEARCH (TAG "A284")
    S: A284 OK SEARCH completed
    C: A285 SEARCH CHARSET UTF-8 TEXT {12}
    S: + ...
    C: отпуск
    S: * ESEARCH (TAG "A285") ALL 43
    S: A285 OK SEARCH completed
    C: A284 SEARCH RETURN (MIN) UNSEEN
    S: * ESEARCH (TAG "A284") MIN 4
    S: A284 OK SEARCH completed
    C: A285 UID SEARCH RETURN (MIN MAX) 1:5000
    S: * ESEARCH (TAG "A285") UID MIN 1 MAX 43
    S: A285 OK SEARCH completed
    C: A286 SEARCH RETURN (COUNT) DELETED
    S: * ESEARCH (TAG "A286") COUNT 36
    S: A286 OK SEARCH completed
  )");
}

// 6.4.9 (RFC 4315 2.1)
BOOST_AUTO_TEST_CASE(uid_expunge) {
  MailServer server;
  fill(server, "INBOX", letters(6, {plain.octets, {.system = storage::deleted, .keywords = {}}}));
  server.plays(Begin::logged_in, inbox + R"(
    C: A003 UID EXPUNGE 3:5
    S: * 3 EXPUNGE
    S: * 3 EXPUNGE
    S: * 3 EXPUNGE
    S: A003 OK EXPUNGE completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
