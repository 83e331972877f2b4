// IDLE (RFC 2177; behaviours 24 and 37).

#include <boost/test/unit_test.hpp>

#include <chrono>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(idle)

namespace {

using namespace std::chrono_literals;
using test_support::Begin;
using test_support::MailServer;

}  // namespace

BOOST_AUTO_TEST_CASE(new_mail_is_told_while_idling_soon_after_its_commit) {
  MailServer server;
  auto client = server.client(Begin::in_inbox);
  client->send("a IDLE\r\n");
  BOOST_TEST(client->line() == "+ idling");
  for (int n = 1; n <= 3; ++n) {
    server.deliver("Subject: x\r\n\r\nhello\r\n");
    const auto committed = std::chrono::steady_clock::now();
    BOOST_TEST(client->line() == "* " + std::to_string(n) + " EXISTS");
    BOOST_TEST((std::chrono::steady_clock::now() - committed < 1s));
    BOOST_TEST(client->line().ends_with("RECENT"));
  }
  client->send("DONE\r\n");
  BOOST_TEST(client->line() == "a OK IDLE completed");
}

BOOST_AUTO_TEST_CASE(done_in_any_case_also_in_one_packet_with_idle) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 IDLE
    C: done
    S: + idling
    S: a1 OK IDLE completed
    C: a2 idle
    C: Done
    C: a3 NOOP
    S: + idling
    S: a2 OK IDLE completed
    S: a3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(another_word_than_done_is_bad_and_ends_it) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 IDLE
    S: + idling
    C: a2 NOOP
    S: a1 BAD DONE ends IDLE
    C: a3 NOOP
    S: a3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(idle_without_a_folder_waits_too) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 IDLE
    S: + idling
    C: DONE
    S: a1 OK IDLE completed
  )");
}

BOOST_AUTO_TEST_CASE(a_line_now_and_then_keeps_the_connection) {
  MailServer server({.limits = {.keep_alive = 1s}});
  server.plays(Begin::in_inbox, R"(
    C: a1 IDLE
    S: + idling
    S: * OK Still here
    S: * OK Still here
    C: DONE
    S: a1 OK IDLE completed
  )");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_while_idling_is_forgotten) {
  MailServer server;
  auto client = server.client(Begin::in_inbox);
  client->send("a IDLE\r\n");
  client->line();
  client.reset();
  for (int tries = 0; server.sessions() > 0 && tries < 500; ++tries)
    server.deliver("Subject: x\r\n\r\nhello\r\n");
  BOOST_TEST(server.sessions() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
