// FETCH and UID FETCH (behaviours 1, 2, 5, 6, 9 to 14, 18, 19).

#include <boost/test/unit_test.hpp>

#include "imap/fetch_response.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(fetch)

namespace {

using test_support::Begin;
using test_support::MailServer;

const std::string hello =
    "From: Ada <ada@example.org>\r\nSubject: hi \"you\"\r\n\r\nhello\r\nworld\r\n";

std::string literal_of(const std::string& octets) {
  return "{" + std::to_string(octets.size()) + "}\r\n" + octets;
}

}  // namespace

BOOST_AUTO_TEST_CASE(several_items_come_in_one_answer) {
  MailServer server;
  server.deliver(hello);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE)
    S: * 1 FETCH (UID 1 FLAGS (\Recent) INTERNALDATE "... +0000" RFC822.SIZE 64)
    S: a1 OK FETCH completed
    C: a2 FETCH 1 ENVELOPE
    S: * 1 FETCH (ENVELOPE (NIL "hi \"you\"" (("Ada" NIL "ada" "example.org")) (("Ada" NIL "ada" "example.org")) (("Ada" NIL "ada" "example.org")) NIL NIL NIL NIL NIL))
    S: a2 OK FETCH completed
    C: a3 FETCH 1 FULL
    S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 64 ENVELOPE (...) BODY ("text" "plain" ... 14 2))
    S: a3 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(answers_are_named_like_the_request_and_fields_end_with_an_empty_line) {
  MailServer server;
  server.deliver(hello);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 BODY.PEEK[HEADER.FIELDS (Subject X-None)]
    S: * 1 FETCH (BODY[HEADER.FIELDS (Subject X-None)] {21}
    S: Subject: hi "you"
    S: 
    S: )
    S: a1 OK FETCH completed
    C: a2 FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (from)]
    S: * 1 FETCH (BODY[HEADER.FIELDS.NOT (from)] {21}
    S: Subject: hi "you"
    S: 
    S: )
    S: a2 OK FETCH completed
    C: a3 FETCH 1 (BODY.PEEK[1] BODY.PEEK[2])
    S: * 1 FETCH (BODY[1] {14}
    S: hello
    S: world
    S:  BODY[2] NIL)
    S: a3 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(reading_marks_seen_and_says_so_but_peeking_does_not) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 (BODY.PEEK[TEXT] RFC822.HEADER)
    S: * 1 FETCH (BODY[TEXT] {7}
    S: hello
    S:  RFC822.HEADER {14}
    S: Subject: 1
    S: 
    S: )
    S: a1 OK FETCH completed
    C: a2 FETCH 1 BODY[TEXT]
    S: * 1 FETCH (FLAGS (\Seen \Recent) BODY[TEXT] {7}
    S: hello
    S: )
    S: a2 OK FETCH completed
    C: a3 FETCH 1:2 RFC822.TEXT
    S: * 1 FETCH (RFC822.TEXT {7}
    S: hello
    S: )
    S: * 2 FETCH (FLAGS (\Seen \Recent) RFC822.TEXT {7}
    S: hello
    S: )
    S: a3 OK FETCH completed
    C: a4 UID FETCH 3 (BODY[]<0.7> FLAGS)
    S: * 3 FETCH (UID 3 BODY[]<0> {7}
    S: Subject FLAGS (\Seen \Recent))
    S: a4 OK FETCH completed
    C: a5 NOOP
    S: a5 OK NOOP completed
    C2: b1 NOOP
    S2: b1 OK NOOP completed
    C2: b2 FETCH 1:* FLAGS
    S2: * 1 FETCH (FLAGS (\Seen))
    S2: * 2 FETCH (FLAGS (\Seen))
    S2: * 3 FETCH (FLAGS (\Seen))
    S2: b2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(examined_folders_are_read_without_a_trace) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::logged_in, R"(
    C: a1 EXAMINE INBOX
    S: ...
    S: a1 OK [READ-ONLY] EXAMINE completed
    C: a2 FETCH 1 (FLAGS BODY[TEXT])
    S: * 1 FETCH (FLAGS (\Recent) BODY[TEXT] {7}
    S: hello
    S: )
    S: a2 OK FETCH completed
    C: a3 FETCH 1 FLAGS
    S: * 1 FETCH (FLAGS (\Recent))
    S: a3 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(partials_are_clamped_and_empty_beyond_the_end) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 (BODY.PEEK[TEXT]<2.3> BODY.PEEK[TEXT]<5.99> BODY.PEEK[TEXT]<7.1> BODY.PEEK[TEXT]<99.1>)
    S: * 1 FETCH (BODY[TEXT]<2> {3}
    S: llo BODY[TEXT]<5> {2}
    S: 
    S:  BODY[TEXT]<7> "" BODY[TEXT]<99> "")
    S: a1 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(uid_fetch_always_has_uids_and_the_last_message) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID FETCH 99:* FLAGS
    S: * 3 FETCH (UID 3 FLAGS (\Recent))
    S: a1 OK FETCH completed
    C: a2 UID FETCH 50:60 FLAGS
    S: a2 OK FETCH completed
    C: a3 UID FETCH 1,3 (FLAGS UID)
    S: * 1 FETCH (FLAGS (\Recent) UID 1)
    S: * 3 FETCH (FLAGS (\Recent) UID 3)
    S: a3 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_there_and_broken_items_are_bad) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 2 FLAGS
    S: a1 BAD ...
    C: a2 FETCH 1 NONSENSE
    S: a2 BAD ...
    C: a3 FETCH 1 BODY[MIME]
    S: a3 BAD ...
    C: a4 FETCH 0 FLAGS
    S: a4 BAD ...
    C: a5 SELECT Sent
    S: ...
    S: a5 OK ...
    C: a6 FETCH 1:* FLAGS
    S: a6 BAD ...
    C: a7 UID FETCH 1:* FLAGS
    S: a7 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(what_others_expunge_is_passed_over_and_told_later) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 NOOP
    S: a1 OK NOOP completed
    C2: b1 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK EXPUNGE completed
    C: a2 FETCH 1:2 BODY.PEEK[HEADER.FIELDS (SUBJECT)]
    S: * 2 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {14}
    S: Subject: 2
    S: 
    S: )
    S: a2 NO [EXPUNGEISSUED] ...
    C: a3 FETCH 1 UID
    S: * 1 FETCH (UID 1)
    S: a3 OK FETCH completed
    C: a4 NOOP
    S: * 1 EXPUNGE
    S: a4 OK NOOP completed
    C: a5 FETCH 1 UID
    S: * 1 FETCH (UID 2)
    S: a5 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(new_keywords_are_listed_before_a_fetch_uses_them) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 NOOP
    S: a1 OK NOOP completed
    C2: b1 STORE 1 +FLAGS.SILENT ($Forwarded)
    S2: * FLAGS (... $Forwarded)
    S2: * OK [PERMANENTFLAGS (... $Forwarded \*)] ...
    S2: b1 OK STORE completed
    C: a2 FETCH 1 RFC822.TEXT
    S: * FLAGS (... $Forwarded)
    S: * OK [PERMANENTFLAGS ...] ...
    S: * 1 FETCH (FLAGS (\Seen \Recent $Forwarded) RFC822.TEXT {7}
    S: hello
    S: )
    S: a2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(octets_come_back_byte_for_byte) {
  MailServer server;
  std::string odd("Subject: odd\n\n\0\r\xff\xc3\x28 \n\r lone\r)", 29);
  odd += storage_test::sample_octets(200'000);
  server.deliver(odd);
  const auto client = server.client(Begin::in_inbox);
  client->send("a1 UID FETCH 1 (RFC822.SIZE BODY.PEEK[])\r\n");
  const auto expected = "* 1 FETCH (UID 1 RFC822.SIZE " + std::to_string(odd.size()) + " BODY[] " +
                        literal_of(odd) + ")\r\na1 OK FETCH completed\r\n";
  BOOST_TEST((client->octets(expected.size()) == expected));

  std::string chunks;
  for (std::size_t offset = 0; offset < odd.size(); offset += 70'000) {
    const auto part = odd.substr(offset, 70'000);
    client->send("a2 FETCH 1 BODY.PEEK[]<" + std::to_string(offset) + ".70000>\r\n");
    const auto answer = "* 1 FETCH (BODY[]<" + std::to_string(offset) + "> " + literal_of(part) +
                        ")\r\na2 OK FETCH completed\r\n";
    BOOST_TEST((client->octets(answer.size()) == answer));
  }
}

BOOST_AUTO_TEST_CASE(messages_too_big_to_hold_are_streamed) {
  MailServer server;
  const auto big = "Subject: big\r\n\r\n" + storage_test::sample_octets(imap::held_limit * 2 + 5);
  server.deliver(big);
  server.deliver(hello);
  const auto client = server.client(Begin::in_inbox);
  client->send("a1 FETCH 1:2 (BODY.PEEK[] UID)\r\n");
  const auto expected = "* 1 FETCH (BODY[] " + literal_of(big) + " UID 1)\r\n* 2 FETCH (BODY[] " +
                        literal_of(hello) + " UID 2)\r\na1 OK FETCH completed\r\n";
  BOOST_TEST((client->octets(expected.size()) == expected));
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_in_the_middle_of_an_answer_harms_nobody) {
  MailServer server;
  const auto octets = "Subject: big\r\n\r\n" + storage_test::sample_octets(1'000'000);
  for (int n = 0; n < 12; ++n) server.deliver(octets);
  {
    const auto client = server.client(Begin::in_inbox);
    client->send("a1 FETCH 1:* BODY.PEEK[]\r\n");
    BOOST_TEST(client->octets(9) == "* 1 FETCH");
  }
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 12 UID
    S: * 12 FETCH (UID 12)
    S: a1 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
