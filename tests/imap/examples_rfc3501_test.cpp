// RFC 3501 6.1 to 6.3: what its examples say before a folder is selected, and of folders.
//
// Adapted: UIDs and UIDVALIDITY; "/" is the only separator, so that it stands where the RFC's names
// have "."; INBOX is listed, too, and \HasChildren or \HasNoChildren for each. SELECT says more, in
// another order. There are no other roots, so that the empty pattern gives an empty one.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc3501)

namespace {

using namespace test_support;

const Letter plain{letter_of(20)}, seen{letter_of(20), {.system = storage::seen, .keywords = {}}};

}  // namespace

// 6.1.2
BOOST_AUTO_TEST_CASE(noop_tells_what_others_did) {
  MailServer server;
  auto mail = letters(20, plain);
  mail[13] = seen;
  fill(server, "INBOX", mail);
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a002 NOOP
    S: a002 OK NOOP completed
    C2: b1 STORE 14 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 STORE 22 +FLAGS.SILENT (\Deleted)
    S2: b2 OK STORE completed
    C2: b3 UID EXPUNGE 22
    S2: * 22 EXPUNGE
    S2: b3 OK ...
    C2: b4 UNSELECT
    S2: b4 OK UNSELECT completed
    C2: b5 APPEND INBOX {3+}
    C2: x
    C2:
    S2: b5 OK ...
    C: a047 NOOP
    S: * 22 EXPUNGE
    S: * 23 EXISTS
    S: * 3 RECENT
    S: * 14 FETCH (FLAGS (\Deleted \Seen))
    S: a047 OK NOOP completed
    C: A023 LOGOUT
    S: * BYE ...
    S: A023 OK LOGOUT completed
  )");
}

// 6.2.3 and 7.5; there is no login with a blank in it.
BOOST_AUTO_TEST_CASE(login) {
  MailServer server;
  create_account(server, "smith", "SESAME");
  server.plays(R"(
    S: * OK ...
    C: a001 LOGIN SMITH SESAME
    S: a001 OK ...
    C2: A001 LOGIN {11}
    S2: * OK ...
    S2: + ...
    C2: FRED FOOBAR {7}
    S2: + ...
    C2: fat man
    S2: A001 NO [AUTHENTICATIONFAILED] ...
    C2: A044 BLURDYBLOOP {102856}
    S2: A044 BAD ...
  )");
}

// 6.3.1
BOOST_AUTO_TEST_CASE(select) {
  MailServer server;
  fill(server, "INBOX", letters(11, seen));
  fill(server, "INBOX", letters(160, plain));
  server.deliver(plain.octets);
  server.plays(Begin::logged_in, R"(
    C: A142 SELECT INBOX
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
    S: * 172 EXISTS
    S: * 1 RECENT
    S: * OK [UNSEEN 12] ...
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 173] ...
    S: ...
    S: A142 OK [READ-WRITE] SELECT completed
  )");
}

// 6.3.2
BOOST_AUTO_TEST_CASE(examine) {
  MailServer server;
  fill(server, "blurdybloop", letters(7, seen));
  fill(server, "blurdybloop", letters(8, plain));
  server.plays(Begin::logged_in, R"(
    C: A930 APPEND blurdybloop {3+}
    C: x
    C:
    S: A930 OK ...
    C: A931 APPEND blurdybloop {3+}
    C: x
    C:
    S: A931 OK ...
    C: A932 EXAMINE blurdybloop
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS ()] ...
    S: * 17 EXISTS
    S: * 2 RECENT
    S: * OK [UNSEEN 8] ...
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 18] ...
    S: ...
    S: A932 OK [READ-ONLY] EXAMINE completed
  )");
}

// 6.3.3. A folder is made for the name that ends in "/", too, so that it can be selected.
BOOST_AUTO_TEST_CASE(create_a_level_and_what_is_below) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: A003 CREATE owatagusiam/
    S: A003 OK ...
    C: A004 CREATE owatagusiam/blurdybloop
    S: A004 OK ...
  )");
}

// 6.3.4. A \Noselect name goes with the last that is below it.
BOOST_AUTO_TEST_CASE(delete_of_names_that_only_hold_others) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"blurdybloop", "foo/bar"});
  server.plays(Begin::logged_in, R"(
    C: A682 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" blurdybloop
    S: * LIST (\Noselect \HasChildren) "/" foo
    S: * LIST (\HasNoChildren) "/" foo/bar
    S: A682 OK LIST completed
    C: A683 DELETE blurdybloop
    S: A683 OK DELETE completed
    C: A684 DELETE foo
    S: A684 NO ...
    C: A685 DELETE foo/bar
    S: A685 OK DELETE completed
    C: A686 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: A686 OK LIST completed
    C: A687 DELETE foo
    S: A687 NO [NONEXISTENT] ...
  )");
}

// 6.3.4. What is left of foo is listed in either case.
BOOST_AUTO_TEST_CASE(delete_leaves_what_is_below) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"blurdybloop", "foo", "foo/bar"});
  server.plays(Begin::logged_in, R"(
    C: A82 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" blurdybloop
    S: * LIST (\HasChildren) "/" foo
    S: * LIST (\HasNoChildren) "/" foo/bar
    S: A82 OK LIST completed
    C: A83 DELETE blurdybloop
    S: A83 OK DELETE completed
    C: A84 DELETE foo
    S: A84 OK DELETE completed
    C: A85 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren) "/" foo
    S: * LIST (\HasNoChildren) "/" foo/bar
    S: A85 OK LIST completed
    C: A86 LIST "" %
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren) "/" foo
    S: A86 OK LIST completed
  )");
}

// 6.3.5
BOOST_AUTO_TEST_CASE(rename_takes_along_what_is_below) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"blurdybloop", "foo/bar"});
  server.plays(Begin::logged_in, R"(
    C: A682 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" blurdybloop
    S: * LIST (\Noselect \HasChildren) "/" foo
    S: * LIST (\HasNoChildren) "/" foo/bar
    S: A682 OK LIST completed
    C: A683 RENAME blurdybloop sarasoop
    S: A683 OK RENAME completed
    C: A684 RENAME foo zowie
    S: A684 OK RENAME completed
    C: A685 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" sarasoop
    S: * LIST (\Noselect \HasChildren) "/" zowie
    S: * LIST (\HasNoChildren) "/" zowie/bar
    S: A685 OK LIST completed
  )");
}

BOOST_AUTO_TEST_CASE(rename_of_inbox_leaves_what_is_below) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"INBOX/bar"});
  server.plays(Begin::logged_in, R"(
    C: Z432 LIST "" *
    S: * LIST (\HasChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" INBOX/bar
    S: Z432 OK LIST completed
    C: Z433 RENAME INBOX old-mail
    S: Z433 OK RENAME completed
    C: Z434 LIST "" *
    S: * LIST (\HasChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" INBOX/bar
    S: * LIST (\HasNoChildren) "/" old-mail
    S: Z434 OK LIST completed
  )");
}

// 6.3.8
BOOST_AUTO_TEST_CASE(list) {
  MailServer server;
  create(server, {"~/Mail/foo/bar", "~/Mail/meetings"});
  server.plays(Begin::logged_in, R"(
    C: A101 LIST "" ""
    S: * LIST (\Noselect) "/" ""
    S: A101 OK LIST completed
    C: A102 LIST #news.comp.mail.misc ""
    S: * LIST (\Noselect) "/" ""
    S: A102 OK LIST completed
    C: A103 LIST /usr/staff/jones ""
    S: * LIST (\Noselect) "/" ""
    S: A103 OK LIST completed
    C: A202 LIST ~/Mail/ %
    S: * LIST (\Noselect \HasChildren) "/" ~/Mail/foo
    S: * LIST (\HasNoChildren) "/" ~/Mail/meetings
    S: A202 OK LIST completed
  )");
}

// 6.3.6, 6.3.7 and 6.3.9
BOOST_AUTO_TEST_CASE(subscriptions) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"#news.comp.mail.mime", "#news/comp/mail/mime", "#news/comp/mail/misc"});
  subscribe(server, {"#news/comp/mail/mime", "#news/comp/mail/misc"});
  server.plays(Begin::logged_in, R"(
    C: A002 SUBSCRIBE #news.comp.mail.mime
    S: A002 OK SUBSCRIBE completed
    C: A002 UNSUBSCRIBE #news.comp.mail.mime
    S: A002 OK UNSUBSCRIBE completed
    C: A002 LSUB "#news/" "comp/mail/*"
    S: * LSUB (\HasNoChildren) "/" #news/comp/mail/mime
    S: * LSUB (\HasNoChildren) "/" #news/comp/mail/misc
    S: A002 OK LSUB completed
    C: A003 LSUB "#news/" "comp/%"
    S: * LSUB (\Noselect) "/" #news/comp/mail
    S: A003 OK LSUB completed
  )");
}

// 6.3.10
BOOST_AUTO_TEST_CASE(status) {
  MailServer server;
  fill(server, "blurdybloop", letters(231, plain));
  server.plays(Begin::logged_in, R"(
    C: A042 STATUS blurdybloop (UIDNEXT MESSAGES)
    S: * STATUS blurdybloop (UIDNEXT 232 MESSAGES 231)
    S: A042 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
