#include <boost/test/unit_test.hpp>

#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(lmtp)

using test_support::SmtpServer;

namespace {

SmtpServer::Options options() {
  SmtpServer::Options out;
  out.mode = server::smtp::lmtp_mode;
  return out;
}

}  // namespace

// RFC 2033 4.2, with our hosts.
BOOST_AUTO_TEST_CASE(each_recipient_gets_a_reply_of_its_own) {
  SmtpServer server(options());
  server.plays(R"(
    S: 220 mail.example.org LMTP ready
    C: LHLO foo.edu
    S: 250-mail.example.org
    S: 250-PIPELINING
    S: ...
    S: 250 SMTPUTF8
    C: MAIL FROM:<chris@bar.com>
    C: RCPT TO:<ada@example.org>
    C: RCPT TO:<jones@example.org>
    C: RCPT TO:<bob@example.org>
    C: RCPT TO:<countess@example.org>
    C: DATA
    S: 250 2.1.0 ...
    S: 250 2.1.5 ...
    S: 550 5.1.1 ...
    S: 250 2.1.5 ...
    S: 250 2.1.5 ...
    S: 354 ...
    C: Blah blah blah...
    C: .
    S: 250 2.1.5 delivered
    S: 250 2.1.5 delivered
    S: 250 2.1.5 delivered
    C: QUIT
    S: 221 2.0.0 goodbye
  )");
  BOOST_TEST(server.inbox().size() == 1u);
  BOOST_TEST(server.inbox().at(0).find("with LMTP\r\n") != std::string::npos);
  BOOST_TEST(server.inbox("bob@example.org").size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_who_has_just_got_mail_is_unknown_once_removed) {
  SmtpServer server(options());
  const auto client = server.greeted("LHLO list.example");
  const auto said = [&](const std::string& line) {
    client->send(line + "\r\n");
    return client->line();
  };
  for (int n = 0; n < 3; ++n) {
    BOOST_TEST(said("MAIL FROM:<x@a.example>").starts_with("250 "));
    BOOST_TEST(said("RCPT TO:<ada@example.org>").starts_with("250 "));
    BOOST_TEST(said("DATA").starts_with("354 "));
    BOOST_TEST(said("\r\nhello\r\n.").starts_with("250 "));
  }
  BOOST_TEST(server.inbox().size() == 3u);
  server.remove("ada@example.org");
  BOOST_TEST(said("MAIL FROM:<x@a.example>").starts_with("250 "));
  BOOST_TEST(said("RCPT TO:<ada@example.org>").starts_with("550 "));
}

BOOST_AUTO_TEST_CASE(many_unknown_recipients_do_not_end_the_session) {
  SmtpServer server(options());
  const auto client = server.greeted("LHLO list.example");
  const auto said = [&](const std::string& line) {
    client->send(line + "\r\n");
    return client->line();
  };
  BOOST_TEST(said("MAIL FROM:<x@a.example>").starts_with("250 "));
  for (int n = 0; n < 50; ++n)
    BOOST_TEST(said("RCPT TO:<u" + std::to_string(n) + "@example.org>").starts_with("550 "));
  BOOST_TEST(said("RCPT TO:<ada@example.org>").starts_with("250 "));
  BOOST_TEST(said("DATA").starts_with("354 "));
  BOOST_TEST(said("\r\nhello\r\n.").starts_with("250 "));
}

BOOST_AUTO_TEST_CASE(a_refused_message_is_refused_to_each_recipient) {
  auto small = options();
  small.limits.message = 10;
  SmtpServer server(small);
  server.plays(R"(
    S: 220 ...
    C: LHLO a.example
    S: ...
    S: 250 SMTPUTF8
    C: MAIL FROM:<x@a.example>
    S: 250 ...
    C: RCPT TO:<ada@example.org>
    S: 250 ...
    C: RCPT TO:<bob@example.org>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: more than ten octets
    C: .
    S: 552 5.3.4 ...
    S: 552 5.3.4 ...
    C: NOOP
    S: 250 ...
  )");
}

BOOST_AUTO_TEST_CASE(it_is_not_smtp) {
  SmtpServer server(options());
  server.plays(R"(
    S: 220 ...
    C: HELO a.example
    S: 502 5.5.1 ...
    C: EHLO a.example
    S: 502 5.5.1 ...
    C: MAIL FROM:<>
    S: 503 5.5.1 say LHLO first
    C: LHLO a.example
    S: ...
    S: 250 SMTPUTF8
    C: DATA
    S: 503 5.5.1 ...
    C: RCPT TO:<x@elsewhere.example>
    S: 503 5.5.1 ...
    C: MAIL FROM:<>
    S: 250 ...
    C: RCPT TO:<x@elsewhere.example>
    S: 550 5.7.1 no relaying
  )");
}

BOOST_AUTO_TEST_SUITE_END()
