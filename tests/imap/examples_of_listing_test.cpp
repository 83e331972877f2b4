// The examples of RFC 6154 section 5 (SPECIAL-USE; 5.4 is in metadata_test.cpp) and RFC 8440
// section 4 (LIST-MYRIGHTS).
//
// Adapted: folders come by name, INBOX first, with \HasChildren or \HasNoChildren always; there is
// no \Marked; of an own folder one has all rights.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_of_listing)

namespace {

using namespace test_support;

}  // namespace

// RFC 6154 5.1 and 5.2
BOOST_AUTO_TEST_CASE(special_use) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"ToDo", "Projects", "Projects/x"});
  server.plays(Begin::logged_in, R"(
    C: t0 CREATE SentMail (USE (\Sent))
    S: t0 OK ...
    C: t0 CREATE MyDrafts (USE (\Drafts))
    S: t0 OK ...
    C: t0 CREATE Trash (USE (\Trash))
    S: t0 OK ...
    C: t1 LIST "" "%"
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren \Drafts) "/" MyDrafts
    S: * LIST (\HasChildren) "/" Projects
    S: * LIST (\HasNoChildren \Sent) "/" SentMail
    S: * LIST (\HasNoChildren) "/" ToDo
    S: * LIST (\HasNoChildren \Trash) "/" Trash
    S: t1 OK LIST completed
    C: t1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 ... SPECIAL-USE CREATE-SPECIAL-USE ...
    S: t1 OK CAPABILITY completed
    C: t2 LIST "" "%" RETURN (SPECIAL-USE)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren \Drafts) "/" MyDrafts
    S: * LIST (\HasChildren) "/" Projects
    S: * LIST (\HasNoChildren \Sent) "/" SentMail
    S: * LIST (\HasNoChildren) "/" ToDo
    S: * LIST (\HasNoChildren \Trash) "/" Trash
    S: t2 OK LIST completed
    C: t3 LIST (SPECIAL-USE) "" "*"
    S: * LIST (\HasNoChildren \Drafts) "/" MyDrafts
    S: * LIST (\HasNoChildren \Sent) "/" SentMail
    S: * LIST (\HasNoChildren \Trash) "/" Trash
    S: t3 OK LIST completed
  )");
}

BOOST_AUTO_TEST_CASE(list_myrights) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"foo", "bar/x"});
  subscribe(server, {"INBOX", "foo/below"});
  server.plays(Begin::logged_in, R"(
    C: A01 LIST "" % RETURN (MYRIGHTS)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * MYRIGHTS INBOX lrswipkxteacd
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" bar
    S: * LIST (\HasNoChildren) "/" foo
    S: * MYRIGHTS foo lrswipkxteacd
    S: A01 OK LIST completed
    C: A02 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (MYRIGHTS)
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: * MYRIGHTS INBOX lrswipkxteacd
    S: * LIST (\HasNoChildren) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
    S: A02 OK LIST completed
  )");
}

// SPECIAL-USE is a list-select-independent-opt (RFC 6154 section 6), and RECURSIVEMATCH wants a
// list-select-base-opt (RFC 5258 section 6), of which SUBSCRIBED is the only one.
BOOST_AUTO_TEST_CASE(recursivematch_wants_subscribed_beside_it) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"foo/x"});
  subscribe(server, {"foo/x"});
  server.plays(Begin::logged_in, R"(
    C: a1 LIST (RECURSIVEMATCH) "" "*"
    S: a1 BAD ...
    C: a2 LIST (RECURSIVEMATCH SPECIAL-USE) "" "*"
    S: a2 BAD ...
    C: a3 LIST (SPECIAL-USE REMOTE RECURSIVEMATCH) "" "*"
    S: a3 BAD ...
    C: a4 LIST (SPECIAL-USE REMOTE) "" "*"
    S: a4 OK LIST completed
    C: a5 LIST (RECURSIVEMATCH SUBSCRIBED) "" "%"
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
    S: a5 OK LIST completed
    C: a6 LIST (SPECIAL-USE RECURSIVEMATCH SUBSCRIBED) "" "%"
    S: a6 OK LIST completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
