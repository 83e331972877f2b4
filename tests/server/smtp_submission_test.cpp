#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "crypto/password.h"
#include "tests/support/scram_client.h"
#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(smtp_submission)

using test_support::SmtpServer;

namespace {

SmtpServer::Options submission() {
  SmtpServer::Options out;
  out.mode = server::smtp::submission_mode;
  return out;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::string plain(std::string_view name, std::string_view password) {
  const auto message = std::string(1, '\0').append(name).append(1, '\0').append(password);
  return to_base64(bytes_of(message));
}

const std::string ada = plain("ada@example.org", "engine");

}  // namespace

BOOST_AUTO_TEST_CASE(login_comes_before_mail) {
  SmtpServer server(submission());
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C: MAIL FROM:<ada@example.org>
    S: 530 5.7.0 authentication required
    C: RCPT TO:<ada@example.org>
    S: 530 5.7.0 authentication required
    C: AUTH PLAIN )" +
               ada + R"(
    S: 235 2.7.0 authenticated
    C: AUTH PLAIN )" +
               ada + R"(
    S: 503 5.5.1 already authenticated
    C: MAIL FROM:<ada@example.org>
    S: 250 ...
  )");
}

BOOST_AUTO_TEST_CASE(all_ways_to_authenticate) {
  SmtpServer server(submission());
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C: AUTH PLAIN
    S: 334...
    C: )" + ada +
               R"(
    S: 235 2.7.0 authenticated
    S2: 220 ...
    C2: EHLO a.example
    S2: ...
    S2: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C2: AUTH LOGIN
    S2: 334 VXNlcm5hbWU6
    C2: YWRhQGV4YW1wbGUub3Jn
    S2: 334 UGFzc3dvcmQ6
    C2: ZW5naW5l
    S2: 235 2.7.0 authenticated
    S3: 220 ...
    C3: EHLO a.example
    S3: ...
    S3: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C3: auth login YWRhQGV4YW1wbGUub3Jn
    S3: 334 UGFzc3dvcmQ6
    C3: ZW5naW5l
    S3: 235 2.7.0 authenticated
  )");
}

BOOST_AUTO_TEST_CASE(all_ways_to_fail_to_authenticate) {
  SmtpServer server(submission());
  server.plays(R"(
    S: 220 ...
    C: AUTH PLAIN )" +
               ada + R"(
    S: 503 5.5.1 say EHLO first
    C: EHLO a.example
    S: ...
    S: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C: AUTH CRAM-MD5
    S: 504 5.5.4 the mechanisms here are PLAIN LOGIN SCRAM-SHA-256
    C: AUTH PLAIN
    S: 334...
    C: *
    S: 501 5.7.0 cancelled
    C: AUTH PLAIN ???
    S: 501 5.5.2 not base64
    C: AUTH PLAIN =
    S: 501 5.5.2 a PLAIN message has two NULs
    C: AUTH PLAIN Ym9iAGFkYUBleGFtcGxlLm9yZwBlbmdpbmU=
    S: 535 5.7.8 nobody acts for somebody else here
    C: AUTH PLAIN )" +
               plain("ada@example.org", "wrong") + R"(
    S: 535 5.7.8 wrong name or password
    C: AUTH PLAIN )" +
               plain("nobody@example.org", "engine") + R"(
    S: 535 5.7.8 wrong name or password
    C: AUTH PLAIN )" +
               plain("ada@example.org", "") + R"(
    S: 535 5.7.8 wrong name or password
    C: AUTH PLAIN )" +
               plain("ada@example.org", "Engine") + R"(
    S: 421 4.7.0 too many failed logins
  )");
}

BOOST_AUTO_TEST_CASE(scram_over_smtp) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  client->send("AUTH PLAIN " + ada + "\r\n");  // an account from before SCRAM gets it by this
  BOOST_TEST(client->line() == "235 2.7.0 authenticated");
  const auto again = server.greeted();
  test_support::ScramClient user{
      .name = "ada@example.org", .password = "engine", .binding = {}, .expected = {}};
  again->send("AUTH SCRAM-SHA-256 " + to_base64(bytes_of(user.first())) + "\r\n");
  const auto first = from_base64(again->line().substr(4));
  again->send(to_base64(bytes_of(user.final(first))) + "\r\n");
  BOOST_TEST(again->line() == "334 " + to_base64(bytes_of(user.expected)));
  again->send("\r\n");
  BOOST_TEST(again->line() == "235 2.7.0 authenticated");
  const auto third = server.greeted();
  third->send("AUTH SCRAM-SHA-256 " + to_base64(bytes_of(user.first())) + "\r\n");
  third->line();
  third->send(to_base64(bytes_of(user.final(first))) + "\r\n");  // of the other dialogue
  BOOST_TEST(third->line() == "535 5.7.8 wrong name or password");
}

BOOST_AUTO_TEST_CASE(a_new_password_ends_the_session) {
  SmtpServer server(submission());
  const auto client = server.greeted();
  client->send("AUTH PLAIN " + ada + "\r\n");
  BOOST_TEST(client->line() == "235 2.7.0 authenticated");
  server.change("bob@example.org", [](auto& account) { account.enabled = false; });
  client->send("NOOP\r\n");
  BOOST_TEST(client->line().starts_with("250 "));
  server.change("ada@example.org",
                [](auto& account) { account.password = crypto::hash_password("difference"); });
  BOOST_TEST(client->line().starts_with("421 4.7.0 what you have logged in with"));
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_CASE(one_sends_under_an_own_address_only) {
  SmtpServer server(submission());
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C: AUTH PLAIN )" +
               ada + R"(
    S: 235 ...
    C: MAIL FROM:<bob@example.org>
    S: 550 5.7.1 not an address of your account
    C: MAIL FROM:<ada@elsewhere.example>
    S: 550 5.7.1 not an address of your account
    C: MAIL FROM:<Countess@example.org>
    S: 250 ...
    C: RSET
    S: 250 ...
    C: MAIL FROM:<ada+work@example.org>
    S: 250 ...
    C: RCPT TO:<x@elsewhere.example>
    S: 550 5.7.1 this server sends no mail to other servers
    C: RCPT TO:<bob@example.org>
    S: 250 ...
  )");
}

BOOST_AUTO_TEST_CASE(what_a_client_left_out_is_added) {
  SmtpServer server(submission());
  server.plays(R"(
    S: 220 ...
    C: EHLO [127.0.0.1]
    S: ...
    S: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C: AUTH PLAIN )" +
               ada + R"(
    S: 235 ...
    C: MAIL FROM:<ada@example.org>
    S: 250 ...
    C: RCPT TO:<bob@example.org>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: Return-Path: <forged@example.net>
    C: Subject: no date
    C:
    C: text
    C: .
    S: 250 2.1.5 delivered
    C: MAIL FROM:<ada@example.org>
    S: 250 ...
    C: RCPT TO:<bob@example.org>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: date: Fri, 21 Nov 1997 09:55:06 -0600
    C: message-id: <mine@a.example>
    C:
    C: text
    C: .
    S: 250 2.1.5 delivered
  )");
  const auto inbox = server.inbox("bob@example.org");
  BOOST_REQUIRE(inbox.size() == 2u);
  BOOST_TEST(contains(inbox[0], "with ESMTPA\r\n"));
  BOOST_TEST(contains(inbox[0], "\r\nMessage-ID: <"));
  BOOST_TEST(contains(inbox[0], "@mail.example.org>\r\nDate: Fri, 15 Jan 2027 08:00:00 +0000\r\n"));
  BOOST_TEST(!contains(inbox[0], "forged"));
  BOOST_TEST(inbox[0].ends_with("Subject: no date\r\n\r\ntext\r\n"));
  BOOST_TEST(!contains(inbox[1], "Message-ID:"));
  BOOST_TEST(!contains(inbox[1], "Date:"));
}

BOOST_AUTO_TEST_CASE(no_password_travels_in_the_clear) {
  auto options = submission();
  options.cleartext = imap::CleartextLogin::refused;
  options.tls = true;
  SmtpServer server(options);
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 STARTTLS
    C: AUTH PLAIN )" +
               ada + R"(
    S: 538 5.7.11 use STARTTLS first
    C: MAIL FROM:<ada@example.org>
    S: 530 5.7.0 use STARTTLS first
  )");
}

BOOST_AUTO_TEST_CASE(starttls_begins_anew) {
  auto options = submission();
  options.cleartext = imap::CleartextLogin::refused;
  options.tls = true;
  SmtpServer server(options);
  const auto client = server.greeted();
  client->send("STARTTLS\r\n");
  BOOST_TEST(client->line() == "220 2.0.0 begin TLS");
  client->start_tls();
  client->send("MAIL FROM:<ada@example.org>\r\n");
  BOOST_TEST(client->line() == "503 5.5.1 say EHLO first");
  client->send("EHLO a.example\r\n");
  auto line = client->line();
  for (; line.starts_with("250-"); line = client->line()) BOOST_TEST(line != "250-STARTTLS");
  BOOST_TEST(line == "250 AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS");
  client->send("STARTTLS\r\nAUTH PLAIN " + ada +
               "\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\n");
  BOOST_TEST(client->line() == "503 5.5.1 TLS is already on");
  for (const auto* code : {"235 ", "250 ", "250 "}) BOOST_TEST(client->line().starts_with(code));
  client->send("DATA\r\n");
  client->line();
  client->send("\r\nsealed\r\n.\r\n");
  BOOST_TEST(client->line() == "250 2.1.5 delivered");
  BOOST_TEST(contains(server.inbox("bob@example.org").at(0), "with ESMTPSA (TLSv1.3 "));
}

// CVE-2011-0411.
BOOST_AUTO_TEST_CASE(commands_ahead_of_the_handshake_end_the_connection) {
  auto options = submission();
  options.tls = true;
  SmtpServer server(options);
  const auto client = server.greeted();
  client->send("STARTTLS\r\nMAIL FROM:<ada@example.org>\r\n");
  BOOST_TEST(client->line() == "421 4.7.0 commands came ahead of the TLS handshake");
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_CASE(a_handshake_that_fails_ends_the_connection_without_a_word) {
  auto options = submission();
  options.tls = true;
  SmtpServer server(options);
  const auto client = server.greeted();
  client->send("STARTTLS\r\n");
  client->line();
  client->send("EHLO a.example\r\n");
  while (!client->is_closed()) continue;
  const auto other = server.greeted();
}

BOOST_AUTO_TEST_CASE(one_account_does_not_take_all_places) {
  auto options = submission();
  options.connections_per_user = 1;
  SmtpServer server(options);
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C: AUTH PLAIN )" +
               ada + R"(
    S: 235 ...
    S2: 220 ...
    C2: EHLO a.example
    S2: ...
    S2: 250 AUTH PLAIN LOGIN SCRAM-SHA-256
    C2: AUTH PLAIN )" +
               ada + R"(
    S2: 454 4.7.0 too many connections of this user
  )");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_within_tls_harms_nobody) {
  auto options = submission();
  options.tls = true;
  SmtpServer server(options);
  for (int i = 0; i < 5; ++i) {
    const auto client = server.greeted();
    client->send("STARTTLS\r\n");
    client->line();
    client->start_tls();
    client->send("EHLO a.example\r\nNOOP\r\n");
  }
  server.greeted();
}

BOOST_AUTO_TEST_SUITE_END()
