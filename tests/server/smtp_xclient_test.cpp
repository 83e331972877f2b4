// XCLIENT, as Postfix's XCLIENT_README has it.

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "base/error.h"
#include "server/networks.h"
#include "server/smtp/xclient.h"
#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(smtp_xclient)

using test_support::SmtpServer;
using test_support::TestClient;

namespace {

SmtpServer::Options trusting(const server::smtp::Mode& mode = server::smtp::smtp_mode) {
  SmtpServer::Options out;
  out.mode = mode;
  out.front_ends = {"127.0.0.0/8"};
  return out;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::string said(TestClient& client, const std::string& line) {
  client.send(line + "\r\n");
  return client.line();
}

std::string refusal(std::string_view argument) {
  try {
    server::smtp::parse_xclient(argument, server::smtp::smtp_mode, {});
    return "";
  } catch (const server::smtp::BadCommand& error) {
    return std::to_string(error.answer().code);
  }
}

}  // namespace

// The example of XCLIENT_README, with our hosts.
BOOST_AUTO_TEST_CASE(a_front_end_names_its_client) {
  SmtpServer server(trusting());
  server.plays(R"(
    S: 220 mail.example.org ESMTP ready
    C: EHLO client.example.com
    S: ...
    S: 250-XCLIENT NAME ADDR PORT PROTO HELO DESTADDR DESTPORT
    S: 250 SMTPUTF8
    C: XCLIENT NAME=spike.porcupine.org ADDR=168.100.189.2
    S: 220 mail.example.org ESMTP ready
    C: MAIL FROM:<wietse@porcupine.org>
    S: 503 5.5.1 say EHLO first
    C: EHLO spike.porcupine.org
    S: ...
    S: 250-LIMITS ...
    S: 250 SMTPUTF8
    C: MAIL FROM:<wietse@porcupine.org>
    S: 250 2.1.0 sender ok
    C: XCLIENT ADDR=127.0.0.1
    S: 550 5.7.0 not from your address
    C: RCPT TO:<ada@example.org>
    S: 250 2.1.5 recipient ok
    C: DATA
    S: 354 ...
    C: Subject: x
    C:
    C: text
    C: .
    S: 250 2.1.5 delivered
  )");
  BOOST_TEST(contains(server.inbox().at(0),
                      "Received: from spike.porcupine.org (spike.porcupine.org "
                      "[168.100.189.2])\r\n\tby mail.example.org with ESMTP\r\n"));
}

BOOST_AUTO_TEST_CASE(what_is_said_in_several_commands_adds_up) {
  SmtpServer server(trusting());
  const auto client = server.greeted();
  BOOST_TEST(said(*client, "xclient helo=[192.0.2.7] Proto=smtp").starts_with("220 "));
  BOOST_TEST(said(*client, "XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:DB8::1 PORT=4534")
                 .starts_with("220 "));
  BOOST_TEST(said(*client, "HELO front.example").starts_with("250 "));
  client->send("MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n\r\nhi\r\n.\r\n");
  for (const auto* code : {"250 ", "250 ", "354 ", "250 "})
    BOOST_TEST(client->line().starts_with(code));
  BOOST_TEST(contains(
      server.inbox().at(0),
      "Received: from [192.0.2.7] ([IPv6:2001:db8::1])\r\n\tby mail.example.org with SMTP\r\n"));
}

BOOST_AUTO_TEST_CASE(nobody_else_is_believed) {
  SmtpServer server;
  const auto client = server.greeted();
  BOOST_TEST(said(*client, "XCLIENT ADDR=192.0.2.1") == "550 5.7.0 not from your address");
  BOOST_TEST(said(*client, "NOOP").starts_with("250 "), "still greeted");
}

BOOST_AUTO_TEST_CASE(not_within_a_transaction_and_not_malformed) {
  SmtpServer server(trusting());
  const auto client = server.greeted();
  BOOST_TEST(said(*client, "XCLIENT LOGIN=ada@example.org").starts_with("501 "),
             "nobody logs in here");
  BOOST_TEST(said(*client, "MAIL FROM:<>").starts_with("250 "));
  BOOST_TEST(said(*client, "XCLIENT ADDR=192.0.2.1") == "503 5.5.1 not within a mail transaction");
  for (const auto* argument :
       {"", "ADDR", "ADDR=", "ADDR=x", "ADDR=2001:db8::1", "ADDR=IPV6:192.0.2.1", "PROTO=LMTP",
        "PORT=65536", "NAME=a+0D+0Ab", "NAME=a+zz", "HELO=a+20b", "REVERSE_NAME=a", "NAME=a(b"})
    BOOST_TEST_CONTEXT(argument) BOOST_TEST(refusal(argument) == "501");
  BOOST_TEST(refusal("DESTADDR=192.0.2.9 DESTPORT=25 PROTO=ESMTP ADDR=[TEMPUNAVAIL]") == "");
}

BOOST_AUTO_TEST_CASE(a_front_end_may_have_authenticated_its_client) {
  SmtpServer server(trusting(server::smtp::submission_mode));
  const auto client = server.greeted();
  for (const auto* name : {"nobody@example.org", "countess@example.org", "x@elsewhere.example"})
    BOOST_TEST(said(*client, "XCLIENT LOGIN=" + std::string(name)) ==
               "550 5.7.1 no account that could log in");
  BOOST_TEST(said(*client, "MAIL FROM:<ada@example.org>").starts_with("530 "));
  BOOST_TEST(said(*client, "XCLIENT ADDR=192.0.2.1 LOGIN=Ada@example.org").starts_with("220 "));
  BOOST_TEST(said(*client, "HELO a.example").starts_with("250 "));
  BOOST_TEST(said(*client, "MAIL FROM:<bob@example.org>").starts_with("550 5.7.1 "));
  BOOST_TEST(said(*client, "MAIL FROM:<ada@example.org>").starts_with("250 "));
}

BOOST_AUTO_TEST_CASE(who_was_logged_in_is_so_no_longer) {
  auto options = trusting(server::smtp::submission_mode);
  options.connections_per_user = 1;
  SmtpServer server(options);
  const auto plain =
      "AUTH PLAIN " + to_base64(bytes_of(std::string("\0ada@example.org\0engine", 23)));
  const auto client = server.greeted();
  BOOST_TEST(said(*client, plain).starts_with("235 "));
  BOOST_TEST(said(*client, "XCLIENT HELO=other.example").starts_with("220 "));
  BOOST_TEST(said(*client, "HELO a.example").starts_with("250 "));
  BOOST_TEST(said(*client, "MAIL FROM:<ada@example.org>").starts_with("530 "));
  const auto other = server.greeted();
  BOOST_TEST(said(*other, plain).starts_with("235 "), "its place is free again");
}

BOOST_AUTO_TEST_CASE(networks_hold_what_they_say) {
  const server::Networks networks({"192.0.2.1", "198.51.100.0/24", "2001:db8::/32", "unix"});
  for (const auto* peer : {"192.0.2.1", "198.51.100.255", "2001:db8:1::2", "unix"})
    BOOST_TEST_CONTEXT(peer) BOOST_TEST(networks.contains(peer));
  for (const auto* peer : {"192.0.2.2", "198.51.101.1", "2001:db9::1", "", "x", "::1"})
    BOOST_TEST_CONTEXT(peer) BOOST_TEST(!networks.contains(peer));
  BOOST_TEST(!server::Networks().contains("unix"));
  for (const auto* word : {"mail.example", "192.0.2.0/33", "2001:db8::/129", "192.0.2.1:25", ""})
    BOOST_TEST_CONTEXT(word) BOOST_CHECK_THROW(server::Networks({word}), Error);
}

BOOST_AUTO_TEST_SUITE_END()
