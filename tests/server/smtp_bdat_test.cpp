#include <boost/test/unit_test.hpp>

#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(smtp_bdat)

using test_support::SmtpServer;
using test_support::TestClient;

namespace {

SmtpServer::Options small(std::uint64_t message) {
  SmtpServer::Options out;
  out.limits.message = message;
  return out;
}

// MAIL and RCPTs, accepted for ada and bob.
std::unique_ptr<TestClient> announced(SmtpServer& server, const std::string& parameters = "",
                                      const std::string& hello = "EHLO a.example") {
  auto client = server.greeted(hello);
  client->send("MAIL FROM:<x@a.example>" + parameters +
               "\r\nRCPT TO:<ada@example.org>\r\nRCPT TO:<bob@example.org>\r\n");
  for (int i = 0; i < 3; ++i) BOOST_REQUIRE(client->line().starts_with("250 "));
  return client;
}

std::string said(TestClient& client, const std::string& octets) {
  client.send(octets);
  return client.line();
}

std::string chunk(const std::string& octets, const std::string& marker = "") {
  return "BDAT " + std::to_string(octets.size()) + marker + "\r\n" + octets;
}

}  // namespace

// RFC 3030 4.1, with our hosts: the message has 86 octets.
BOOST_AUTO_TEST_CASE(simple_chunking) {
  SmtpServer server;
  server.plays(R"(
    S: 220 ...
    C: EHLO ymir.claremont.edu
    S: ...
    S: 250-BINARYMIME
    S: 250-CHUNKING
    S: ...
    S: 250 SMTPUTF8
    C: MAIL FROM:<Sam@Random.com>
    S: 250 2.1.0 sender ok
    C: RCPT TO:<ada@example.org>
    S: 250 2.1.5 recipient ok
    C: BDAT 86 LAST
    C: To: Susan@random.com
    C: From: Sam@random.com
    C: Subject: This is a bodyless test message
    S: 250 2.1.5 delivered
    C: QUIT
    S: 221 2.0.0 goodbye
  )");
  const auto inbox = server.inbox();
  BOOST_REQUIRE(inbox.size() == 1u);
  BOOST_TEST(
      inbox[0].ends_with("\r\nTo: Susan@random.com\r\nFrom: Sam@random.com\r\n"
                         "Subject: This is a bodyless test message\r\n"));
}

// RFC 3030 4.2: all in one go, 100324 octets of everything there is.
BOOST_AUTO_TEST_CASE(pipelined_binary_mime) {
  SmtpServer server;
  std::string message = "Content-Transfer-Encoding: binary\r\n\r\n";
  while (message.size() < 100'324) message += static_cast<char>(message.size() * 7);
  message.replace(100'000 - 1, 2, "\r\n");
  const auto client = server.greeted();
  client->send(
      "MAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME\r\nRCPT TO:<ada@example.org>\r\n"
      "RCPT TO:<bob@example.org>\r\n" +
      chunk(message.substr(0, 100'000)) + chunk(message.substr(100'000)) +
      "BDAT 0 LAST\r\nQUIT\r\n");
  for (const auto* reply :
       {"250 2.1.0 sender ok", "250 2.1.5 recipient ok", "250 2.1.5 recipient ok",
        "250 2.0.0 100000 octets received", "250 2.0.0 324 octets received", "250 2.1.5 delivered",
        "221 2.0.0 goodbye"})
    BOOST_TEST(client->line() == reply);
  for (const auto* name : {"ada@example.org", "bob@example.org"})
    BOOST_TEST(server.inbox(name).at(0).ends_with("\r\n" + message), "octet for octet");
}

BOOST_AUTO_TEST_CASE(what_is_in_a_chunk_is_no_command_and_no_dot_ends_it) {
  SmtpServer server;
  const auto client = announced(server);
  const std::string message = "\r\na\r\n.\r\nRSET\r\n..\nbare";
  BOOST_TEST(said(*client, chunk(message.substr(0, 5))) == "250 2.0.0 5 octets received");
  BOOST_TEST(said(*client, chunk("")) == "250 2.0.0 0 octets received");
  BOOST_TEST(said(*client, chunk(message.substr(5), " LAST")) == "250 2.1.5 delivered");
  BOOST_TEST(server.inbox().at(0).ends_with(message), "binary without having said so");
}

BOOST_AUTO_TEST_CASE(after_the_last_chunk_a_transaction_begins_anew) {
  SmtpServer server;
  const auto client = announced(server);
  BOOST_TEST(said(*client, chunk("\r\none\r\n", " LAST")).starts_with("250 "));
  BOOST_TEST(said(*client, chunk("RSET\r\n", " LAST")) == "503 5.5.1 MAIL and RCPT come first");
  BOOST_TEST(said(*client, "MAIL FROM:<x@a.example>\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, "RCPT TO:<ada@example.org>\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, "DATA\r\n").starts_with("354 "));
  BOOST_TEST(said(*client, "\r\ntwo\r\n.\r\n").starts_with("250 "));
  BOOST_TEST(server.inbox().size() == 2u);
}

BOOST_AUTO_TEST_CASE(data_and_bdat_do_not_mix) {
  SmtpServer server;
  auto client = announced(server);
  BOOST_TEST(said(*client, chunk("\r\none\r\n")).starts_with("250 "));
  for (const auto* command : {"DATA", "RCPT TO:<ada@example.org>", "MAIL FROM:<>"})
    BOOST_TEST(said(*client, command + std::string("\r\n")).starts_with("503 5.5.1 "));
  BOOST_TEST(said(*client, "RSET\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, "BDAT 0 LAST\r\n").starts_with("503 "));
  client = announced(server, " BODY=BINARYMIME");
  BOOST_TEST(said(*client, "DATA\r\n").starts_with("503 5.5.1 BODY=BINARYMIME "));
  BOOST_TEST(server.inbox().empty());
}

// What is already under way is passed over (RFC 3030 2).
BOOST_AUTO_TEST_CASE(after_a_refused_chunk_all_others_are_refused_until_rset) {
  SmtpServer server(small(10));
  const auto client = announced(server);
  client->send(chunk("123456") + chunk("QUIT\r\n") + chunk("QUIT\r\n") + "NOOP\r\n" +
               chunk("QUIT\r\n", " LAST") + "RSET\r\n");
  for (const auto* reply :
       {"250 2.0.0 6 octets received", "552 5.3.4 the message is too big",
        "503 5.5.1 a chunk was refused; RSET ends the transaction", "250 2.0.0 done, nothing",
        "503 5.5.1 a chunk was refused; RSET ends the transaction", "250 2.0.0 forgotten"})
    BOOST_TEST(client->line() == reply);
  BOOST_TEST(said(*client, "MAIL FROM:<x@a.example>\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, "RCPT TO:<ada@example.org>\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, chunk("\r\nshort\r\n", " LAST")) == "250 2.1.5 delivered");
  BOOST_TEST(server.inbox().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_chunk_without_a_transaction_is_passed_over) {
  SmtpServer server;
  const auto client = server.client();
  client->line();
  BOOST_TEST(said(*client, chunk("QUIT\r\n")) == "503 5.5.1 say EHLO first");
  BOOST_TEST(said(*client, "HELO a.example\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, chunk("QUIT\r\n")) == "503 5.5.1 MAIL and RCPT come first");
  BOOST_TEST(said(*client, "MAIL FROM:<>\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, chunk("QUIT\r\n")) == "503 5.5.1 MAIL and RCPT come first");
  BOOST_TEST(said(*client, "RSET\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, "MAIL FROM:<>\r\n").starts_with("250 "));
  BOOST_TEST(said(*client, "RCPT TO:<nobody@example.org>\r\n").starts_with("550 "));
  BOOST_TEST(said(*client, chunk("QUIT\r\n", " LAST")) == "554 5.5.1 no valid recipients");
  BOOST_TEST(said(*client, "NOOP\r\n").starts_with("250 "));
}

BOOST_AUTO_TEST_CASE(without_a_login_a_chunk_is_passed_over) {
  SmtpServer::Options options;
  options.mode = server::smtp::submission_mode;
  SmtpServer server(options);
  const auto client = server.greeted();
  BOOST_TEST(said(*client, chunk("QUIT\r\n", " LAST")) == "530 5.7.0 authentication required");
  BOOST_TEST(said(*client, "NOOP\r\n").starts_with("250 "));
}

// Where the next command begins is not known.
BOOST_AUTO_TEST_CASE(a_chunk_that_cannot_be_counted_ends_the_session) {
  SmtpServer server;
  for (const auto* command : {"BDAT", "BDAT LAST", "BDAT -5", "BDAT 5 FIRST", "BDAT 5 LAST x"}) {
    const auto client = announced(server);
    BOOST_TEST(said(*client, command + std::string("\r\nRSET\r\n")).starts_with("501 5.5.4 "));
    BOOST_TEST(client->is_closed());
  }
  const auto long_line = announced(server);
  BOOST_TEST(said(*long_line, "BDAT " + std::string(5000, '1') + "\r\n").starts_with("501 "));
  BOOST_TEST(long_line->is_closed());
  const auto huge = announced(server);
  BOOST_TEST(said(*huge, "BDAT 99999999999999999999 LAST\r\n") == "552 5.3.4 the chunk is too big");
  BOOST_TEST(huge->is_closed());
}

BOOST_AUTO_TEST_CASE(replies_before_a_chunk_do_not_wait_for_it) {
  SmtpServer server;
  const auto client = server.greeted();
  client->send("MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org>\r\nBDAT 8 LAST\r\n\r\nhe");
  for (int i = 0; i < 2; ++i) BOOST_TEST(client->line().starts_with("250 "));
  BOOST_TEST(client->is_silent_for(50));
  BOOST_TEST(said(*client, "ll\r\n") == "250 2.1.5 delivered");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_within_a_chunk_leaves_nothing) {
  SmtpServer server;
  {
    const auto client = announced(server);
    client->send("BDAT 100 LAST\r\n\r\nhalf");
  }
  server.greeted();
  BOOST_TEST(server.inbox().empty());
}

// RFC 2033 4.2: one reply a recipient, after LAST alone.
BOOST_AUTO_TEST_CASE(lmtp_answers_chunks_once_and_the_last_for_each_recipient) {
  auto options = small(20);
  options.mode = server::smtp::lmtp_mode;
  SmtpServer server(options);
  const auto client = announced(server, "", "LHLO a.example");
  client->send(chunk("\r\nhel") + chunk("lo\r\n", " LAST"));
  for (const auto* reply :
       {"250 2.0.0 5 octets received", "250 2.1.5 delivered", "250 2.1.5 delivered"})
    BOOST_TEST(client->line() == reply);
  client->send(
      "MAIL FROM:<x@a.example>\r\nRCPT TO:<ada@example.org>\r\n"
      "RCPT TO:<bob@example.org>\r\n" +
      chunk(std::string(21, 'x'), " LAST") + "NOOP\r\n");
  for (int i = 0; i < 3; ++i) BOOST_TEST(client->line().starts_with("250 "));
  for (int i = 0; i < 2; ++i) BOOST_TEST(client->line() == "552 5.3.4 the message is too big");
  BOOST_TEST(client->line() == "250 2.0.0 done, nothing");
  BOOST_TEST(server.inbox().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
