// RFC 5530 section 3 (RFC 9051 7.1): response codes, where this server has occasion for them.
//
// Adapted: fred has no account where his login fails, and ada, whose password is "engine", is fred
// where it does not; folders of another user are below "Other Users/".

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc5530)

namespace {

using namespace std::string_literals;
using namespace test_support;

}  // namespace

BOOST_AUTO_TEST_CASE(authentication_and_authorization_failed) {
  MailServer server;
  const auto as_bob = to_base64(bytes_of("bob@example.org\0ada@example.org\0engine"s));
  server.plays(R"(
    S: * OK ...
    C: b LOGIN "fred" "foo"
    S: b NO [AUTHENTICATIONFAILED] ...
    C: c1 AUTHENTICATE PLAIN
    S: +...
    C: )" + as_bob +
               R"(
    S: c1 NO [AUTHORIZATIONFAILED] ...
  )");
}

BOOST_AUTO_TEST_CASE(privacyrequired) {
  MailServer server({.cleartext = imap::CleartextLogin::refused, .tls = true});
  server.plays(R"(
    S: * OK ...
    C: d login "fred" "foo"
    S: d NO [PRIVACYREQUIRED] ...
  )");
}

BOOST_AUTO_TEST_CASE(noperm_cannot_alreadyexists_and_nonexistent) {
  MailServer server;
  create(server, {"that"});
  server.plays(Begin::ada_and_bob, R"(
    C2: a CREATE archive/projects/experiment-iv
    S2: a OK ...
    C2: b SETACL archive/projects/experiment-iv ada@example.org l
    S2: b OK ...
    C: f select "Other Users/bob@example.org/archive/projects/experiment-iv"
    S: f NO [NOPERM] ...
    C: l create "///////"
    S: l NO [CANNOT] ...
    C: p RENAME this that
    S: p NO [NONEXISTENT] ...
    C: o355 CREATE this
    S: o355 OK ...
    C: o356 RENAME this that
    S: o356 NO [ALREADYEXISTS] ...
  )");
}

BOOST_AUTO_TEST_CASE(expungeissued) {
  MailServer server;
  fill(server, "INBOX", letters(42, {"From: maria@example.com\r\n\r\n"}));
  server.plays(Begin::in_inbox, R"(
    C: g NOOP
    S: g OK NOOP completed
    C2: a STORE 42 +FLAGS.SILENT (\Deleted)
    S2: a OK STORE completed
    C2: b EXPUNGE
    S2: * 42 EXPUNGE
    S2: b OK EXPUNGE completed
    C: h search from maria@example.com
    S: * SEARCH 1 2 3 ... 41
    S: h OK [EXPUNGEISSUED] ...
  )");
}

BOOST_AUTO_TEST_CASE(limit) {
  MailServer server;
  fill(server, "INBOX", letters(42, {letter_of(20)}));
  std::string flags;
  for (int n = 1; n <= 250; ++n) flags += " f" + std::to_string(n);
  server.plays(Begin::in_inbox, "C: m STORE 42 FLAGS" + flags + "\nS: m NO [LIMIT] ...");
}

BOOST_AUTO_TEST_CASE(overquota) {
  MailServer::Options options;
  options.default_limits = {.octets = std::nullopt, .messages = 2, .folders = std::nullopt};
  MailServer server(options);
  create(server, {"oldmail"});
  fill(server, "INBOX", letters(2, {letter_of(20)}));
  server.plays(Begin::in_inbox, R"(
    C: n1 uid copy 1:* oldmail
    S: n1 NO [OVERQUOTA] ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
