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

namespace {

using imap::Content;
using imap::DecodingPlace;
using imap::measured;

// A part of so many octets, in lines of base64, and how much of it was read.
struct Coded {
  explicit Coded(std::size_t size) {
    for (std::size_t n = 0; n < size; ++n) decoded += static_cast<char>('a' + n * n % 26);
    stored = imap::mime::encode_base64_lines(decoded);
  }
  Content page(std::uint64_t offset, std::uint64_t length) const {
    return {{0, stored.size()}, imap::mime::Encoding::base64, offset, length};
  }
  imap::ReadOctets reads() {
    return [this](imap::mime::Range range) {
      read += range.length;
      return stored.substr(range.offset, range.length);
    };
  }

  std::string decoded, stored;
  std::uint64_t read = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(page_after_page_a_part_is_decoded_once) {
  Coded part(3'000'000);
  DecodingPlace place;
  constexpr std::uint64_t size = 50'000;
  std::string all;
  for (std::uint64_t offset = 0; offset <= part.decoded.size(); offset += size)
    all += measured(part.reads(), part.page(offset, size), MessageId(1), place).held;
  BOOST_TEST((all == part.decoded));
  BOOST_TEST(part.read == part.stored.size());
}

BOOST_AUTO_TEST_CASE(wherever_a_client_goes_it_gets_what_is_there) {
  Coded part(300'000);
  const Coded other(200'000);
  DecodingPlace place;
  std::uint64_t offset = 1;
  for (int n = 0; n < 200; ++n) {
    offset = offset * 48'271 % 310'000;
    const auto length = offset % 9'000 + 1;
    const auto got = measured(part.reads(), part.page(offset, length), MessageId(1), place).held;
    BOOST_REQUIRE(
        (got == part.decoded.substr(std::min<std::size_t>(offset, part.decoded.size()), length)));
  }
  measured(part.reads(), part.page(0, 10), MessageId(1), place);
  const auto read = [&](imap::mime::Range range) {
    return other.stored.substr(range.offset, range.length);
  };
  BOOST_TEST((measured(read, other.page(10, 10), MessageId(2), place).held ==
              other.decoded.substr(10, 10)));
}

BOOST_AUTO_TEST_CASE(pages_over_the_wire_and_back_again) {
  MailServer server;
  server.deliver(picture);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 BINARY.PEEK[2]<1.2>
    S: * 1 FETCH (BINARY[2]<1> {2}
    S: PN)
    S: a1 OK FETCH completed
    C: a2 FETCH 1 BINARY.PEEK[2]<3.1>
    S: * 1 FETCH (BINARY[2]<3> {1}
    S: G)
    S: a2 OK FETCH completed
    C: a3 FETCH 1 (BINARY.PEEK[2]<2.2> BINARY.PEEK[2]<99.1>)
    S: * 1 FETCH (BINARY[2]<2> {2}
    S: NG BINARY[2]<99> "")
    S: a3 OK FETCH completed
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
