// RFC 3501 6.3.11, 6.4, 7.4.2 and 8: its examples of messages.
//
// Adapted: UIDs and UIDVALIDITY, flags in the RFC's order of 2.3.2, UID before other items.
// RFC822.SIZE is what the RFC's message has.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc3501_mail)

namespace {

using namespace test_support;

storage::FlagNames flags(int system) {
  return {.system = static_cast<std::uint8_t>(system), .keywords = {}};
}

std::string lines(std::size_t count, std::size_t octets) {
  std::string text;
  for (; count > 0; --count) text += std::string(octets - 2, 'A') + "\r\n";
  return text;
}

const Letter plain{letter_of(20)}, seen{letter_of(20), flags(storage::seen)};

// 92 lines of 3028 octets.
const std::string summary_and_minutes =
    "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
    "From: Terry Gray <gray@cac.washington.edu>\r\n"
    "Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
    "To: imap@cac.washington.edu\r\n"
    "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
    "Message-Id: <B27397-0100000@cac.washington.edu>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
    "\r\n" +
    lines(91, 33) + lines(1, 25);

}  // namespace

// 6.3.11
BOOST_AUTO_TEST_CASE(append) {
  MailServer server;
  create(server, {"saved-messages"});
  server.plays(Begin::logged_in, R"rfc(
    C: A003 APPEND saved-messages (\Seen) {310}
    S: + ...
    C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
    C: From: Fred Foobar <foobar@Blurdybloop.COM>
    C: Subject: afternoon meeting
    C: To: mooch@owatagu.siam.edu
    C: Message-Id: <B27397-0100000@Blurdybloop.COM>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C:
    C: Hello Joe, do you think we can meet at 3:30 tomorrow?
    C:
    S: A003 OK [APPENDUID ... 1] APPEND completed
    C: A004 EXAMINE saved-messages
    S: ...
    S: A004 OK ...
    C: A005 FETCH 1 (FLAGS RFC822.SIZE ENVELOPE)
    S: * 1 FETCH (FLAGS (\Seen \Recent) RFC822.SIZE 310 ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800 (PST)" "afternoon meeting" (("Fred Foobar" NIL "foobar" "Blurdybloop.COM")) (("Fred Foobar" NIL "foobar" "Blurdybloop.COM")) (("Fred Foobar" NIL "foobar" "Blurdybloop.COM")) ((NIL NIL "mooch" "owatagu.siam.edu")) NIL NIL NIL "<B27397-0100000@Blurdybloop.COM>"))
    S: A005 OK FETCH completed
  )rfc");
}

// 6.4.1 to 6.4.3
BOOST_AUTO_TEST_CASE(check_expunge_and_close) {
  MailServer server;
  auto mail = letters(12, plain);
  for (const std::size_t number : {3, 4, 7, 11}) mail[number - 1].flags = flags(storage::deleted);
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: FXXZ CHECK
    S: FXXZ OK CHECK completed
    C: A202 EXPUNGE
    S: * 3 EXPUNGE
    S: * 3 EXPUNGE
    S: * 5 EXPUNGE
    S: * 8 EXPUNGE
    S: A202 OK EXPUNGE completed
    C: A341 CLOSE
    S: A341 OK CLOSE completed
  )");
}

// 6.4.4. The six octets that the RFC cannot print are three Russian letters.
BOOST_AUTO_TEST_CASE(search) {
  MailServer server;
  const UnixTime february_1994 = 760'500'000, january_1994 = 758'000'000;
  auto mail = letters(882, {"From: Jones <jones@example.org>\r\n\r\n", {}, february_1994});
  for (const std::size_t number : {2, 84, 882}) mail[number - 1].flags = flags(storage::flagged);
  mail[99] = {mail[0].octets, flags(storage::flagged), january_1994};
  mail[199] = {"From: Smith <smith@example.org>\r\n\r\n", flags(storage::flagged), february_1994};
  mail[42].octets = "Content-Type: text/plain; charset=UTF-8\r\n\r\nмир\r\n";
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: A282 SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
    S: * SEARCH 2 84 882
    S: A282 OK SEARCH completed
    C: A283 SEARCH TEXT "string not in mailbox"
    S: * SEARCH
    S: A283 OK SEARCH completed
    C: A284 SEARCH CHARSET UTF-8 TEXT {6}
    S: + ...
    C: мир
    S: * SEARCH 43
    S: A284 OK SEARCH completed
  )");
}

// 6.4.5, 6.4.6, 6.4.7 and 6.4.8
BOOST_AUTO_TEST_CASE(fetch_store_and_copy) {
  MailServer server;
  create(server, {"MEETING"});
  auto mail = letters(25, seen);
  mail[1].octets =
      "Date: Mon, 7 Feb 1994 21:52:25 -0800\r\nTo: x\r\nFrom: fred@example.org\r\n\r\n";
  mail[2] = plain;
  mail[3].flags = flags(storage::flagged | storage::seen);
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: A653 EXAMINE INBOX
    S: ...
    S: A653 OK ...
    C: A654 FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])
    S: * 2 FETCH (FLAGS (\Seen) BODY[HEADER.FIELDS (DATE FROM)] {64}
    S: Date: Mon, 7 Feb 1994 21:52:25 -0800
    S: From: fred@example.org
    S:
    S: )
    S: * 3 FETCH (FLAGS () BODY[HEADER.FIELDS (DATE FROM)] {2}
    S:
    S: )
    S: * 4 FETCH (FLAGS (\Flagged \Seen) BODY[HEADER.FIELDS (DATE FROM)] {2}
    S:
    S: )
    S: A654 OK FETCH completed
    C: A002 SELECT INBOX
    S: ...
    S: A002 OK ...
    C: A003 STORE 2:4 +FLAGS (\Deleted)
    S: * 2 FETCH (FLAGS (\Deleted \Seen))
    S: * 3 FETCH (FLAGS (\Deleted))
    S: * 4 FETCH (FLAGS (\Flagged \Deleted \Seen))
    S: A003 OK STORE completed
    C: A003 COPY 2:4 MEETING
    S: A003 OK [COPYUID ... 2:4 1:3] COPY completed
    C: A999 UID FETCH 23:4828442 FLAGS
    S: * 23 FETCH (UID 23 FLAGS (\Seen))
    S: * 24 FETCH (UID 24 FLAGS (\Seen))
    S: * 25 FETCH (UID 25 FLAGS (\Seen))
    S: A999 OK FETCH completed
  )");
}

// 7.4.2
BOOST_AUTO_TEST_CASE(bodies) {
  MailServer server;
  const std::string text = "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n";
  server.deliver(text + "\r\n" + lines(47, 48) + lines(1, 23));
  server.deliver("Content-Type: MULTIPART/MIXED; BOUNDARY=b\r\n\r\n--b\r\n" + text + "\r\n" +
                 lines(22, 50) + lines(1, 52) +
                 "\r\n--b\r\n"
                 "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII; NAME=cc.diff\r\n"
                 "Content-Transfer-Encoding: BASE64\r\n"
                 "Content-Id: <960723163407.20117h@cac.washington.edu>\r\n"
                 "Content-Description: Compiler diff\r\n\r\n" +
                 lines(72, 63) + lines(1, 18) + "\r\n--b--\r\n");
  server.plays(Begin::in_inbox, R"(
    C: a FETCH 1:2 BODY
    S: * 1 FETCH (BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48))
    S: * 2 FETCH (BODY (("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<960723163407.20117h@cac.washington.edu>" "Compiler diff" "BASE64" 4554 73) "MIXED"))
    S: a OK FETCH completed
  )");
}

// 8
BOOST_AUTO_TEST_CASE(the_sample_connection) {
  MailServer server;
  create_account(server, "mrc", "secret");
  auto mail = letters(16, seen);
  mail[11] = {summary_and_minutes, flags(storage::seen), 837'596'665, -420};
  fill(server, "INBOX", mail, "mrc");
  for (int n = 0; n < 2; ++n) server.deliver(plain.octets, "mrc");
  server.plays(R"rfc(
    S: * OK ...
    C: a001 login mrc secret
    S: ...
    S: a001 OK ...
    C: a002 select inbox
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: ...
    S: * 18 EXISTS
    S: * 2 RECENT
    S: * OK [UNSEEN 17] ...
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: a002 OK [READ-WRITE] SELECT completed
    C: a003 fetch 12 full
    S: * 12 FETCH (FLAGS (\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 3370 ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>") BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92))
    S: a003 OK FETCH completed
    C: a004 fetch 12 body[header]
    S: * 12 FETCH (BODY[HEADER] {342}
    S: Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
    S: From: Terry Gray <gray@cac.washington.edu>
    S: Subject: IMAP4rev1 WG mtg summary and minutes
    S: To: imap@cac.washington.edu
    S: cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
    S: Message-Id: <B27397-0100000@cac.washington.edu>
    S: MIME-Version: 1.0
    S: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    S:
    S: )
    S: a004 OK FETCH completed
    C: a005 store 12 +flags \deleted
    S: * 12 FETCH (FLAGS (\Deleted \Seen))
    S: a005 OK STORE completed
    C: a006 logout
    S: * BYE ...
    S: a006 OK LOGOUT completed
  )rfc");
}

BOOST_AUTO_TEST_SUITE_END()
