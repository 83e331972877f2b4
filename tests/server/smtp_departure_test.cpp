// Submission to other domains: from RCPT into the queue.

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "tests/support/smtp_server.h"

BOOST_AUTO_TEST_SUITE(smtp_departure)

namespace {

using test_support::SmtpServer;

SmtpServer::Options submission() {
  SmtpServer::Options out;
  out.mode = server::smtp::submission_mode;
  out.queue = true;
  return out;
}

const std::string begin = R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 AUTH ...
    C: AUTH PLAIN )" + to_base64(bytes_of(std::string("\0ada@example.org\0engine", 23))) +
                          R"(
    S: 235 ...
)";

const std::string message = R"(
    C: DATA
    S: 354 ...
    C: Subject: hello
    C:
    C: body
    C: .
)";

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(mail_to_another_domain_is_in_the_queue_when_it_is_acknowledged) {
  SmtpServer server(submission());
  server.plays(begin + R"(
    C: MAIL FROM:<ada@example.org> RET=HDRS ENVID=QQ314159
    S: 250 ...
    C: RCPT TO:<carol@example.net> NOTIFY=SUCCESS ORCPT=rfc822;Carol@Example.NET
    S: 250 2.1.5 recipient ok
    C: RCPT TO:<"two words"@example.com>
    S: 250 2.1.5 recipient ok
)" + message + R"(
    S: 250 2.0.0 taken over, to be sent
  )");
  const auto queued = server.queued();
  BOOST_TEST_REQUIRE(queued.size() == 1u);
  const auto& envelope = queued[0].envelope.value();
  BOOST_TEST(envelope.sender == "ada@example.org");
  BOOST_TEST(envelope.parameters == " RET=HDRS ENVID=QQ314159");
  BOOST_TEST_REQUIRE(envelope.recipients.size() == 2u);
  BOOST_TEST(envelope.recipients[0].address == "carol@example.net");
  BOOST_TEST(envelope.recipients[0].parameters == " NOTIFY=SUCCESS ORCPT=rfc822;Carol@Example.NET");
  BOOST_TEST(envelope.recipients[1].address == "\"two words\"@example.com");
  const auto octets = server.queued_octets(queued[0]);
  BOOST_TEST(octets.starts_with("Received: from a.example "));
  BOOST_TEST(!has(octets, "Return-Path"));
  BOOST_TEST(!has(octets, "for <"));
  BOOST_TEST(has(octets, "Message-ID: "));
  BOOST_TEST(octets.ends_with("\r\n\r\nbody\r\n"));
  BOOST_TEST(server.inbox().empty());
}

BOOST_AUTO_TEST_CASE(one_message_goes_here_and_elsewhere) {
  SmtpServer server(submission());
  server.plays(begin + R"(
    C: MAIL FROM:<ada@example.org>
    S: 250 ...
    C: RCPT TO:<carol@example.net>
    S: 250 ...
    C: RCPT TO:<bob@example.org>
    S: 250 ...
    C: RCPT TO:<nobody@example.org>
    S: 550 5.1.1 no such user here
)" + message + R"(
    S: 250 2.1.5 delivered
  )");
  BOOST_TEST(server.queued().size() == 1u);
  BOOST_TEST(server.inbox("bob@example.org").size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_fails_here_keeps_nothing_from_going_elsewhere_but_is_told) {
  SmtpServer server(submission());
  server.plays(begin + R"(
    C: MAIL FROM:<ada@example.org>
    S: 250 ...
    C: RCPT TO:<carol@example.net>
    S: 250 ...
    C: RCPT TO:<bob@example.org>
    S: 250 ...
    C: DATA
    S: 354 ...
  )");
  // The transcript's client has gone without the end of its message: nothing was taken over.
  BOOST_TEST(server.queued().empty());
  auto client = server.greeted();
  const auto ask = [&](const std::string& line) {
    client->send(line + "\r\n");
    return client->line();
  };
  ask("AUTH PLAIN " + to_base64(bytes_of(std::string("\0ada@example.org\0engine", 23))));
  ask("MAIL FROM:<ada@example.org>");
  ask("RCPT TO:<carol@example.net>");
  ask("RCPT TO:<bob@example.org>");
  ask("DATA");
  server.remove("bob@example.org");
  BOOST_TEST(ask("Subject: hello\r\n\r\nbody\r\n.").starts_with("250 2.0.0"));
  BOOST_TEST(server.queued().size() == 1u);
  BOOST_TEST_REQUIRE(server.inbox().size() == 1u);
  BOOST_TEST(has(server.inbox()[0], "bob@example.org"));
}

// RFC 3030 section 3: whether the next server takes it, the queue learns.
BOOST_AUTO_TEST_CASE(what_is_binary_goes_into_the_queue) {
  SmtpServer server(submission());
  auto client = server.greeted();
  const auto ask = [&](const std::string& text) {
    client->send(text);
    return client->line();
  };
  ask("AUTH PLAIN " + to_base64(bytes_of(std::string("\0ada@example.org\0engine", 23))) + "\r\n");
  ask("MAIL FROM:<ada@example.org> BODY=BINARYMIME\r\n");
  BOOST_TEST(ask("RCPT TO:<carol@example.net>\r\n").starts_with("250"));
  BOOST_TEST(ask("BDAT 16 LAST\r\nSubject: a\r\n\r\n\n.").starts_with("250 2.0.0"));
  BOOST_TEST_REQUIRE(server.queued().size() == 1u);
}

BOOST_AUTO_TEST_CASE(who_has_not_logged_in_relays_nothing) {
  auto options = submission();
  options.mode = server::smtp::smtp_mode;
  SmtpServer server(options);
  server.plays(R"(
    S: 220 ...
    C: EHLO a.example
    S: ...
    S: 250 ...
    C: MAIL FROM:<ada@example.org>
    S: 250 ...
    C: RCPT TO:<carol@example.net>
    S: 550 5.7.1 no relaying
  )");
}

BOOST_AUTO_TEST_SUITE_END()
