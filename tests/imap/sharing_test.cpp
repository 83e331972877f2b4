// Folders of other users (RFC 4314, RFC 2342 section 5, RFC 8440): what bob gives ada, and what
// not.

#include <boost/test/unit_test.hpp>

#include "crypto/crossing.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(sharing)

namespace {

using test_support::Begin;
using test_support::MailServer;

const std::string bob = "bob@example.org";

}  // namespace

// RFC 4314 2.1.1 and 3.1 to 3.8
BOOST_AUTO_TEST_CASE(the_owner_gives_and_takes_rights) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: A0 MYRIGHTS INBOX
    S2: * MYRIGHTS INBOX lrswipkxteacd
    S2: A0 OK MYRIGHTS completed
    C2: A1 GETACL Drafts
    S2: * ACL Drafts bob@example.org lrswipkxteacd
    S2: A1 OK GETACL completed
    C2: A2 SeTacl Drafts Ada@example.org lrswida
    S2: A2 OK SETACL completed
    C2: A3 getacl Drafts
    S2: * ACL Drafts bob@example.org lrswipkxteacd ada@example.org lrswitead
    S2: A3 OK ...
    C2: A4 SETACL Drafts ada@example.org +k
    S2: A4 OK ...
    C2: A5 SETACL Drafts ada@example.org -wd
    S2: A5 OK ...
    C2: A6 SETACL Drafts -ada@example.org i
    S2: A6 OK ...
    C2: A7 GETACL Drafts
    S2: * ACL Drafts bob@example.org lrswipkxteacd ada@example.org lrsikac -ada@example.org i
    S2: A7 OK ...
    C: B1 MYRIGHTS "Other Users/bob@example.org/Drafts"
    S: * MYRIGHTS "Other Users/bob@example.org/Drafts" lrskac
    S: B1 OK ...
    C2: A8 LISTRIGHTS Drafts ada@example.org
    S2: * LISTRIGHTS Drafts ada@example.org "" l r s w i p k x t e a c d
    S2: A8 OK LISTRIGHTS completed
    C2: A9 LISTRIGHTS Drafts bob@example.org
    S2: * LISTRIGHTS Drafts bob@example.org lrswipkxteacd
    S2: A9 OK ...
    C2: A10 DELETEACL Drafts ada@example.org
    S2: A10 OK DELETEACL completed
    C2: A11 GETACL Drafts
    S2: * ACL Drafts bob@example.org lrswipkxteacd -ada@example.org i
    S2: A11 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(what_no_list_can_have_is_refused) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: A1 SETACL Drafts ada@example.org lrQswicda
    S2: A1 BAD ...
    C2: A2 SETACL Drafts ada@example.org lrqswicda
    S2: A2 BAD ...
    C2: A3 SETACL Drafts "" lr
    S2: A3 BAD ...
    C2: A4 SETACL Drafts anyone lr
    S2: A4 NO [CANNOT] ...
    C2: A5 SETACL Drafts nobody@example.org lr
    S2: A5 NO [NONEXISTENT] ...
    C2: A6 SETACL Drafts bob@example.org lr
    S2: A6 NO [CANNOT] ...
    C2: A7 SETACL Nowhere ada@example.org lr
    S2: A7 NO [NONEXISTENT] ...
    C2: A8 SETACL Drafts ada@example.org
    S2: A8 BAD ...
  )");
}

// RFC 2342 section 5, RFC 4314 section 4, RFC 8440 section 4
BOOST_AUTO_TEST_CASE(only_what_is_shared_is_listed) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C: a0 NAMESPACE
    S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
    S: a0 OK ...
    C: a1 LIST "" "Other Users/*"
    S: a1 OK ...
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C2: b2 CREATE Work/2025
    S2: b2 OK ...
    C2: b3 SETACL Work/2025 ada@example.org l
    S2: b3 OK ...
    C2: b4 SETACL Sent ada@example.org r
    S2: b4 OK ...
    C: a2 LIST "" "Other Users*" RETURN (MYRIGHTS)
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" "Other Users"
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" "Other Users/bob@example.org"
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    S: * MYRIGHTS "Other Users/bob@example.org/INBOX" lr
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" "Other Users/bob@example.org/Work"
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/Work/2025"
    S: * MYRIGHTS "Other Users/bob@example.org/Work/2025" l
    S: a2 OK ...
    C: a3 LIST "" "Other Users/%/%" RETURN (STATUS (MESSAGES))
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" "Other Users/bob@example.org/Work"
    S: * STATUS "Other Users/bob@example.org/INBOX" (MESSAGES 0)
    S: a3 OK ...
    C: a4 LIST "" "INBOX" RETURN (MYRIGHTS)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * MYRIGHTS INBOX lrswipkxteacd
    S: a4 OK ...
    C2: b5 LIST "" "Other Users/*"
    S2: b5 OK ...
    C: a5 CREATE "Other Users"
    S: a5 NO [CANNOT] ...
    C: a6 CREATE "Other Users/nobody@example.org/x"
    S: a6 NO [NONEXISTENT] ...
    C: a7 CREATE "Other Users/bob@example.org/x"
    S: a7 NO [NONEXISTENT] ...
  )");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_only_read_stays_as_it_is) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS ()] Flags kept
    S: * 1 EXISTS
    S: ...
    S: a1 OK [READ-ONLY] SELECT completed
    C: a2 FETCH 1 (BODY[TEXT])
    S: * 1 FETCH (BODY[TEXT] {7}
    S: hello
    S: )
    S: a2 OK ...
    C: a3 STORE 1 +FLAGS (\Seen)
    S: a3 NO [READ-ONLY] ...
    C: a4 EXPUNGE
    S: a4 NO ...
    C: a5 SEARCH TEXT hello
    S: * SEARCH 1
    S: a5 OK ...
    C2: b2 STATUS INBOX (UNSEEN RECENT)
    S2: * STATUS INBOX (UNSEEN 1 RECENT 1)
    S2: b2 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(keywords_of_other_folders_are_not_told) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 APPEND Drafts ($Merger) {1+}
    C2: x
    S2: b1 OK ...
    C2: b2 SETACL INBOX ada@example.org lrw
    S2: b2 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Draft \*)] Flags kept
    S: ...
    S: a1 OK [READ-WRITE] SELECT completed
    C2: b3 SELECT INBOX
    S2: ...
    S2: b3 OK ...
    C2: b4 APPEND Drafts ($Other) {1+}
    C2: x
    S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Merger $Other)
    S2: * OK [PERMANENTFLAGS ...
    S2: b4 OK ...
    C: a2 NOOP
    S: a2 OK ...
    C2: b5 STORE 1 +FLAGS.SILENT ($Work)
    S2: ...
    S2: b5 OK ...
    C: a3 NOOP
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Draft $Work \*)] Flags kept
    S: * 1 FETCH (FLAGS (\Recent $Work))
    S: a3 OK ...
  )");
}

// RFC 4314 section 4 and 5.1.1
BOOST_AUTO_TEST_CASE(flags_are_changed_as_far_as_the_rights_go) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b0 SELECT INBOX
    S2: ...
    S2: b0 OK ...
    C2: b1 STORE 1 +FLAGS (\Flagged $Work)
    S2: ...
    S2: b1 OK ...
    C2: b2 SETACL INBOX ada@example.org lrs
    S2: b2 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
    S: * OK [PERMANENTFLAGS (\Seen)] Flags kept
    S: ...
    S: a1 OK [READ-WRITE] SELECT completed
    C: a2 STORE 1 FLAGS (\Seen \Deleted)
    S: * 1 FETCH (FLAGS (\Flagged \Seen $Work))
    S: a2 OK ...
    C: a3 STORE 1 +FLAGS (\Deleted)
    S: a3 NO [NOPERM] ...
    C: a4 STORE 1 -FLAGS (\Seen \Flagged)
    S: * 1 FETCH (FLAGS (\Flagged $Work))
    S: a4 OK ...
    C2: b3 SETACL INBOX ada@example.org lrwt
    S2: ...
    S2: b3 OK ...
    C: a5 STORE 1 FLAGS (\Deleted \Seen)
    S: * 1 FETCH (FLAGS (\Deleted))
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Draft \*)] Flags kept
    S: a5 OK ...
    C: a6 FETCH 1 (BODY[TEXT])
    S: * 1 FETCH (BODY[TEXT] {7}
    S: hello
    S: )
    S: a6 OK ...
    C: a7 CLOSE
    S: a7 OK ...
    C2: b4 STATUS INBOX (MESSAGES UNSEEN DELETED)
    S2: * STATUS INBOX (MESSAGES 1 UNSEEN 1 DELETED 1)
    S2: ...
    S2: b4 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(messages_are_copied_and_moved_between_mailboxes_whole) {
  MailServer server;
  const auto before = crypto::crossings(crypto::Cause::copy, crypto::ActorClass::user);
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.deliver("Subject: two\r\n\r\nhello again\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lrte
    S2: b1 OK ...
    C2: b2 SETACL Sent ada@example.org lrsi
    S2: b2 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: ...
    S: a1 OK ...
    C: a2 COPY 1:2 INBOX
    S: a2 OK [COPYUID ...
    C: a3 MOVE 1 INBOX
    S: * OK [COPYUID ...
    S: * 1 EXPUNGE
    S: a3 OK ...
    C: a4 COPY 1 "Other Users/bob@example.org/Sent"
    S: a4 OK [COPYUID ...
    C: a5 COPY 1 "Other Users/bob@example.org/Drafts"
    S: a5 NO [NONEXISTENT] ...
    C: a6 SELECT INBOX
    S: ...
    S: a6 OK ...
    C: a7 FETCH 1:3 (RFC822.SIZE ENVELOPE BODY.PEEK[TEXT])
    S: * 1 FETCH (RFC822.SIZE 23 ENVELOPE (NIL "one" ...
    S: ...
    S: a7 OK ...
    C: a8 STORE 1 FLAGS (\Seen \Deleted \Flagged)
    S: ...
    S: a8 OK ...
    C: a9 MOVE 1 "Other Users/bob@example.org/Sent"
    S: * OK [COPYUID ...
    S: * 1 EXPUNGE
    S: a9 OK ...
    C: a10 SEARCH TEXT again
    S: * SEARCH 1
    S: a10 OK ...
    C2: b3 SELECT Sent
    S2: ...
    S2: b3 OK ...
    C2: b4 FETCH 1:2 (FLAGS BODY[TEXT])
    S2: * 1 FETCH (FLAGS (\Seen \Recent) BODY[TEXT] {13}
    S2: hello again
    S2: )
    S2: * 2 FETCH (FLAGS (\Seen \Recent) BODY[TEXT] {7}
    S2: hello
    S2: )
    S2: b4 OK ...
  )");
  // Four messages were opened for it: chunk, summary and both texts of each.
  const auto after = crypto::crossings(crypto::Cause::copy, crypto::ActorClass::user);
  BOOST_TEST(after.operations - before.operations >= 4u * 4u);
}

// RFC 4314 5.1.1: once, and only where it makes a difference.
BOOST_AUTO_TEST_CASE(flags_that_may_be_kept_are_told_anew_with_the_rights) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lrs
    S2: b1 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: ...
    S: a1 OK [READ-WRITE] SELECT completed
    C: a2 NOOP
    S: a2 OK NOOP completed
    C2: b2 SETACL INBOX ada@example.org lrst
    S2: b2 OK ...
    C: a3 NOOP
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Deleted \Seen)] Flags kept
    S: a3 OK NOOP completed
    C2: b3 SETACL INBOX ada@example.org lrsti
    S2: b3 OK ...
    C: a4 NOOP
    S: a4 OK NOOP completed
    C: a5 EXAMINE "Other Users/bob@example.org/INBOX"
    S: ...
    S: a5 OK ...
    C2: b4 SETACL INBOX ada@example.org lrswt
    S2: b4 OK ...
    C: a6 NOOP
    S: a6 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(rights_that_are_taken_back_end_what_goes_on) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: ...
    S: a1 OK ...
    C2: b2 DELETEACL INBOX ada@example.org
    S2: b2 OK ...
    C: a2 FETCH 1 BODY[]
    S: * BYE ...
    S: a2 NO [NONEXISTENT] ...
  )");
}

BOOST_AUTO_TEST_CASE(subscriptions_and_private_annotations_are_kept_at_home) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 SUBSCRIBE "Other Users/bob@example.org/INBOX"
    S: a1 OK ...
    C: a2 SUBSCRIBE "Other Users/bob@example.org/Sent"
    S: a2 NO [NONEXISTENT] ...
    C: a3 LSUB "" "Other*"
    S: * LSUB (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    S: a3 OK ...
    C: a4 SETMETADATA "Other Users/bob@example.org/INBOX" (/private/comment "of ada")
    S: a4 OK ...
    C: a5 SETMETADATA "Other Users/bob@example.org/INBOX" (/shared/comment "for all")
    S: a5 NO [NOPERM] ...
    C2: b2 SETMETADATA INBOX (/private/comment "of bob" /shared/comment "of both")
    S2: b2 OK ...
    C: a6 GETMETADATA "Other Users/bob@example.org/INBOX" (/private/comment /shared/comment)
    S: * METADATA "Other Users/bob@example.org/INBOX" (/private/comment "of ada" /shared/comment "of both")
    S: a6 OK ...
    C2: b3 GETMETADATA INBOX /private/comment
    S2: * METADATA INBOX (/private/comment "of bob")
    S2: b3 OK ...
    C2: b4 SETACL INBOX ada@example.org lrw
    S2: b4 OK ...
    C: a7 SETMETADATA "Other Users/bob@example.org/INBOX" (/shared/comment "for all")
    S: a7 OK ...
    C: a8 SETMETADATA "Other Users/bob@example.org/INBOX" (/shared/comment "x" /private/comment "y")
    S: a8 NO [CANNOT] ...
    C: a9 GETQUOTAROOT "Other Users/bob@example.org/INBOX"
    S: * QUOTAROOT "Other Users/bob@example.org/INBOX" bob@example.org
    S: * QUOTA bob@example.org ()
    S: a9 OK ...
    C2: b5 DELETEACL INBOX ada@example.org
    S2: b5 OK ...
    C: a10 UNSUBSCRIBE "Other Users/bob@example.org/INBOX"
    S: a10 OK ...
    C: a11 GETMETADATA "Other Users/bob@example.org/INBOX" /shared/comment
    S: a11 NO [NONEXISTENT] ...
  )");
}

BOOST_AUTO_TEST_CASE(what_is_shared_with_anyone_all_see_where_that_is_allowed) {
  MailServer::Options options;
  options.anyone = policy::Sharing::Anyone::allowed;
  MailServer server(options);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL Archive anyone lr
    S2: b1 OK ...
    C2: b2 SETACL Archive -ada@example.org r
    S2: b2 OK ...
    C: a1 MYRIGHTS "Other Users/bob@example.org/Archive"
    S: * MYRIGHTS "Other Users/bob@example.org/Archive" l
    S: a1 OK ...
    C: a2 SELECT "Other Users/bob@example.org/Archive"
    S: a2 NO [NOPERM] ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
