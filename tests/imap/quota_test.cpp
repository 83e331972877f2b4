// RFC 9208: what a mailbox may hold, as clients see it.

#include "imap/quota_resources.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(quota)

namespace {

using test_support::Begin;
using test_support::MailServer;

MailServer::Options limited(storage::QuotaLimits limits) {
  MailServer::Options options;
  options.default_limits = limits;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_root_has_the_name_of_its_account_and_tells_what_is_limited) {
  MailServer server(limited({.octets = 512 * 1024, .messages = 1000, .folders = std::nullopt}));
  server.deliver("Subject: one\r\n\r\n" + std::string(2000, 'x') + "\r\n");
  server.plays(Begin::logged_in, R"(
    C: G1 GETQUOTAROOT INBOX
    S: * QUOTAROOT INBOX ada@example.org
    S: * QUOTA ada@example.org (STORAGE 2 512 MESSAGE 1 1000)
    S: G1 OK GETQUOTAROOT completed
    C: G2 GETQUOTAROOT "not there yet"
    S: * QUOTAROOT "not there yet" ada@example.org
    S: * QUOTA ada@example.org (STORAGE 2 512 MESSAGE 1 1000)
    S: G2 OK ...
    C: G3 GETQUOTA Ada@Example.org
    S: * QUOTA ada@example.org (STORAGE 2 512 MESSAGE 1 1000)
    S: G3 OK GETQUOTA completed
    C: G4 GETQUOTA bob@example.org
    S: G4 NO [NONEXISTENT] ...
    C: G5 GETQUOTA nobody@example.org
    S: G5 NO [NONEXISTENT] ...
    C: G6 GETQUOTA
    S: G6 BAD ...
  )");
}

// RFC 9208 4.2.1: "an empty list means there are no administrative resource limits".
BOOST_AUTO_TEST_CASE(without_limits_the_list_is_empty) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 GETQUOTAROOT INBOX
    S: * QUOTAROOT INBOX ada@example.org
    S: * QUOTA ada@example.org ()
    S: a1 OK ...
  )");
}

// RFC 9208 4.3.1, example 1
BOOST_AUTO_TEST_CASE(what_finds_no_room_is_refused_and_changes_nothing) {
  MailServer server(limited({.octets = 3000, .messages = 2, .folders = 7}));
  server.deliver("Subject: one\r\n\r\n" + std::string(2000, 'x') + "\r\n");
  server.plays(Begin::in_inbox, R"(
    C: A1 APPEND INBOX {1024+}
    C: )" + std::string(1022, 'y') + R"(
    C:
    S: A1 NO [OVERQUOTA] ...
    C: A2 COPY 1 Sent
    S: A2 NO [OVERQUOTA] ...
    C: A4 CREATE one
    S: A4 OK ...
    C: A5 CREATE two
    S: A5 NO [OVERQUOTA] ...
    C: A6 MOVE 1 Trash
    S: * OK [COPYUID ...
    S: * 1 EXPUNGE
    S: A6 OK ...
    C: A7 STATUS Trash (MESSAGES)
    S: * STATUS Trash (MESSAGES 1)
    S: A7 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(messages_are_counted_one_by_one) {
  MailServer server(limited({.octets = std::nullopt, .messages = 2, .folders = std::nullopt}));
  server.deliver("one\r\n");
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND INBOX {3+}
    C: a
    C:
    S: a1 OK ...
    C: a2 APPEND INBOX {3+}
    C: b
    C:
    S: a2 NO [OVERQUOTA] ...
    C: a3 GETQUOTA ada@example.org
    S: * QUOTA ada@example.org (MESSAGE 2 2)
    S: a3 OK ...
  )");
  BOOST_CHECK_THROW(server.deliver("two\r\n"), Error);
}

// RFC 9208 4.1.4
BOOST_AUTO_TEST_CASE(status_tells_what_expunging_would_free) {
  MailServer server;
  for (const char* text : {"one\r\n", "second\r\n", "third one\r\n"}) server.deliver(text);
  server.plays(Begin::in_inbox, R"(
    C: S1 STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)
    S: * STATUS INBOX (MESSAGES 3 DELETED 0 DELETED-STORAGE 0)
    S: S1 OK ...
    C: S2 STORE 2:3 +FLAGS.SILENT (\Deleted)
    S: S2 OK ...
    C: S3 STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)
    S: * STATUS INBOX (MESSAGES 3 DELETED 2 DELETED-STORAGE 19)
    S: S3 OK ...
    C: S4 LIST "" INBOX RETURN (STATUS (DELETED-STORAGE DELETED))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * STATUS INBOX (DELETED-STORAGE 19 DELETED 2)
    S: S4 OK ...
    C: S5 EXPUNGE
    S: ...
    S: S5 OK ...
    C: S6 STATUS INBOX (DELETED DELETED-STORAGE)
    S: * STATUS INBOX (DELETED 0 DELETED-STORAGE 0)
    S: S6 OK ...
  )");
}

// RFC 9208 4.1.3: what is announced to whom can be done by whom.
BOOST_AUTO_TEST_CASE(quotas_are_set_by_those_whom_the_configuration_names_and_by_nobody_else) {
  MailServer::Options options;
  options.quota_admins = {"bob@example.org"};
  MailServer server(options);
  server.plays(R"(
    C: a LOGIN ada@example.org engine
    S: ...
    S: a OK ...
    C: S1 SETQUOTA ada@example.org (STORAGE 510)
    S: S1 NO [NOPERM] ...
    C2: b LOGIN bob@example.org engine
    S2: ...
    S2: b OK ...
    C2: S2 SETQUOTA ada@example.org (STORAGE 510 MESSAGE 1000)
    S2: * QUOTA ada@example.org (STORAGE 0 510 MESSAGE 0 1000)
    S2: S2 OK SETQUOTA completed
    C: G1 GETQUOTA ada@example.org
    S: * QUOTA ada@example.org (STORAGE 0 510 MESSAGE 0 1000)
    S: G1 OK ...
    C2: S3 SETQUOTA ada@example.org (STORAGE 512)
    S2: * QUOTA ada@example.org (STORAGE 0 512)
    S2: S3 OK ...
    C2: S4 SETQUOTA ada@example.org ()
    S2: * QUOTA ada@example.org ()
    S2: S4 OK ...
    C2: S5 SETQUOTA nobody@example.org ()
    S2: S5 NO [NONEXISTENT] ...
    C2: S6 SETQUOTA ada@example.org (INODES 3)
    S2: S6 NO [CANNOT] ...
    C2: S7 SETQUOTA ada@example.org (STORAGE)
    S2: S7 BAD ...
    C2: S8 SETQUOTA ada@example.org (STORAGE 1MESSAGE 2)
    S2: S8 BAD ...
  )");
  for (const auto& [name, announced] :
       {std::pair{"ada@example.org", false}, {"bob@example.org", true}}) {
    auto client = server.client();
    client->line();
    client->send(std::string("a LOGIN ") + name + " engine\r\nb CAPABILITY\r\n");
    auto line = client->line();
    while (!line.starts_with("* CAPABILITY")) line = client->line();
    BOOST_TEST((line.find(" QUOTASET") != std::string::npos) == announced, name);
    for (const char* always :
         {" QUOTA ", " QUOTA=RES-STORAGE", " QUOTA=RES-MESSAGE", " QUOTA=RES-MAILBOX"})
      BOOST_TEST((line.find(always) != std::string::npos), always);
  }
}

BOOST_AUTO_TEST_SUITE_END()
