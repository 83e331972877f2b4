#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "imap/mime/scanner.h"
#include "imap/mime/words.h"
#include "tests/support/smtp_server.h"

using test_support::SmtpServer;
using test_support::TestClient;

BOOST_AUTO_TEST_SUITE(smtp_bounce)

namespace {

constexpr auto bob = "bob@example.org";

SmtpServer::Options submission() {
  SmtpServer::Options out;
  out.mode = server::smtp::submission_mode;
  return out;
}

std::string log_in(const std::string& name) {
  const auto message = std::string(1, '\0') + name + std::string(1, '\0') + "engine";
  return "AUTH PLAIN " + to_base64(bytes_of(message)) + "\r\n";
}

// MAIL and RCPT, accepted for ada and bob.
void announce(TestClient& client, const std::string& sender, const std::string& before = "") {
  client.send(before + "MAIL FROM:<" + sender +
              ">\r\nRCPT TO:<ada@example.org>\r\nRCPT TO:<bob@example.org>\r\n");
  for (int i = before.empty() ? 1 : 0; i < 4; ++i) BOOST_REQUIRE(client.line().starts_with("2"));
}

std::string send_message(TestClient& client) {
  client.send("DATA\r\n");
  BOOST_REQUIRE(client.line().starts_with("354 "));
  client.send("Subject: to both\r\nMessage-ID: <1@a>\r\nDate: now\r\n\r\nsecret\r\n.\r\n");
  return client.line();
}

constexpr auto try_again = "451 4.3.0 not delivered to all recipients, try again later";

}  // namespace

BOOST_AUTO_TEST_CASE(who_submitted_finds_a_bounce_for_the_recipient_that_failed) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  announce(*client, bob, log_in(bob));
  server.break_ada();
  BOOST_TEST(send_message(*client) == "250 2.0.0 delivered to some; a report is in your INBOX");

  const auto inbox = server.inbox(bob);
  BOOST_REQUIRE(inbox.size() == 2u);
  BOOST_TEST(inbox[1].starts_with("Return-Path: <>\r\nFrom: "));
  const auto report = imap::mime::scan(inbox[1]);
  BOOST_REQUIRE(report.entities.size() == 4u);
  BOOST_TEST(imap::mime::unfolded(report.entities[0].header.find("To")->value) == bob);
  BOOST_TEST(
      report.body(report.entities[2]) ==
      "Reporting-MTA: dns; mail.example.org\r\n"
      "Arrival-Date: Fri, 15 Jan 2027 09:00:00 +0000\r\n\r\n"
      "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 4.3.0\r\n"
      "Diagnostic-Code: smtp; 451 4.3.0 the mailbox cannot take mail now, try again later\r\n");
  BOOST_TEST(report.body(report.entities[3]).find("Subject: to both\r\n") != std::string::npos);
  BOOST_TEST(inbox[1].find("secret") == std::string::npos);
}

// RFC 3461 4.3, 5.2.6.
BOOST_AUTO_TEST_CASE(a_failure_is_reported_as_it_was_asked_for) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  client->send(
      log_in(bob) +
      "MAIL FROM:<bob@example.org> RET=FULL ENVID=a+2Bb\r\n"
      "RCPT TO:<ada@example.org> NOTIFY=FAILURE,SUCCESS ORCPT=rfc822;Countess@example.org\r\n"
      "RCPT TO:<bob@example.org> NOTIFY=SUCCESS\r\n");
  for (int i = 0; i < 4; ++i) BOOST_REQUIRE(client->line().starts_with("2"));
  server.break_ada();
  BOOST_TEST(send_message(*client).starts_with("250 "));
  const auto inbox = server.inbox(bob);
  BOOST_REQUIRE(inbox.size() == 2u);  // one report tells of both
  for (const auto* part : {"Original-Envelope-Id: a+b\r\n", "\r\n\r\nsecret\r\n",
                           "Original-Recipient: rfc822; Countess@example.org\r\n"
                           "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\n",
                           "Final-Recipient: rfc822; bob@example.org\r\nAction: delivered\r\n"})
    BOOST_TEST_CONTEXT(part) BOOST_TEST(inbox[1].find(part) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_of_which_nobody_wants_to_hear_is_told_to_nobody) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  client->send(log_in(bob) +
               "MAIL FROM:<bob@example.org>\r\n"
               "RCPT TO:<ada@example.org> NOTIFY=NEVER\r\nRCPT TO:<bob@example.org>\r\n");
  for (int i = 0; i < 4; ++i) BOOST_REQUIRE(client->line().starts_with("2"));
  server.break_ada();
  BOOST_TEST(send_message(*client).starts_with("250 "));
  BOOST_TEST(server.inbox(bob).size() == 1u);
}

BOOST_AUTO_TEST_CASE(where_nobody_has_it_the_reply_alone_says_so) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  client->send(log_in(bob) + "MAIL FROM:<bob@example.org>\r\nRCPT TO:<ada@example.org>\r\n");
  for (int i = 0; i < 3; ++i) client->line();
  server.break_ada();
  BOOST_TEST(send_message(*client) ==
             "451 4.3.0 the mailbox cannot take mail now, try again later");
  BOOST_TEST(server.inbox(bob).empty());
}

BOOST_AUTO_TEST_CASE(an_empty_return_path_gets_no_bounce) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  announce(*client, "", log_in(bob));
  server.break_ada();
  BOOST_TEST(send_message(*client) == try_again);
  BOOST_TEST(server.inbox(bob).size() == 1u);
}

BOOST_AUTO_TEST_CASE(where_the_bounce_finds_no_room_the_client_tries_again) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  announce(*client, "ada@example.org", log_in("ada@example.org"));
  server.break_ada();
  BOOST_TEST(send_message(*client) == try_again);
  server.mend_ada();
  announce(*client, "ada@example.org");
  BOOST_TEST(send_message(*client) == "250 2.1.5 delivered");
  BOOST_TEST(server.inbox(bob).size() == 1u);
  BOOST_TEST(server.inbox().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_retry_of_another_server_doubles_nothing) {
  SmtpServer server;
  const auto client = server.greeted();
  announce(*client, "x@a.example");
  server.break_ada();
  BOOST_TEST(send_message(*client) == try_again);
  for (int i = 0; i < 2; ++i) {
    server.mend_ada();
    announce(*client, "x@a.example");
    server.break_ada();
    BOOST_TEST(send_message(*client) == try_again);
  }
  server.mend_ada();
  announce(*client, "x@a.example");
  BOOST_TEST(send_message(*client) == "250 2.1.5 delivered");
  BOOST_TEST(server.inbox().size() == 1u);
  BOOST_TEST(server.inbox(bob).size() == 1u);

  announce(*client, "x@a.example");
  BOOST_TEST(send_message(*client) == "250 2.1.5 delivered");
  BOOST_TEST(server.inbox(bob).size() == 2u, "the same once more, sent on purpose");
}

BOOST_AUTO_TEST_CASE(each_recipient_of_lmtp_has_its_own_reply) {
  SmtpServer::Options options;
  options.mode = server::smtp::lmtp_mode;
  SmtpServer server(options);
  const auto client = server.greeted("LHLO a.example");
  announce(*client, "x@a.example");
  server.break_ada();
  BOOST_TEST(send_message(*client) ==
             "451 4.3.0 the mailbox cannot take mail now, try again later");
  BOOST_TEST(client->line() == "250 2.1.5 delivered");
  BOOST_TEST(server.inbox(bob).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
