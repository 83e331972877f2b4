// REQUIRETLS (RFC 8689) and LIMITS (RFC 9422).

#include <boost/test/unit_test.hpp>

#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(smtp_require_tls)

using test_support::SmtpServer;
using test_support::TestClient;

namespace {

std::string said(TestClient& client, const std::string& line) {
  client.send(line + "\r\n");
  return client.line();
}

bool offers(TestClient& client, const std::string& keyword) {
  client.send("EHLO a.example\r\n");
  bool out = false;
  auto line = client.line();
  for (; line.at(3) == '-'; line = client.line()) out |= line.substr(4) == keyword;
  return out || line.substr(4) == keyword;
}

}  // namespace

BOOST_AUTO_TEST_CASE(within_tls_alone_mail_can_require_it) {
  SmtpServer::Options options;
  options.tls = options.way_out = true;
  SmtpServer server(options);
  const auto client = server.greeted();
  BOOST_TEST(!offers(*client, "REQUIRETLS"));
  BOOST_TEST(said(*client, "MAIL FROM:<x@a.example> REQUIRETLS").starts_with("530 5.7.10 "));
  BOOST_TEST(said(*client, "STARTTLS").starts_with("220 "));
  client->start_tls();
  BOOST_TEST(offers(*client, "REQUIRETLS"));
  BOOST_TEST(said(*client, "MAIL FROM:<x@a.example> REQUIRETLS=yes").starts_with("501 "));
  BOOST_TEST(said(*client, "MAIL FROM:<x@a.example> REQUIRETLS RET=FULL").starts_with("250 "));
  BOOST_TEST(said(*client, "RCPT TO:<ada@example.org> NOTIFY=SUCCESS").starts_with("250 "));
  BOOST_TEST(said(*client, "DATA").starts_with("354 "));
  BOOST_TEST(said(*client, "\r\nhello\r\n.").starts_with("250 "));
  const auto sent = server.sent_out();
  BOOST_REQUIRE(sent.size() == 1u);
  BOOST_TEST(sent[0].require_tls, "RFC 8689 5: its reports do, too");
}

BOOST_AUTO_TEST_CASE(the_limits_that_are_told_are_those_that_hold) {
  SmtpServer::Options options;
  options.limits.recipients = 3;
  options.limits.transactions = 2;
  SmtpServer server(options);
  const auto client = server.greeted();
  BOOST_TEST(offers(*client, "LIMITS RCPTMAX=3 MAILMAX=2"));
  BOOST_TEST(said(*client, "MAIL FROM:<>").starts_with("250 "));
  for (const auto* name : {"ada", "nobody", "bob"})
    said(*client, "RCPT TO:<" + std::string(name) + "@example.org>");
  BOOST_TEST(said(*client, "RCPT TO:<countess@example.org>").starts_with("452 4.5.3 "));
  BOOST_TEST(said(*client, "RSET").starts_with("250 "));
  BOOST_TEST(said(*client, "MAIL FROM:<>").starts_with("250 "));
  BOOST_TEST(said(*client, "RSET").starts_with("250 "));
  BOOST_TEST(said(*client, "MAIL FROM:<>").starts_with("421 4.7.0 "));
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_SUITE_END()
