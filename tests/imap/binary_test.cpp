// BINARY: what parts decode to, and messages with NUL (RFC 3516; RFC 9051 6.4.5 and 7.5.2).

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "imap/fetch_content.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(binary)

namespace {

using namespace std::string_literals;
using test_support::Begin;
using test_support::MailServer;

const std::string picture =
    "Subject: picture\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n"
    "\r\n"
    "--b\r\n"
    "\r\n"
    "see below\r\n"
    "--b\r\n"
    "Content-Type: image/png\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "iVBORw0KGgo=\r\n"
    "--b--\r\n";

const std::string uuencoded =
    "Content-Transfer-Encoding: x-uuencode\r\n"
    "\r\n"
    "begin 644 x\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(parts_come_decoded_and_are_seen_then) {
  MailServer server;
  server.deliver(picture);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2] BINARY.PEEK[2]<1.3>)
    S: * 1 FETCH (BINARY.SIZE[1] 9 BINARY.SIZE[2] 8 BINARY[2]<1> {3}
    S: PNG)
    S: a1 OK FETCH completed
    C: a2 FETCH 1 BINARY[1]
    S: * 1 FETCH (FLAGS (\Seen \Recent) BINARY[1] {9}
    S: see below)
    S: a2 OK FETCH completed
    C: a3 UID FETCH 1 (BINARY[9] BINARY.SIZE[9])
    S: * 1 FETCH (UID 1 BINARY[9] NIL BINARY.SIZE[9] 0)
    S: a3 OK FETCH completed
    C: a4 FETCH 1 BINARY[TEXT]
    S: a4 BAD ...
  )");
}

// RFC 3516 4.3.
BOOST_AUTO_TEST_CASE(an_unknown_encoding_fails_for_its_message_alone) {
  MailServer server;
  server.deliver(uuencoded);
  server.deliver(picture);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1:2 BINARY[1]
    S: * 2 FETCH (FLAGS (\Seen \Recent) BINARY[1] {9}
    S: see below)
    S: * 1 FETCH (FLAGS (\Recent))
    S: a1 NO [UNKNOWN-CTE] ...: UID 1
    C: a2 FETCH 1 (FLAGS BINARY.SIZE[])
    S: * 1 FETCH (FLAGS (\Recent) BINARY.SIZE[] 54)
    S: a2 OK FETCH completed
  )");
}

// RFC 3516 4.4: what is appended stays as it is, NUL and all.
BOOST_AUTO_TEST_CASE(literal8_brings_nul_in_and_out) {
  MailServer server;
  const auto letter = "Content-Transfer-Encoding: binary\r\n\r\n\0\r\n\0"s;
  server.plays(Begin::in_inbox, "C: a1 APPEND INBOX ~{" + std::to_string(letter.size()) + "}\n" +
                                    R"(
    S: + ...
    C: Content-Transfer-Encoding: binary
    C: )" + "\n    C: \0\n    C: \0"s +
                                    R"( (\Seen) ~{5+}
    C: a:b
    C: 
    S: * 2 EXISTS
    S: * 2 RECENT
    S: a1 OK [APPENDUID ... 1:2] APPEND completed
    C: a2 FETCH 1 (BINARY[1] BINARY.SIZE[1])
    S: * 1 FETCH (FLAGS (\Seen \Recent) BINARY[1] ~{4}
)" + "    S: \0\n    S: \0"s + R"( BINARY.SIZE[1] 4)
    S: a2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(big_parts_are_streamed) {
  MailServer server;
  std::string octets;
  while (octets.size() <= imap::held_limit + 10) octets += "octet " + std::to_string(octets.size());
  server.deliver("Content-Transfer-Encoding: base64\r\n\r\n" + to_base64(bytes_of(octets)));
  const auto client = server.client(Begin::in_inbox);
  client->send("a1 FETCH 1 (BINARY.PEEK[1]<5.9999999> UID)\r\n");
  const auto size = octets.size() - 5;
  BOOST_TEST(client->line() == "* 1 FETCH (BINARY[1]<5> {" + std::to_string(size) + "}");
  BOOST_TEST((client->octets(size) == octets.substr(5)));
  BOOST_TEST(client->line() == " UID 1)");
  BOOST_TEST(client->line() == "a1 OK FETCH completed");
}

BOOST_AUTO_TEST_SUITE_END()
