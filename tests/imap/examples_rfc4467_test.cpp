// RFC 4467 section 7: URLAUTH, as the RFC prints its commands.
//
// Adapted: joe@example.com is ada of mail.example.org, the message is UID 1, tokens and keys are
// others, and INTERNAL is the only mechanism, so that a33 is left out.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc4467)

namespace {

using namespace test_support;

const std::string rump =
    "imap://ada%40example.org@mail.example.org/INBOX/;uid=1/"
    ";section=1.2;urlauth=user+bob%40example.org";

// The URL that GENURLAUTH answers with.
std::string authorized(MailServer& server) {
  const auto client = server.client(Begin::logged_in);
  client->send("a775 GENURLAUTH \"" + rump + "\" INTERNAL\r\n");
  const auto line = client->line();
  BOOST_TEST(line.starts_with("* GENURLAUTH \"" + rump + ":internal:"));
  BOOST_TEST(client->line() == "a775 OK GENURLAUTH completed");
  return line.substr(14, line.size() - 15);
}

}  // namespace

BOOST_AUTO_TEST_CASE(resetkey_genurlauth_and_urlfetch) {
  MailServer server({.host = "mail.example.org"});
  server.deliver(
      "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nno\r\n--b\r\n\r\n"
      "Si vis pacem, para bellum.\r\n\r\n--b--\r\n--a--\r\n");
  server.plays(Begin::logged_in, R"(
    C: a32 RESETKEY INBOX
    S: a32 OK [URLMECH INTERNAL] ...
  )");
  // The RFC's server has XSAMPLE.
  server.plays(Begin::logged_in, R"(
    C: a33 RESETKEY INBOX XSAMPLE
    S: a33 NO ...
  )");
  const auto fetched = with(R"(
    C2: a776 URLFETCH "<url>"
    S2: * URLFETCH "<url>" {28}
    S2: Si vis pacem, para bellum.
    S2:
    S2: a776 OK URLFETCH completed
  )",
                            "<url>", authorized(server));
  server.plays(Begin::ada_and_bob, fetched);
  server.plays(Begin::logged_in, R"(
    C: a31 RESETKEY
    S: a31 OK ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
