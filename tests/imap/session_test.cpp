// Pipelining, literals, limits, time-outs, the end of a session (behaviours 25, 29, 36, 39).

#include "imap/session.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(session)

namespace {

using namespace std::chrono_literals;
using test_support::Begin;
using test_support::MailServer;

}  // namespace

BOOST_AUTO_TEST_CASE(a_dozen_pipelined_commands_are_answered_in_order) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 NOOP
    C: a2 noop
    C: 
    C:    a3 NOOP
    C: a4 SELECT INBOX
    C: a5 NOOP
    C: a6 WHAT IS THIS
    C: a7 CHECK
    C: a8 CAPABILITY
    C: a9 ID NIL
    C: b1 CLOSE
    C: b2 NOOP
    C: b3 NOOP
    S: a1 OK NOOP completed
    S: a2 OK NOOP completed
    S: a3 OK NOOP completed
    S: ...
    S: a4 OK [READ-WRITE] SELECT completed
    S: a5 OK NOOP completed
    S: a6 BAD there is no such command
    S: a7 OK CHECK completed
    S: * CAPABILITY ...
    S: a8 OK CAPABILITY completed
    S: * ID ...
    S: a9 OK ID completed
    S: b1 OK CLOSE completed
    S: b2 OK NOOP completed
    S: b3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(bad_commands_are_bad_and_the_session_lives_on) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1
    S: a1 BAD ...
    C: a2 CLOSE
    S: a2 BAD select a folder first
    C: a3 NOOP x
    S: a3 BAD there is more in the line than the command takes
    C: (((
    S: * BAD ...
    C: a4 SELECT "open
    S: a4 BAD ...
    C: a5 UID NONSENSE 1
    S: a5 BAD there is no such command
    C: a6 NOOP
    S: a6 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(too_many_bad_commands_in_a_row_end_the_session) {
  MailServer server({.limits = {.bad_commands = 3}});
  server.plays(Begin::logged_in, R"(
    C: a1 X
    C: a2 X
    C: a3 NOOP
    C: a4 X
    C: a5 X
    C: a6 X
    S: a1 BAD ...
    S: a2 BAD ...
    S: a3 OK ...
    S: a4 BAD ...
    S: a5 BAD ...
    S: a6 BAD ...
    S: * BYE Too many commands that make no sense
  )");
}

BOOST_AUTO_TEST_CASE(a_literal_that_is_too_big_is_refused_before_it_is_asked_for) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 SELECT {70000}
    S: a1 BAD [TOOBIG] ...
    C: a2 APPEND INBOX {99999999999}
    S: a2 NO [TOOBIG] The message is too big
    C: a3 NOOP
    S: a3 OK NOOP completed
  )");
}

// RFC 7888 section 5. APPEND is no command yet.
BOOST_AUTO_TEST_CASE(a_literal_that_is_too_big_before_login_is_bad) {
  MailServer server;
  auto client = server.client();
  client->line();
  client->send("a1 APPEND INBOX {5000+}\r\n" + std::string(5000, 'x') + "\r\na2 NOOP\r\n");
  BOOST_TEST(client->line().starts_with("a1 BAD [TOOBIG] "));
  BOOST_TEST(client->line() == "a2 OK NOOP completed");
}

BOOST_AUTO_TEST_CASE(a_literal_that_is_too_big_and_comes_unasked_is_read_and_let_go) {
  MailServer server({.limits = {.message = 100'000}});
  auto client = server.client(Begin::logged_in);
  const std::string trap = "\r\nx1 LOGOUT\r\n";
  client->send("a1 APPEND INBOX {200000+}\r\n" + trap + std::string(200000 - trap.size(), 'x') +
               "\r\na2 SELECT {70000+}\r\n" + std::string(70000, 'y') +
               " {3+}\r\nabc\r\na3 NOOP\r\n");
  BOOST_TEST(client->line() == "a1 NO [TOOBIG] The message is too big");
  BOOST_TEST(client->line() == "a2 BAD [TOOBIG] The literal is too big");
  BOOST_TEST(client->line() == "a3 OK NOOP completed");
}

// LITERAL- before login, LITERAL+ after it (RFC 7888 section 5).
BOOST_AUTO_TEST_CASE(strangers_ask_before_they_send_more_than_4096_octets) {
  MailServer server;
  auto client = server.client();
  client->line();
  client->send("a1 LOGIN {4097+}\r\n" + std::string(4097, 'x') + " {3+}\r\nabc\r\na2 NOOP\r\n");
  BOOST_TEST(client->line() == "a1 BAD [TOOBIG] The literal is too big");
  BOOST_TEST(client->line() == "a2 OK NOOP completed");
  client->send("a3 LOGIN {4096+}\r\n" + std::string(4096, 'x') + " {3+}\r\nabc\r\n");
  BOOST_TEST(client->line().starts_with("a3 NO [AUTHENTICATIONFAILED]"));
  client->send("a4 LOGIN {4097}\r\n");
  BOOST_TEST(client->line() == "+ OK");
  client->send(std::string(4097, 'x') + " {15+}\r\nada@example.org\r\n");
  BOOST_TEST(client->line().starts_with("a4 NO [AUTHENTICATIONFAILED]"));
  client->send("a5 LOGIN {15+}\r\nada@example.org {6+}\r\nengine\r\n");
  BOOST_TEST(client->line().starts_with("a5 OK"));
  client->send("a6 STATUS {9000+}\r\n" + std::string(9000, 'x') + " (MESSAGES)\r\n");
  BOOST_TEST(client->line().starts_with("a6 NO [CANNOT]"));
}

BOOST_AUTO_TEST_CASE(an_absurd_literal_that_comes_unasked_ends_the_session) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND INBOX {4000000000+}
    S: * BYE That is more than this server takes
  )");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_bad_and_the_stream_stays_in_step) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  const std::string much(200'000, 'x');
  client->send("a1 SELECT " + much + "\r\na2 SELECT " + much + " {4+}\r\nx1 \r\n\r\na3 NOOP\r\n");
  BOOST_TEST(client->line() == "a1 BAD [TOOBIG] The command line is too long");
  BOOST_TEST(client->line() == "a2 BAD [TOOBIG] The command line is too long");
  BOOST_TEST(client->line() == "a3 OK NOOP completed");
}

BOOST_AUTO_TEST_CASE(strangers_get_small_limits) {
  MailServer server;
  auto client = server.client();
  client->line();
  client->send("a1 LOGIN {8193}\r\n");
  BOOST_TEST(client->line().starts_with("a1 BAD [TOOBIG]"));
  client->send("a2 LOGIN " + std::string(9000, 'x') + " y\r\n");
  BOOST_TEST(client->line().starts_with("a2 BAD [TOOBIG]"));
  client->send("a3 NOOP\r\n");
  BOOST_TEST(client->line().starts_with("a3 OK"));
}

BOOST_AUTO_TEST_CASE(silence_ends_the_session_with_bye) {
  MailServer server({.limits = {.idle_before_login = 1s, .idle = 2s}});
  auto stranger = server.client();
  auto user = server.client(Begin::logged_in);
  stranger->line();
  BOOST_TEST(stranger->line() == "* BYE Too long without a command");
  BOOST_TEST(stranger->is_closed());
  BOOST_TEST(user->line() == "* BYE Too long without a command");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_in_the_middle_of_a_literal_leaves_nothing_behind) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send("a1 APPEND INBOX {100+}\r\nhalf");
  client.reset();
  auto other = server.client(Begin::logged_in);
  other->send("a STATUS INBOX (MESSAGES)\r\n");
  BOOST_TEST(other->line() == "* STATUS INBOX (MESSAGES 0)");
}

BOOST_AUTO_TEST_CASE(stop_says_bye_to_all_also_in_idle) {
  MailServer server;
  auto waiting = server.client(Begin::logged_in);
  auto idling = server.client(Begin::in_inbox);
  idling->send("a IDLE\r\n");
  BOOST_TEST(idling->line() == "+ idling");
  server.stop();
  BOOST_TEST(waiting->line() == "* BYE The server is shutting down, come back soon");
  BOOST_TEST(idling->line() == "* BYE The server is shutting down, come back soon");
  BOOST_TEST(idling->is_closed());
}

BOOST_AUTO_TEST_CASE(commands_are_found_by_their_whole_name) {
  BOOST_TEST(imap::find_command("SELECT") != nullptr);
  BOOST_TEST(imap::find_command("UID EXPUNGE") != nullptr);
  for (const char* name : {"", "A", "SELECTS", "UID SELECT", "ZZZ"})
    BOOST_TEST(imap::find_command(name) == nullptr);
}

BOOST_AUTO_TEST_CASE(failures_become_no_with_a_code_and_hide_what_is_inside) {
  const auto text = [](Fault fault) { return imap::no(Error(fault, "in/ner\r\n")).text; };
  BOOST_TEST(text(Fault::not_found) == "NO [NONEXISTENT] in/ner??");
  BOOST_TEST(text(Fault::exists).starts_with("NO [ALREADYEXISTS]"));
  BOOST_TEST(text(Fault::invalid).starts_with("NO [CANNOT]"));
  BOOST_TEST(text(Fault::limit).starts_with("NO [LIMIT]"));
  BOOST_TEST(text(Fault::over_quota).starts_with("NO [OVERQUOTA]"));
  BOOST_TEST(text(Fault::too_big).starts_with("NO [TOOBIG]"));
  for (const auto fault : {Fault::corrupt, Fault::unavailable, Fault::denied})
    BOOST_TEST(text(fault).find("in/ner") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
