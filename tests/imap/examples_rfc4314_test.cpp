// RFC 4314 3.1 to 3.5, 4 and 5: ACL.
//
// Adapted: the owner, here ada or bob, has all rights always and is told first; identifiers are
// logins, in small letters, and there are no groups; rights come in the order of the RFC's 2.1, and
// what ada sees of bob's is below "Other Users/bob@example.org".

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc4314)

namespace {

using namespace test_support;

}  // namespace

// 2.1.1
BOOST_AUTO_TEST_CASE(virtual_rights_expand) {
  MailServer server;
  create_accounts(server, {"david", "byron"});
  create(server, {"INBOX/Drafts"});
  server.plays(Begin::logged_in, R"(
    C: A001 SeTacl INBOX/Drafts David lrswida
    S: A001 OK ...
    C: A002 getacl INBOX/Drafts
    S: * ACL INBOX/Drafts ada@example.org lrswipkxteacd david lrswitead
    S: A002 OK ...
    C: A003 DELETEACL INBOX/Drafts David
    S: A003 OK ...
    C: A003 Setacl INBOX/Drafts Byron lrswikda
    S: A003 OK ...
    C: A002 getAcl INBOX/Drafts
    S: * ACL INBOX/Drafts ada@example.org lrswipkxteacd byron lrswikteacd
    S: A002 OK ...
  )");
}

// 3.1
BOOST_AUTO_TEST_CASE(setacl) {
  MailServer server;
  create_accounts(server, {"fred", "chris", "john"});
  create(server, {"INBOX/Drafts"});
  server.plays(Begin::logged_in, R"(
    C: A000 SETACL INBOX/Drafts Fred rwipslxetad
    S: A000 OK ...
    C: A000 SETACL INBOX/Drafts Chris lrswi
    S: A000 OK ...
    C: A001 GETACL INBOX/Drafts
    S: * ACL INBOX/Drafts ada@example.org lrswipkxteacd fred lrswipxteacd chris lrswi
    S: A001 OK ...
    C: A002 SETACL INBOX/Drafts Chris +cda
    S: A002 OK ...
    C: A003 GETACL INBOX/Drafts
    S: * ACL INBOX/Drafts ada@example.org lrswipkxteacd fred lrswipxteacd chris lrswikxteacd
    S: A003 OK ...
    C: A035 SETACL INBOX/Drafts John lrQswicda
    S: A035 BAD ...
    C: A036 SETACL INBOX/Drafts John lrqswicda
    S: A036 BAD ...
  )");
}

// 3.2 and 3.3
BOOST_AUTO_TEST_CASE(deleteacl_and_getacl) {
  MailServer server;
  create_accounts(server, {"fred"});
  server.plays(Begin::logged_in, R"(
    C: B000 SETACL INBOX Fred rwipslxetad
    S: B000 OK ...
    C: B000 SETACL INBOX -Fred wetd
    S: B000 OK ...
    C: B001 getacl INBOX
    S: * ACL INBOX ada@example.org lrswipkxteacd fred lrswipxteacd -fred wted
    S: B001 OK ...
    C: B002 DeleteAcl INBOX Fred
    S: B002 OK ...
    C: B003 GETACL INBOX
    S: * ACL INBOX ada@example.org lrswipkxteacd -fred wted
    S: B003 OK ...
  )");
}

// 3.4 and 3.5: every right can be given alone.
BOOST_AUTO_TEST_CASE(listrights_and_myrights) {
  MailServer::Options options;
  options.anyone = policy::Sharing::Anyone::allowed;
  MailServer server(options);
  create_accounts(server, {"smith"});
  create(server, {"~/Mail/saved", "archive/imap"});
  server.plays(Begin::logged_in, R"(
    C: a001 LISTRIGHTS ~/Mail/saved smith
    S: * LISTRIGHTS ~/Mail/saved smith "" l r s w i p k x t e a c d
    S: a001 OK ...
    C: a005 listrights archive/imap anyone
    S: * LISTRIGHTS archive/imap anyone "" l r s w i p k x t e a c d
    S: a005 OK ...
    C: A003 MYRIGHTS INBOX
    S: * MYRIGHTS INBOX lrswipkxteacd
    S: A003 OK ...
  )");
}

namespace {

// Three messages of ada's, and bob's folder with 76 and with rights of hers.
void offer(MailServer& server, const std::string& rights) {
  const std::string octets = letter_of(20);
  fill(server, "INBOX",
       {{octets, {.system = storage::draft | storage::deleted, .keywords = {}}},
        {octets, {.system = storage::answered, .keywords = {}}},
        {octets, {.system = storage::seen, .keywords = {"$Forwarded"}}}});
  fill(server, "TargetMailbox", letters(76, {octets}), bob);
  server.plays(Begin::ada_and_bob, "C2: a SETACL TargetMailbox ada@example.org " + rights +
                                       "\nS2: a OK SETACL completed\n");
}

}  // namespace

// 4, COPY
BOOST_AUTO_TEST_CASE(copy_keeps_the_flags_that_rights_allow) {
  MailServer server;
  offer(server, "rwis");
  server.plays(Begin::in_inbox, R"(
    C: A003 MYRIGHTS "Other Users/bob@example.org/TargetMailbox"
    S: * MYRIGHTS "Other Users/bob@example.org/TargetMailbox" rswi
    S: A003 OK ...
    C: A004 FETCH 1:3 (FLAGS)
    S: * 1 FETCH (FLAGS (\Deleted \Draft))
    S: * 2 FETCH (FLAGS (\Answered))
    S: * 3 FETCH (FLAGS (\Seen $Forwarded))
    S: A004 OK ...
    C: A005 COPY 1:3 "Other Users/bob@example.org/TargetMailbox"
    S: A005 OK ...
    C: A006 SELECT "Other Users/bob@example.org/TargetMailbox"
    S: ...
    S: A006 OK ...
    C: A007 FETCH 77:79 (FLAGS)
    S: * 77 FETCH (FLAGS (\Draft \Recent))
    S: * 78 FETCH (FLAGS (\Answered \Recent))
    S: * 79 FETCH (FLAGS (\Seen \Recent $Forwarded))
    S: A007 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(copy_without_w_loses_others) {
  MailServer server;
  offer(server, "rsti");
  server.plays(Begin::in_inbox, R"(
    C: A003 MYRIGHTS "Other Users/bob@example.org/TargetMailbox"
    S: * MYRIGHTS "Other Users/bob@example.org/TargetMailbox" rsitd
    S: A003 OK ...
    C: A005 COPY 1:3 "Other Users/bob@example.org/TargetMailbox"
    S: A005 OK ...
    C: A006 SELECT "Other Users/bob@example.org/TargetMailbox"
    S: ...
    S: A006 OK ...
    C: A007 FETCH 77:79 (FLAGS)
    S: * 77 FETCH (FLAGS (\Deleted \Recent))
    S: * 78 FETCH (FLAGS (\Recent))
    S: * 79 FETCH (FLAGS (\Seen \Recent))
    S: A007 OK ...
  )");
}

// 5.1.1, both commands at once.
BOOST_AUTO_TEST_CASE(permanentflags_are_the_rights) {
  MailServer server;
  const Letter seen{letter_of(20), {.system = storage::seen, .keywords = {}}};
  fill(server, "INBOX", letters(11, seen), bob);
  fill(server, "INBOX", letters(160, {letter_of(20)}), bob);
  server.deliver(letter_of(20), bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: A141 SETACL INBOX ada@example.org lrwis
    S2: A141 OK ...
    C: A142 SELECT "Other Users/bob@example.org/INBOX"
    C: A143 MYRIGHTS "Other Users/bob@example.org/INBOX"
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Seen \Draft \*)] ...
    S: * 172 EXISTS
    S: * 1 RECENT
    S: * OK [UNSEEN 12] ...
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 173] ...
    S: ...
    S: A142 OK [READ-WRITE] ...
    S: * MYRIGHTS "Other Users/bob@example.org/INBOX" lrswi
    S: A143 OK ...
  )");
}

// 5.2: \Seen is shared here, so that "s" is one of the rights of "shared flags".
BOOST_AUTO_TEST_CASE(read_only_is_who_can_change_nothing) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: a CREATE banan
    S2: a OK ...
    C2: b CREATE apple
    S2: b OK ...
    C2: c CREATE pear
    S2: c OK ...
    C2: d SETACL banan ada@example.org lr
    S2: d OK ...
    C2: e SETACL apple ada@example.org rit
    S2: e OK ...
    C2: f SETACL pear ada@example.org rset
    S2: f OK ...
    C: a SELECT "Other Users/bob@example.org/banan"
    S: ...
    S: a OK [READ-ONLY] ...
    C: b SELECT "Other Users/bob@example.org/apple"
    S: ...
    S: b OK [READ-WRITE] ...
    C: c SELECT "Other Users/bob@example.org/pear"
    S: ...
    S: c OK [READ-WRITE] ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
