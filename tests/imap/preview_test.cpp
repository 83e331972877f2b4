// PREVIEW (RFC 8970), from the sealed summary.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(preview)

namespace {
using test_support::Begin;
using test_support::MailServer;
}  // namespace

BOOST_AUTO_TEST_CASE(previews_are_text_of_the_body) {
  MailServer server;
  server.deliver("Subject: 1\r\n\r\nPreview text for\r\nmessage 1.\r\n");
  server.deliver("Subject: 2\r\n\r\n");
  server.deliver(
      "Subject: 3\r\nContent-Type: text/html\r\n\r\n<p>Preview &amp; <b>markup</b></p>\r\n");
  server.deliver(
      "Subject: 4\r\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";"
      " boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
      "--b\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP "
      "MESSAGE-----\r\n--b--\r\n");
  server.plays(Begin::in_inbox, R"(
    C: A2 FETCH 1 (RFC822.SIZE PREVIEW)
    S: * 1 FETCH (RFC822.SIZE 44 PREVIEW "Preview text for message 1.")
    S: A2 OK FETCH completed
    C: B1 FETCH 1:4 (PREVIEW (LAZY) FLAGS)
    S: * 1 FETCH (PREVIEW "Preview text for message 1." FLAGS (\Recent))
    S: * 2 FETCH (PREVIEW "" FLAGS (\Recent))
    S: * 3 FETCH (PREVIEW "Preview & markup" FLAGS (\Recent))
    S: * 4 FETCH (PREVIEW "" FLAGS (\Recent))
    S: B1 OK FETCH completed
    C: C2 SEARCH RETURN (SAVE) SUBJECT "3"
    C: C3 FETCH $ (UID PREVIEW (LAZY))
    S: C2 OK SEARCH completed
    S: * 3 FETCH (UID 3 PREVIEW "Preview & markup")
    S: C3 OK FETCH completed
    C: C4 UID FETCH 3 preview (lazy)
    S: * 3 FETCH (UID 3 PREVIEW "Preview & markup")
    S: C4 OK FETCH completed
    C: C5 FETCH 3 PREVIEW (CHANGEDSINCE 1)
    S: ...
    S: * 3 FETCH (MODSEQ (4) PREVIEW "Preview & markup")
    S: C5 OK FETCH completed
    C: C6 FETCH 3 PREVIEW (LAZY) (CHANGEDSINCE 900)
    S: C6 OK FETCH completed
    C: C7 FETCH 3 (PREVIEW (FAST))
    S: C7 BAD ...
    C: C8 FETCH 3 (PREVIEW (LAZY LAZY))
    S: C8 BAD ...
    C: C9 FETCH 3 (PREVIEW ())
    S: C9 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(a_preview_is_never_longer_than_256_characters) {
  MailServer server;
  std::string body;
  for (int i = 0; i < 200; ++i) body += "gr\xc3\xbc\xc3\x9f ";
  server.deliver("Content-Type: text/plain; charset=utf-8\r\n\r\n" + body);
  auto client = server.client(Begin::in_inbox);
  client->send("a1 FETCH 1 PREVIEW\r\n");
  const auto line = client->line();
  BOOST_TEST(line.starts_with("* 1 FETCH (PREVIEW {"));
  const auto size = std::stoul(line.substr(line.find('{') + 1));
  const auto octets = client->octets(size);
  const auto characters =
      std::count_if(octets.begin(), octets.end(), [](char c) { return (c & 0xc0) != 0x80; });
  BOOST_TEST(characters <= 200);
  BOOST_TEST(octets.starts_with("gr\xc3\xbc\xc3\x9f gr"));
}

BOOST_AUTO_TEST_SUITE_END()
