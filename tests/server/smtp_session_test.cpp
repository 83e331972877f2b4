#include <boost/test/unit_test.hpp>

#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(smtp_session)

using test_support::SmtpServer;

namespace {

SmtpServer::Options with_limits(const server::smtp::Limits& limits) {
  SmtpServer::Options out;
  out.limits = limits;
  return out;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace

// RFC 5321 appendix D.1, with our hosts.
BOOST_AUTO_TEST_CASE(a_typical_conversation) {
  SmtpServer server;
  server.plays(R"(
    S: 220 mail.example.org ESMTP ready
    C: EHLO foo.com
    S: 250-mail.example.org
    S: 250-PIPELINING
    S: 250-SIZE 67108864
    S: 250-8BITMIME
    S: 250-BINARYMIME
    S: 250-CHUNKING
    S: 250-ENHANCEDSTATUSCODES
    S: 250-LIMITS RCPTMAX=1000 MAILMAX=10000
    S: 250 SMTPUTF8
    C: MAIL FROM:<Smith@bar.com>
    S: 250 2.1.0 sender ok
    C: RCPT TO:<ada@example.org>
    S: 250 2.1.5 recipient ok
    C: RCPT TO:<Green@example.org>
    S: 550 5.1.1 no such user here
    C: RCPT TO:<bob@example.org>
    S: 250 2.1.5 recipient ok
    C: DATA
    S: 354 ...
    C: Subject: hello
    C:
    C: ..dot
    C: ...
    C: .
    S: 250 2.1.5 delivered
    C: QUIT
    S: 221 2.0.0 goodbye
  )");
  for (const auto* name : {"ada@example.org", "bob@example.org"}) {
    const auto inbox = server.inbox(name);
    BOOST_REQUIRE(inbox.size() == 1u);
    BOOST_TEST(inbox[0].ends_with("Subject: hello\r\n\r\n.dot\r\n..\r\n"));
    BOOST_TEST(
        inbox[0].starts_with("Return-Path: <Smith@bar.com>\r\nReceived: from foo.com "
                             "([127.0.0.1])\r\n\tby mail.example.org with ESMTP\r\n\tid "));
    BOOST_TEST(!contains(inbox[0], "for <"));
  }
}

BOOST_AUTO_TEST_CASE(all_of_a_message_in_one_group_of_commands) {
  SmtpServer server;
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<>
    C: RCPT TO:<ada+lists@example.org>
    C: RCPT TO:<nobody@example.org>
    C: DATA
    S: 250-...
    S: ...
    S: 250 2.1.0 sender ok
    S: 250 2.1.5 recipient ok
    S: 550 5.1.1 no such user here
    S: 354 ...
    C: one
    C: .
    C: MAIL FROM:<b@b.example>
    C: RCPT TO:<bob@example.org>
    C: QUIT
    S: 250 2.1.5 delivered
    S: 250 2.1.0 sender ok
    S: 250 2.1.5 recipient ok
    S: 221 2.0.0 goodbye
  )");
  BOOST_TEST(contains(server.inbox().at(0), "for <ada+lists@example.org>; "));
  BOOST_TEST(server.inbox("bob@example.org").empty());
}

BOOST_AUTO_TEST_CASE(what_is_out_of_order_is_refused) {
  SmtpServer server;
  server.plays(R"(
    S: 220 ...
    C: MAIL FROM:<a@a.example>
    S: 503 5.5.1 say EHLO first
    C: EHLO
    S: 501 5.5.4 give the name of your host
    C: HELO a.example
    S: 250 mail.example.org
    C: RCPT TO:<ada@example.org>
    S: 503 5.5.1 MAIL comes first
    C: DATA
    S: 503 5.5.1 MAIL and RCPT come first
    C: MAIL FROM:<a@a.example>
    S: 250 ...
    C: MAIL FROM:<a@a.example>
    S: 503 5.5.1 ...
    C: RCPT TO:<nobody@example.org>
    S: 550 5.1.1 ...
    C: DATA
    S: 554 5.5.1 no valid recipients
    C: RSET
    S: 250 2.0.0 forgotten
    C: DATA
    S: 503 5.5.1 ...
    C: LHLO a.example
    S: 502 5.5.1 ...
    C: AUTH PLAIN AGFkYUBleGFtcGxlLm9yZwBlbmdpbmU=
    S: 502 5.5.1 ...
    C: STARTTLS
    S: 502 5.5.1 no TLS here
    C: EXPN staff
    S: 502 5.5.1 command not known here
    C: VRFY ada
    S: 252 2.1.5 ...
    C: NOOP anything
    S: 250 2.0.0 ...
    C: HELP
    S: 214-2.0.0 This is Sealpost at mail.example.org.
    S: 214 2.0.0 ...
    C: @@@
    S: 500 5.5.2 not a command
    C: QUIT
    S: 221 ...
  )");
}

BOOST_AUTO_TEST_CASE(nothing_is_relayed) {
  SmtpServer server;
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<ada@example.org>
    S: ...
    S: 250 2.1.0 ...
    C: RCPT TO:<x@elsewhere.example>
    S: 550 5.7.1 no relaying
    C: RCPT TO:<@example.org:x@elsewhere.example>
    S: 550 5.7.1 no relaying
    C: RCPT TO:<"x@elsewhere.example"@example.org>
    S: 550 5.1.1 ...
    C: RCPT TO:<x%elsewhere.example@example.org>
    S: 550 5.1.1 ...
    C: RCPT TO:<x@[127.0.0.1]>
    S: 550 5.7.1 no relaying
  )");
}

BOOST_AUTO_TEST_CASE(several_addresses_of_one_account_are_one_delivery) {
  SmtpServer server;
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<x@a.example>
    C: RCPT TO:<ada@example.org>
    C: RCPT TO:<ADA+x@EXAMPLE.org>
    C: RCPT TO:<countess@example.org>
    C: DATA
    S: ...
    S: 354 ...
    C: once
    C: .
    S: 250 2.1.5 delivered
  )");
  BOOST_TEST(server.inbox().size() == 1u);
}

BOOST_AUTO_TEST_CASE(text_without_a_header_does_not_end_up_in_the_trace_fields) {
  SmtpServer server;
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<x@a.example>
    C: RCPT TO:<ada@example.org>
    C: DATA
    S: ...
    S: 354 ...
    C: only text
    C: .
    S: 250 2.1.5 delivered
  )");
  BOOST_TEST(server.inbox().at(0).ends_with("+0000\r\n\r\nonly text\r\n"));
}

BOOST_AUTO_TEST_CASE(a_message_over_the_size_is_refused_and_the_session_goes_on) {
  server::smtp::Limits limits;
  limits.message = 100;
  SmtpServer server(with_limits(limits));
  const auto long_line = std::string(200, 'x');
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250-SIZE 100
    S: ...
    S: 250 SMTPUTF8
    C: MAIL FROM:<x@a.example> SIZE=101
    S: 552 5.3.4 the message is too big
    C: MAIL FROM:<x@a.example> SIZE=1
    S: 250 ...
    C: RCPT TO:<ada@example.org>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: )" + long_line +
               R"(
    C: .
    S: 552 5.3.4 the message is too big
    C: MAIL FROM:<x@a.example>
    S: 250 ...
    C: RCPT TO:<ada@example.org>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: short
    C: .
    S: 250 2.1.5 delivered
  )");
  BOOST_TEST(server.inbox().size() == 1u);
}

BOOST_AUTO_TEST_CASE(too_many_recipients_are_told_so) {
  server::smtp::Limits limits;
  limits.recipients = 1;
  SmtpServer server(with_limits(limits));
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<x@a.example>
    C: RCPT TO:<ada@example.org>
    C: RCPT TO:<bob@example.org>
    S: ...
    S: 250 2.1.5 ...
    S: 452 4.5.3 too many recipients; ...
  )");
}

BOOST_AUTO_TEST_CASE(a_bare_line_feed_smuggles_nothing) {
  SmtpServer server;
  const auto client = server.greeted();
  client->send("MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n");
  for (const auto* code : {"250 ", "250 ", "354 "}) BOOST_TEST(client->line().starts_with(code));
  client->send(
      "a\n.\nMAIL FROM:<admin@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n"
      "evil\r\n.\r\n");
  BOOST_TEST(client->line().starts_with("554 5.6.0 "));
  client->send("NOOP\n");
  BOOST_TEST(client->line() == "500 5.5.2 lines end with CR LF");
  client->send("NOOP\r\n");
  BOOST_TEST(client->line().starts_with("250 "));
  BOOST_TEST(server.inbox().empty());
  BOOST_TEST(server.inbox("bob@example.org").empty());
}

BOOST_AUTO_TEST_CASE(over_long_lines_are_refused_and_the_session_goes_on) {
  SmtpServer server;
  const auto client = server.greeted();
  client->send("NOOP " + std::string(5000, 'x') + "\r\n");
  BOOST_TEST(client->line() == "500 5.5.2 the line is too long");
  client->send("NOOP " + std::string(200'000, 'x') + "\r\nNOOP\r\n");
  BOOST_TEST(client->line() == "500 5.5.2 the line is too long");
  BOOST_TEST(client->line().starts_with("250 "));
  client->send(std::string(2'000'000, 'x'));
  BOOST_TEST(client->line().starts_with("421 "));
}

BOOST_AUTO_TEST_CASE(too_many_errors_end_the_session) {
  server::smtp::Limits limits;
  limits.errors = 3;
  SmtpServer server(with_limits(limits));
  server.plays(R"(
    S: 220 ...
    C: WHAT
    C: WHAT
    C: WHAT
    S: 502 ...
    S: 502 ...
    S: 502 ...
    S: 421 4.7.0 too many errors or commands
  )");
}

BOOST_AUTO_TEST_CASE(who_brings_mail_may_go_on) {
  server::smtp::Limits limits;
  limits.errors = 3;
  limits.commands = 6;
  SmtpServer server(with_limits(limits));
  const auto client = server.greeted();
  const auto said = [&](const std::string& line) {
    client->send(line + "\r\n");
    return client->line();
  };
  for (int n = 0; n < 4; ++n) {
    BOOST_TEST(said("WHAT").starts_with("502 "));
    BOOST_TEST(said("MAIL FROM:<x@a.example>").starts_with("250 "));
    BOOST_TEST(said("RCPT TO:<nobody@example.org>").starts_with("550 "));
    BOOST_TEST(said("RCPT TO:<ada@example.org>").starts_with("250 "));
    BOOST_TEST(said("DATA").starts_with("354 "));
    BOOST_TEST(said("\r\nhello\r\n.").starts_with("250 "));
  }
  for (int n = 0; n < 4; ++n) BOOST_TEST(said("NOOP").starts_with("250 "));
  BOOST_TEST(said("NOOP").starts_with("250 "));
  BOOST_TEST(client->line() == "421 4.7.0 too many errors or commands");
}

BOOST_AUTO_TEST_CASE(who_says_nothing_is_sent_away) {
  server::smtp::Limits limits;
  limits.command = std::chrono::seconds(1);
  SmtpServer server(with_limits(limits));
  const auto client = server.client();
  client->line();
  BOOST_TEST(client->line() == "421 4.3.2 closing: timed out");
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_CASE(a_message_that_stops_halfway_is_not_delivered) {
  server::smtp::Limits limits;
  limits.data = std::chrono::seconds(1);
  SmtpServer server(with_limits(limits));
  const auto client = server.greeted();
  client->send("MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n");
  for (int i = 0; i < 3; ++i) client->line();
  client->send("half a message\r\n");
  BOOST_TEST(client->line().starts_with("421 4.3.2 "));
  BOOST_TEST(server.inbox().empty());
}

BOOST_AUTO_TEST_CASE(mail_that_goes_in_circles_is_stopped) {
  SmtpServer server;
  std::string header;
  for (int i = 0; i < 101; ++i) header += "    C: Received: from a by b; now\n";
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<x@a.example>
    C: RCPT TO:<ada@example.org>
    C: DATA
    S: ...
    S: 354 ...
)" + header + R"(
    C: .
    S: 554 5.4.6 the message goes in circles
  )");
  BOOST_TEST(server.inbox().empty());
}

// Who revokes keys keeps users out, not mail (D7, D11).
BOOST_AUTO_TEST_CASE(a_mailbox_whose_keys_are_revoked_takes_mail) {
  SmtpServer server;
  server.revoke_ada();
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    C: MAIL FROM:<x@a.example>
    C: RCPT TO:<ada@example.org>
    C: RCPT TO:<bob@example.org>
    C: DATA
    S: ...
    S: 250 2.1.0 ...
    S: 250 2.1.5 ...
    S: 250 2.1.5 ...
    S: 354 ...
    C: for both
    C: .
    S: 250 2.1.5 delivered
  )");
  BOOST_TEST(server.inbox("ada@example.org").size() == 1u);
  BOOST_TEST(server.inbox("bob@example.org").size() == 1u);
}

BOOST_AUTO_TEST_CASE(utf8_addresses_want_smtputf8) {
  SmtpServer server;
  server.plays(
      "S: 220 ...\n"
      "C: EHLO a.example\n"
      "S: ...\n"
      "S: 250 SMTPUTF8\n"
      "C: MAIL FROM:<j\xc3\xb6rg@a.example>\n"
      "S: 553 5.6.7 ...\n"
      "C: MAIL FROM:<x@a.example>\n"
      "S: 250 ...\n"
      "C: RCPT TO:<j\xc3\xb6rg@example.org>\n"
      "S: 553 5.6.7 ...\n"
      "C: RSET\n"
      "S: 250 ...\n"
      "C: MAIL FROM:<j\xc3\xb6rg@a.example> SMTPUTF8 BODY=8BITMIME\n"
      "S: 250 ...\n"
      "C: RCPT TO:<ada@example.org>\n"
      "S: 250 ...\n"
      "C: DATA\n"
      "S: 354 ...\n"
      "C: Subject: \xc3\xb6\n"
      "C: .\n"
      "S: 250 ...\n");
  BOOST_TEST(contains(server.inbox().at(0), "Return-Path: <j\xc3\xb6rg@a.example>\r\n"));
  BOOST_TEST(contains(server.inbox().at(0), "with UTF8SMTP\r\n"));
}

BOOST_AUTO_TEST_CASE(stopping_says_goodbye_to_everybody) {
  SmtpServer server;
  const auto idle = server.greeted();
  const auto halfway = server.greeted();
  halfway->send("MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\nhalf");
  for (int i = 0; i < 3; ++i) halfway->line();
  server.stop();
  BOOST_TEST(idle->line() == "421 4.3.2 closing down");
  BOOST_TEST(halfway->line() == "421 4.3.2 closing down");
  BOOST_TEST(idle->is_closed());
  BOOST_TEST(server.sessions() == 0u);
  BOOST_TEST(server.inbox().empty());
}

BOOST_AUTO_TEST_SUITE_END()
