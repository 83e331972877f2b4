// The examples of RFCs that have few: 2177, 2342, 2971, 3691, 5161, 5819, 6851, 7889, 8438.
//
// Adapted: UIDs and UIDVALIDITY, the order of what SELECT says, \HasChildren or \HasNoChildren for
// each name of LIST, whose STATUS lines come after it.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_short_rfcs)

namespace {

using namespace test_support;

const Letter plain{letter_of(20)}, seen{letter_of(20), {.system = storage::seen, .keywords = {}}};

void fill_sizes(MailServer& server, const std::string& folder,
                const std::vector<std::size_t>& sizes) {
  std::vector<Letter> mail;
  for (const auto size : sizes) mail.push_back({letter_of(size)});
  fill(server, folder, mail);
}

}  // namespace

// RFC 2177 section 3. EXISTS comes where messages come, and not where they go.
BOOST_AUTO_TEST_CASE(idle) {
  MailServer server;
  fill(server, "INBOX", letters(3, seen));
  server.plays(Begin::in_inbox, R"(
    C: A001 SELECT INBOX
    S: ...
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: A001 OK [READ-WRITE] SELECT completed
    C: A002 IDLE
    S: + ...
    C2: b1 APPEND INBOX {3+}
    C2: x
    C2:
    S2: ...
    S2: b1 OK ...
    S: * 4 EXISTS
    C: DONE
    S: ...
    S: A002 OK IDLE ...
    C2: b2 STORE 2 +FLAGS.SILENT (\Deleted)
    S2: b2 OK STORE completed
    C2: b3 EXPUNGE
    S2: * 2 EXPUNGE
    S2: b3 OK EXPUNGE completed
    C: A003 FETCH 4 ALL
    S: * 4 FETCH (FLAGS (...
    S: ...
    S: A003 OK FETCH completed
    C: A004 IDLE
    S: ...
    S: * 2 EXPUNGE
    C2: b4 STORE 3 +FLAGS.SILENT (\Deleted)
    S2: b4 OK STORE completed
    C2: b5 EXPUNGE
    S2: * 3 EXPUNGE
    S2: b5 OK EXPUNGE completed
    S: ...
    S: * 3 EXPUNGE
    C2: b6 APPEND INBOX {3+}
    C2: x
    C2:
    S2: ...
    S2: b6 OK ...
    S: * 3 EXISTS
    C: DONE
    S: ...
    S: A004 OK IDLE ...
    C: A005 FETCH 3 ALL
    S: * 3 FETCH (FLAGS (...
    S: A005 OK FETCH completed
    C: A006 IDLE
    S: + ...
  )");
}

// RFC 2342 section 5, example 5.7. Logins are in small letters.
BOOST_AUTO_TEST_CASE(namespace_) {
  MailServer server;
  const std::vector<std::string> users{"mike", "karen", "matthew", "tesa"};
  create_accounts(server, users);
  for (const auto& user : users)
    server.plays("C: a LOGIN " + user +
                 " engine\nS: ...\nS: a OK ...\n"
                 "C: b SETACL INBOX ada@example.org lr\nS: b OK SETACL completed\n");
  server.plays(Begin::logged_in, R"(
    C: A001 NAMESPACE
    S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
    S: A001 OK NAMESPACE completed
    C: A002 LIST "" "Other Users/%"
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/karen"
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/matthew"
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/mike"
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/tesa"
    S: A002 OK LIST completed
    C: A002 CREATE "Sent Mail"
    S: A002 OK ...
  )");
}

// RFC 2971 3.1 and 3.2
BOOST_AUTO_TEST_CASE(id) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a023 ID ("name" "sodr" "version" "19.34" "vendor" "Pink Floyd Music Limited")
    S: * ID ("name" "Sealpost" "version" "..."...
    S: a023 OK ID completed
    C: a042 ID NIL
    S: * ID ("name" "Sealpost" "version" "..."...
    S: a042 OK ID completed
  )");
}

// RFC 3691 section 2
BOOST_AUTO_TEST_CASE(unselect) {
  MailServer server;
  fill(server, "INBOX", {{plain.octets, {.system = storage::deleted, .keywords = {}}}});
  server.plays(Begin::in_inbox, R"(
    C: A341 UNSELECT
    S: A341 OK UNSELECT completed
    C: A342 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 1)
    S: A342 OK STATUS completed
  )");
}

// RFC 5161 section 3. CONDSTORE is to be enabled here, X-GOOD-IDEA is none.
BOOST_AUTO_TEST_CASE(enable) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: t1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 ... ENABLE ...
    S: t1 OK CAPABILITY completed
    C: t2 ENABLE CONDSTORE X-GOOD-IDEA
    S: * ENABLED CONDSTORE
    S: t2 OK ENABLE completed
    C: t3 CAPABILITY
    S: * CAPABILITY IMAP4rev1 ... ENABLE ...
    S: t3 OK CAPABILITY completed
    C2: a1 ENABLE CONDSTORE
    S2: * ENABLED CONDSTORE
    S2: a1 OK ENABLE completed
  )");
}

// RFC 5819 section 3
BOOST_AUTO_TEST_CASE(list_status) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"bar/x"});
  fill(server, "INBOX", letters(16, plain));
  fill(server, "INBOX", {seen});
  fill(server, "foo", letters(29, plain));
  fill(server, "foo", {seen});
  subscribe(server, {"INBOX", "foo/below"});
  server.plays(Begin::logged_in, R"(
    C: A01 LIST "" % RETURN (STATUS (MESSAGES UNSEEN))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" bar
    S: * LIST (\HasNoChildren) "/" foo
    S: * STATUS INBOX (MESSAGES 17 UNSEEN 16)
    S: * STATUS foo (MESSAGES 30 UNSEEN 29)
    S: A01 OK LIST completed
    C: A02 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (STATUS (MESSAGES))
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: * LIST (\HasNoChildren) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
    S: * STATUS INBOX (MESSAGES 17)
    S: A02 OK LIST completed
  )");
}

// RFC 6851 3.3
BOOST_AUTO_TEST_CASE(move) {
  MailServer server;
  create(server, {"foo"});
  fill(server, "INBOX", letters(69, plain));
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1:20 +FLAGS.SILENT (\Deleted)
    S: a1 OK STORE completed
    C: a2 EXPUNGE
    S: ...
    S: a2 OK EXPUNGE completed
    C: a UID MOVE 42:69 foo
    S: * OK [COPYUID ... 42:69 1:28] ...
    S: * 22 EXPUNGE
    S: ...
    S: a OK MOVE completed
  )");
}

// RFC 7889 sections 2 and 3
BOOST_AUTO_TEST_CASE(appendlimit) {
  MailServer server({.limits = {.message = 257'890}});
  remove_default_folders(server);
  server.plays(Begin::logged_in, R"(
    C: t1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 ... ID ... APPENDLIMIT=257890 ...
    S: t1 OK CAPABILITY completed
    C: t1 STATUS INBOX (APPENDLIMIT)
    S: * STATUS INBOX (APPENDLIMIT 257890)
    S: t1 OK STATUS completed
    C: t1 LIST "" % RETURN (STATUS (APPENDLIMIT))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * STATUS INBOX (APPENDLIMIT 257890)
    S: t1 OK LIST completed
  )");
}

// RFC 8438 section 3. The messages are the sizes of the RFC, and so is their sum.
BOOST_AUTO_TEST_CASE(status_size) {
  MailServer server;
  remove_default_folders(server);
  fill_sizes(server, "frop", {3224, 1222, 444, 4516, 544, 922, 31126, 2423});
  fill(server, "INBOX", letters(16, {letter_of(955)}));
  fill_sizes(server, "INBOX", {954});
  server.plays(Begin::logged_in, R"(
    C: A01 STATUS frop (MESSAGES SIZE UIDNEXT)
    S: * STATUS frop (MESSAGES 8 SIZE 44421 UIDNEXT 9)
    S: A01 OK STATUS completed
    C: A02 SELECT "frop"
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: ...
    S: * 8 EXISTS
    S: ...
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 9] ...
    S: * OK [HIGHESTMODSEQ ...] ...
    S: A02 OK [READ-WRITE] SELECT completed
    C: A03 FETCH 1:* (RFC822.SIZE)
    S: * 1 FETCH (RFC822.SIZE 3224)
    S: * 2 FETCH (RFC822.SIZE 1222)
    S: * 3 FETCH (RFC822.SIZE 444)
    S: * 4 FETCH (RFC822.SIZE 4516)
    S: * 5 FETCH (RFC822.SIZE 544)
    S: * 6 FETCH (RFC822.SIZE 922)
    S: * 7 FETCH (RFC822.SIZE 31126)
    S: * 8 FETCH (RFC822.SIZE 2423)
    S: A03 OK FETCH completed
    C: A04 LIST "" % RETURN (STATUS (MESSAGES SIZE))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" frop
    S: * STATUS INBOX (MESSAGES 17 SIZE 16234)
    S: * STATUS frop (MESSAGES 8 SIZE 44421)
    S: A04 OK LIST completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
