// RFC 9208 section 4: QUOTA.
//
// Adapted: the one root that a folder has is its account, and limits all that the RFC spreads over
// two; a limit is set as it is asked for; there is no soft one (4.3.1, examples 2 and 3).

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc9208)

namespace {

using namespace test_support;

constexpr std::uint64_t kibibyte = 1024;

MailServer::Options limited(storage::QuotaLimits limits) {
  MailServer::Options options;
  options.default_limits = limits;
  options.quota_admins = {ada};
  return options;
}

// 42 messages of so many kibibytes.
void fill_42(MailServer& server, std::size_t kibibytes) {
  fill(server, "INBOX", letters(41, {letter_of(kibibyte)}));
  fill(server, "INBOX", {{letter_of((kibibytes - 41) * kibibyte)}});
}

}  // namespace

// 4.1.1 and 4.1.2
BOOST_AUTO_TEST_CASE(getquota_and_getquotaroot) {
  MailServer server(
      limited({.octets = 10'923'847 * kibibyte, .messages = 1000, .folders = std::nullopt}));
  fill_42(server, 104);
  server.plays(Begin::logged_in, R"(
    C: G0001 GETQUOTA "ada@example.org"
    S: * QUOTA ada@example.org (STORAGE 104 10923847 MESSAGE 42 1000)
    S: G0001 OK ...
    C: G0002 GETQUOTAROOT INBOX
    S: * QUOTAROOT INBOX ada@example.org
    S: * QUOTA ada@example.org (STORAGE 104 10923847 MESSAGE 42 1000)
    S: G0002 OK ...
  )");
}

// 4.1.3
BOOST_AUTO_TEST_CASE(setquota) {
  MailServer server(limited({.octets = 111 * kibibyte, .messages = 1000, .folders = std::nullopt}));
  fill_42(server, 54);
  server.plays(Begin::logged_in, R"(
    C: S0000 GETQUOTA "ada@example.org"
    S: * QUOTA ada@example.org (STORAGE 54 111 MESSAGE 42 1000)
    S: S0000 OK ...
    C: S0001 SETQUOTA "ada@example.org" (STORAGE 510)
    S: * QUOTA ada@example.org (STORAGE 54 510)
    S: S0001 OK ...
    C: S0002 SETQUOTA "!partition/sda4" (STORAGE 99999999)
    S: S0002 NO ...
  )");
}

// 4.1.4
BOOST_AUTO_TEST_CASE(deleted_and_deleted_storage) {
  MailServer server;
  fill(server, "INBOX", letters(8, {"hello\r\n"}));
  fill(server, "INBOX", letters(4, {"xx", {.system = storage::deleted, .keywords = {}}}));
  server.plays(Begin::logged_in, R"(
    C: S0003 STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)
    S: * STATUS INBOX (MESSAGES 12 DELETED 4 DELETED-STORAGE 8)
    S: S0003 OK ...
  )");
}

// 4.3.1, example 1
BOOST_AUTO_TEST_CASE(overquota) {
  MailServer server(limited({.octets = 1000, .messages = std::nullopt, .folders = std::nullopt}));
  fill(server, "saved-messages", {{letter_of(900)}});
  server.plays(Begin::logged_in, R"(
    C: A003 APPEND saved-messages (\Seen) {326}
    S: + ...
    C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
    C: From: Fred Foobar <foobar@Blurdybloop.example>
    C: Subject: afternoon meeting
    C: To: mooch@owatagu.siam.edu.example
    C: Message-Id: <B27397-0100000@Blurdybloop.example>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C:
    C: Hello Joe, do you think we can meet at 3:30 tomorrow?
    C:
    S: A003 NO [OVERQUOTA] ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
