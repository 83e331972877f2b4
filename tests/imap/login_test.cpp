// CAPABILITY, LOGIN, AUTHENTICATE, STARTTLS, ID, ENABLE, NAMESPACE, LOGOUT.

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(login)

namespace {

using test_support::Begin;
using test_support::FakeRoots;
using test_support::MailServer;

std::string plain(std::string_view user, std::string_view password) {
  std::string message;
  message += '\0';
  message += user;
  message += '\0';
  message += password;
  return to_base64(bytes_of(message));
}

}  // namespace

BOOST_AUTO_TEST_CASE(capabilities_are_true_before_and_after_login) {
  MailServer server;
  server.plays(R"(
    S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL- SASL-IR ID ENABLE IDLE AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256] ...
    C: a1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL- SASL-IR ID ENABLE IDLE AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256
    S: a1 OK CAPABILITY completed
    C: a2 LOGIN ada@example.org engine
    S: a2 OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ ... NAMESPACE UIDPLUS MOVE UNSELECT ...] LOGIN completed
    C: a3 CAPABILITY
    S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS MOVE UNSELECT ...
    S: a3 OK CAPABILITY completed
  )");
}

BOOST_AUTO_TEST_CASE(login_takes_atoms_quoted_strings_and_literals) {
  MailServer server;
  server.plays(R"(
    S: * OK ...
    C: a1 LOGIN ADA@example.org "engine"
    S: a1 OK [CAPABILITY ...] LOGIN completed
    S2: * OK ...
    C2: a1 login {15}
    S2: + ...
    C2: ada@example.org {6}
    S2: + ...
    C2: engine
    S2: a1 OK ...
    S3: * OK ...
    C3: a1 LOGIN {15+}
    C3: ada@example.org {6+}
    C3: engine
    S3: a1 OK ...
    C3: a2 LOGIN ada@example.org engine
    S3: a2 BAD that is done before login only
  )");
}

BOOST_AUTO_TEST_CASE(wrong_name_and_wrong_password_get_the_same_words) {
  MailServer server;
  server.plays(R"(
    S: * OK ...
    C: a1 LOGIN ada@example.org wrong
    S: a1 NO [AUTHENTICATIONFAILED] The name or the password is wrong
    C: a2 LOGIN nobody@example.org engine
    S: a2 NO [AUTHENTICATIONFAILED] The name or the password is wrong
    C: a3 SELECT INBOX
    S: a3 BAD log in first
    C: a4 LOGIN ada@example.org engine
    S: a4 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(the_fifth_failed_login_ends_the_session) {
  MailServer server;
  auto client = server.client();
  client->line();
  for (int i = 1; i < 5; ++i) {
    client->send("a LOGIN ada@example.org wrong\r\n");
    BOOST_TEST(client->line().starts_with("a NO [AUTHENTICATIONFAILED]"));
  }
  client->send("a LOGIN ada@example.org wrong\r\n");
  BOOST_TEST(client->line() == "* BYE Too many failed logins");
  BOOST_TEST(client->line().starts_with("a NO"));
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_CASE(authenticate_plain_with_and_without_initial_response) {
  MailServer server;
  const auto right = plain("ada@example.org", "engine");
  server.plays("S: * OK ...\nC: a1 AUTHENTICATE PLAIN\nS: + \nC: " + right +
               "\nS: a1 OK [CAPABILITY ...] AUTHENTICATE completed");
  server.plays("S: * OK ...\nC: a1 authenticate plain " + right + "\nS: a1 OK ...");
  server.plays("S: * OK ...\nC: a1 AUTHENTICATE PLAIN " + plain("ada@example.org", "wrong") +
               "\nS: a1 NO [AUTHENTICATIONFAILED] ...");
}

BOOST_AUTO_TEST_CASE(authenticate_login_asks_for_both) {
  MailServer server;
  server.plays(R"(
    S: * OK ...
    C: a1 AUTHENTICATE LOGIN
    S: + VXNlcm5hbWU6
    C: YWRhQGV4YW1wbGUub3Jn
    S: + UGFzc3dvcmQ6
    C: ZW5naW5l
    S: a1 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(authenticate_can_be_cancelled_and_nonsense_is_bad) {
  MailServer server;
  server.plays(R"(
    S: * OK ...
    C: a1 AUTHENTICATE PLAIN
    S: + ...
    C: *
    S: a1 BAD AUTHENTICATE cancelled
    C: a2 AUTHENTICATE PLAIN !!!!
    S: a2 BAD ...
    C: a3 AUTHENTICATE PLAIN =
    S: a3 BAD ...
    C: a4 AUTHENTICATE GSSAPI
    S: a4 NO ...
    C: a5 AUTHENTICATE PLAIN Ym9iAGFkYUBleGFtcGxlLm9yZwBlbmdpbmU=
    S: a5 NO [AUTHORIZATIONFAILED] ...
    C: a6 NOOP
    S: a6 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(without_tls_and_off_loopback_rules_passwords_are_not_taken) {
  MailServer server({.cleartext = imap::CleartextLogin::refused});
  server.plays(R"(
    S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL- SASL-IR ID ENABLE IDLE LOGINDISABLED] ...
    C: a1 LOGIN ada@example.org engine
    S: a1 NO [PRIVACYREQUIRED] ...
    C: a2 AUTHENTICATE PLAIN
    S: a2 NO [PRIVACYREQUIRED] ...
    C: a3 STARTTLS
    S: a3 BAD TLS is not offered here
  )");
}

BOOST_AUTO_TEST_CASE(starttls_changes_what_is_offered) {
  MailServer server({.cleartext = imap::CleartextLogin::refused, .tls = true});
  auto client = server.client();
  BOOST_TEST(client->line().find("STARTTLS LOGINDISABLED]") != std::string::npos);
  client->send("a1 STARTTLS\r\n");
  BOOST_TEST(client->line() == "a1 OK Begin TLS now");
  client->start_tls();
  client->send("a2 CAPABILITY\r\n");
  BOOST_TEST(
      client->line() ==
      "* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL- SASL-IR ID ENABLE IDLE AUTH=PLAIN AUTH=LOGIN "
      "AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS");
  BOOST_TEST(client->line().starts_with("a2 OK"));
  client->send("a3 LOGIN ada@example.org engine\r\n");
  BOOST_TEST(client->line().starts_with("a3 OK"));
  client->send("a4 STARTTLS\r\n");
  BOOST_TEST(client->line().starts_with("a4 BAD"));
}

BOOST_AUTO_TEST_CASE(what_is_sent_behind_starttls_in_clear_is_never_executed) {
  MailServer server({.tls = true});
  server.plays(R"(
    S: * OK ...
    C: a1 STARTTLS
    C: a2 NOOP
    S: a1 BAD ...
    C: a3 NOOP
    S: a3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(id_enable_namespace_and_logout) {
  MailServer server;
  server.plays(R"(
    S: * OK ...
    C: a1 ID NIL
    S: * ID ("name" "Sealpost" ...)
    S: a1 OK ID completed
    C: a2 ID ("name" "Mail" "version" NIL)
    S: * ID ...
    S: a2 OK ID completed
    C: a3 ID "x"
    S: a3 BAD ...
    C: a4 LOGIN ada@example.org engine
    S: a4 OK ...
    C: a5 ENABLE X-NONE X-NEITHER
    S: * ENABLED
    S: a5 OK ENABLE completed
    C: a6 NAMESPACE
    S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
    S: a6 OK NAMESPACE completed
    C: a7 LOGOUT
    S: * BYE Logging out
    S: a7 OK LOGOUT completed
  )");
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_not_a_wrong_password) {
  MailServer server;
  server.forget_keys();
  server.roots().steer("managed://", FakeRoots::Mode::denied);
  auto client = server.client();
  client->line();
  client->send("a LOGIN ada@example.org engine\r\n");
  const auto line = client->line();
  BOOST_TEST(line.starts_with("a NO [CONTACTADMIN] "), line);
  BOOST_TEST(line.find("managed") == std::string::npos, "the client learns no inner names");
}

BOOST_AUTO_TEST_CASE(too_many_connections_of_an_account_are_said_so) {
  MailServer server({.connections = 2});
  const auto one = server.client(Begin::logged_in);
  auto two = server.client(Begin::logged_in);
  auto three = server.client();
  three->line();
  three->send("a LOGIN ada@example.org engine\r\n");
  BOOST_TEST(three->line().starts_with("a NO [LIMIT]"));
  two->send("b LOGOUT\r\n");
  BOOST_TEST(two->line().starts_with("* BYE"));
  BOOST_TEST(two->line().starts_with("b OK"));
  BOOST_TEST(two->is_closed());
  three->send("c LOGIN ada@example.org engine\r\n");
  BOOST_TEST(three->line().starts_with("c OK"));
}

BOOST_AUTO_TEST_SUITE_END()
