#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

// What happens to sessions when the key of their mailbox is taken away (policy/RULES.md section 1).
BOOST_AUTO_TEST_SUITE(revocation)

namespace {

using test_support::Begin;
using test_support::FakeRoots;
using test_support::MailServer;

constexpr UnixTime ttl = 900;

struct Revocable : MailServer {
  void revoke() { roots().steer("managed://", FakeRoots::Mode::denied); }
  void cut() { roots().steer("managed://", FakeRoots::Mode::transient); }
  void allow() { roots().steer("managed://", FakeRoots::Mode::ok); }
};

std::string last_line(test_support::TestClient& client) {
  auto line = client.line();
  while (!line.starts_with("* BYE") && line.starts_with("* ")) line = client.line();
  return line;
}

}  // namespace

BOOST_AUTO_TEST_CASE(idle_ends_with_a_bye_that_says_why) {
  Revocable server;
  const auto client = server.client(Begin::in_inbox);
  client->send("a IDLE\r\n");
  BOOST_TEST(client->line().starts_with("+"));
  server.revoke();
  server.advance(ttl);
  BOOST_TEST(last_line(*client).starts_with("* BYE [CONTACTADMIN] "));
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_CASE(a_session_between_commands_ends_too) {
  Revocable server;
  const auto client = server.client(Begin::logged_in);
  server.revoke();
  server.advance(ttl);
  BOOST_TEST(last_line(*client).starts_with("* BYE [CONTACTADMIN] "));
  BOOST_TEST(client->is_closed());
}

BOOST_AUTO_TEST_CASE(confirmed_in_time_sessions_go_on_for_ever) {
  Revocable server;
  server.deliver("Subject: one\r\n\r\none\r\n");
  const auto client = server.client(Begin::in_inbox);
  server.advance(4 * ttl);
  client->send("a FETCH 1 BODY.PEEK[TEXT]\r\n");
  while (!client->line().starts_with("a OK")) continue;
}

BOOST_AUTO_TEST_CASE(select_says_no_before_the_session_ends) {
  Revocable server;
  const auto client = server.client(Begin::in_inbox);
  server.revoke();
  // The job has not noticed: it is the command that asks.
  server.forget_keys();
  client->send("a SELECT INBOX\r\n");
  BOOST_TEST(client->line().starts_with("* OK [CLOSED] "));
  BOOST_TEST(client->line().starts_with("a NO [CONTACTADMIN] "));
  client->send("b FETCH 1:* BODY.PEEK[]\r\n");
  const auto line = client->line();
  BOOST_TEST(line.starts_with("b "), line);
}

BOOST_AUTO_TEST_CASE(fetch_and_search_stop_at_the_next_message) {
  Revocable server;
  server.deliver("Subject: one\r\n\r\none\r\n");
  const auto client = server.client(Begin::in_inbox);
  server.revoke();
  server.forget_keys();
  for (const auto* command :
       {"FETCH 1 BODY.PEEK[]", "SEARCH TEXT one", "STORE 1 +FLAGS (\\Seen)"}) {
    client->send("a " + std::string(command) + "\r\n");
    auto line = client->line();
    BOOST_TEST(line.starts_with("a NO ["), line);
  }
}

BOOST_AUTO_TEST_CASE(access_is_back_at_the_next_login_after_a_regrant) {
  Revocable server;
  const auto before = server.client(Begin::in_inbox);
  server.revoke();
  server.advance(ttl);
  const auto client = server.client();
  client->line();
  client->send("a LOGIN ada@example.org engine\r\n");
  BOOST_TEST(client->line().starts_with("a NO [CONTACTADMIN]"));
  server.allow();
  server.advance(3);
  client->send("b LOGIN ada@example.org engine\r\n");
  BOOST_TEST(client->line().starts_with("b OK"));
}

BOOST_AUTO_TEST_CASE(an_outage_is_served_and_a_denial_in_it_is_not) {
  Revocable server;
  const auto client = server.client(Begin::in_inbox);
  client->send("a IDLE\r\n");
  client->line();
  server.cut();
  server.advance(2 * ttl);
  BOOST_TEST(server.sessions() == 1u);
  server.revoke();
  server.advance(30);  // the roots are asked more often in an outage
  BOOST_TEST(last_line(*client).starts_with("* BYE [CONTACTADMIN] "));
}

BOOST_AUTO_TEST_SUITE_END()
