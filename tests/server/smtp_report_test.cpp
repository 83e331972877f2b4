// Delivery status notifications (RFC 3461) of what is delivered here. Those of failures:
// smtp_bounce.

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "imap/mime/scanner.h"
#include "tests/support/smtp_server.h"

using test_support::SmtpServer;
using test_support::TestClient;

BOOST_AUTO_TEST_SUITE(smtp_report)

namespace {

constexpr auto bob = "bob@example.org";

SmtpServer::Options with_way_out(const server::smtp::Mode& mode) {
  SmtpServer::Options out;
  out.mode = mode;
  out.way_out = true;
  return out;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::string log_in(const std::string& name) {
  const auto message = std::string(1, '\0') + name + std::string(1, '\0') + "engine";
  return "AUTH PLAIN " + to_base64(bytes_of(message));
}

std::string send_message(TestClient& client, const std::vector<std::string>& commands) {
  for (const auto& command : commands) {
    client.send(command + "\r\n");
    BOOST_REQUIRE(client.line().starts_with("2"));
  }
  client.send("DATA\r\n");
  BOOST_REQUIRE(client.line().starts_with("354 "));
  client.send("Subject: news\r\nMessage-ID: <1@a>\r\nDate: now\r\n\r\nbody\r\n.\r\n");
  return client.line();
}

// The delivery-status part.
std::string status_of(const std::string& report) {
  const auto scanned = imap::mime::scan(report);
  return std::string(scanned.body(scanned.entities.at(2)));
}

}  // namespace

// RFC 3461 10.1 and 10.6, with our hosts.
BOOST_AUTO_TEST_CASE(who_submits_hears_of_a_delivery_that_he_asked_about) {
  SmtpServer::Options options;
  options.mode = server::smtp::submission_mode;
  SmtpServer server(options);
  server.plays(R"(
    S: 220 ...
    C: EHLO Example.ORG
    S: ...
    S: 250-DSN
    S: ...
    S: 250 AUTH ...
    C: )" + log_in(bob) +
               R"(
    S: 235 ...
    C: MAIL FROM:<bob@example.org> RET=HDRS ENVID=QQ314159
    S: 250 2.1.0 sender ok
    C: RCPT TO:<ada@example.org> NOTIFY=SUCCESS ORCPT=rfc822;Ada@Example.ORG
    S: 250 2.1.5 recipient ok
    C: RCPT TO:<countess@example.org> NOTIFY=FAILURE ORCPT=rfc822;countess@example.org
    S: 250 2.1.5 recipient ok
    C: RCPT TO:<bob@example.org> NOTIFY=NEVER
    S: 250 2.1.5 recipient ok
    C: DATA
    S: 354 ...
    C: Subject: news
    C:
    C: body
    C: .
    S: 250 2.1.5 delivered
  )");
  const auto inbox = server.inbox(bob);
  BOOST_REQUIRE(inbox.size() == 2u);
  BOOST_TEST(inbox[1].starts_with("Return-Path: <>\r\nFrom: "));
  BOOST_TEST(status_of(inbox[1]) ==
             "Original-Envelope-Id: QQ314159\r\nReporting-MTA: dns; mail.example.org\r\n"
             "Arrival-Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n\r\n"
             "Original-Recipient: rfc822; Ada@Example.ORG\r\n"
             "Final-Recipient: rfc822; ada@example.org\r\nAction: delivered\r\nStatus: 2.1.5\r\n");
}

BOOST_AUTO_TEST_CASE(a_sender_elsewhere_is_told_by_the_way_out) {
  SmtpServer server(with_way_out(server::smtp::smtp_mode));
  const auto client = server.greeted();
  BOOST_TEST(
      send_message(*client, {"MAIL FROM:<x@a.example>", "RCPT TO:<ada@example.org> NOTIFY=SUCCESS",
                             "RCPT TO:<bob@example.org>"}) == "250 2.1.5 delivered");
  const auto sent = server.sent_out();
  BOOST_REQUIRE(sent.size() == 1u);
  BOOST_TEST(sent[0].recipient.text() == "x@a.example");
  BOOST_TEST(sent[0].octets.starts_with("From: "));
  BOOST_TEST(!contains(status_of(sent[0].octets), bob));
}

BOOST_AUTO_TEST_CASE(lmtp_reports_successes_and_leaves_failures_to_its_client) {
  SmtpServer server(with_way_out(server::smtp::lmtp_mode));
  const auto client = server.greeted("LHLO a.example");
  client->send(
      "MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org> NOTIFY=SUCCESS,FAILURE\r\n"
      "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,FAILURE\r\n");
  for (int i = 0; i < 3; ++i) BOOST_REQUIRE(client->line().starts_with("250 "));
  server.break_ada();
  BOOST_TEST(send_message(*client, {}).starts_with("451 "));
  BOOST_TEST(client->line() == "250 2.1.5 delivered");
  const auto sent = server.sent_out();
  BOOST_REQUIRE(sent.size() == 1u);
  BOOST_TEST(contains(sent[0].octets, "Final-Recipient: rfc822; bob@example.org\r\n"));
  BOOST_TEST(!contains(sent[0].octets, "ada@example.org"));
}

BOOST_AUTO_TEST_CASE(a_retry_tells_nobody_twice) {
  SmtpServer server(with_way_out(server::smtp::smtp_mode));
  const auto client = server.greeted();
  const std::vector<std::string> commands = {"MAIL FROM:<x@a.example>",
                                             "RCPT TO:<ada@example.org> NOTIFY=SUCCESS",
                                             "RCPT TO:<bob@example.org> NOTIFY=SUCCESS"};
  const auto announce = [&] {
    for (const auto& command : commands) {
      client->send(command + "\r\n");
      BOOST_REQUIRE(client->line().starts_with("250 "));
    }
  };
  announce();
  server.break_ada();
  BOOST_TEST(send_message(*client, {}).starts_with("451 "));
  BOOST_TEST(server.sent_out().size() == 1u);
  server.mend_ada();
  announce();
  BOOST_TEST(send_message(*client, {}).starts_with("250 "));
  const auto sent = server.sent_out();
  BOOST_REQUIRE(sent.size() == 2u);
  BOOST_TEST(!contains(status_of(sent[1].octets), bob));
  BOOST_TEST(server.inbox(bob).size() == 1u);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_without_a_sender_and_nothing_is_offered_without_a_way_out) {
  {
    SmtpServer server(with_way_out(server::smtp::smtp_mode));
    const auto client = server.greeted();
    BOOST_TEST(send_message(*client, {"MAIL FROM:<>", "RCPT TO:<ada@example.org> NOTIFY=SUCCESS"})
                   .starts_with("250 "));
    BOOST_TEST(server.sent_out().empty());
  }
  SmtpServer server;
  const auto client = server.client();
  client->line();
  client->send("EHLO a.example\r\n");
  for (auto line = client->line(); line.at(3) == '-'; line = client->line())
    BOOST_TEST(line != "250-DSN");
  BOOST_TEST(
      send_message(*client, {"MAIL FROM:<x@a.example>", "RCPT TO:<ada@example.org> NOTIFY=SUCCESS"})
          .starts_with("250 "));
}

// RFC 6533.
BOOST_AUTO_TEST_CASE(a_sender_outside_ascii_gets_a_report_in_his_own_letters) {
  SmtpServer server(with_way_out(server::smtp::smtp_mode));
  const auto client = server.greeted();
  BOOST_TEST(send_message(*client, {"MAIL FROM:<j\xc3\xb6rg@a.example> SMTPUTF8",
                                    "RCPT TO:<ada@example.org> NOTIFY=SUCCESS "
                                    "ORCPT=utf-8;\xc3\xa9ve@a.example"})
                 .starts_with("250 "));
  const auto sent = server.sent_out();
  BOOST_REQUIRE(sent.size() == 1u);
  BOOST_TEST(sent[0].utf8);
  BOOST_TEST(contains(sent[0].octets, "To: j\xc3\xb6rg@a.example\r\n"));
  BOOST_TEST(contains(sent[0].octets, "Content-Type: message/global-delivery-status\r\n"));
  BOOST_TEST(contains(sent[0].octets, "Original-Recipient: utf-8; \xc3\xa9ve@a.example\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
