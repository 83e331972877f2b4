// The harness itself: what is wrong must be found.

#include "tests/support/transcript.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(transcript)

namespace {

using test_support::line_matches;
using test_support::MailServer;

std::string failure_of(MailServer& server, std::string_view text) {
  try {
    server.plays(text);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_CASE(dots_stand_for_anything) {
  BOOST_TEST(line_matches("a OK ...", "a OK done"));
  BOOST_TEST(line_matches("a [... 7] ...", "a [x 7] y"));
  BOOST_TEST(!line_matches("a OK ...", "a NO done"));
  BOOST_TEST(!line_matches("a OK", "a OK done"));
  BOOST_TEST(!line_matches("... done", "a OK done."));
}

BOOST_AUTO_TEST_CASE(a_miss_is_reported_with_its_line) {
  MailServer server;
  BOOST_TEST(failure_of(server, "S: * OK ...\nC: a NOOP\nS: a NO ...") ==
             "line 3: expected \"a NO ...\", got \"a OK NOOP completed\"");
  BOOST_TEST(failure_of(server, "S: * OK ...\nC: a LOGOUT\nS: ...\nS: a OK ...\nS: more") ==
             "line 5: the server has closed the connection");
  BOOST_TEST(failure_of(server, "X: what").starts_with("line 1: a line begins with"));
}

BOOST_AUTO_TEST_CASE(a_restart_keeps_the_mail_and_ends_the_sessions) {
  MailServer server;
  server.deliver("Subject: kept\r\n\r\nhello\r\n");
  auto before = server.client(test_support::Begin::in_inbox);
  server.restart();
  BOOST_TEST(before->line().starts_with("* BYE"));
  server.plays(test_support::Begin::logged_in, R"(
    C: a STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 1)
    S: a OK ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
