// RFC 5258 section 5 (RFC 9051 6.3.9.8): LIST-EXTENDED.
//
// Adapted: folders come by name, their names are atoms where they can be, and INBOX is written in
// capitals. \HasChildren and \HasNoChildren are told always, \Noselect with \NonExistent; there is
// no \Marked, no \NoInferiors, and nothing is remote.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc5258)

namespace {

using namespace test_support;

}  // namespace

// Examples 1 to 6.
BOOST_AUTO_TEST_CASE(fruit_and_vegetable) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"Fruit", "Fruit/Apple", "Fruit/Banana", "Tofu", "Vegetable", "Vegetable/Broccoli",
                  "Vegetable/Corn"});
  subscribe(server, {"INBOX", "Fruit/Banana", "Fruit/Peach", "Vegetable", "Vegetable/Broccoli"});
  server.plays(Begin::logged_in, R"(
    C: A01 LIST "" "*"
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasChildren) "/" Fruit
    S: * LIST (\HasNoChildren) "/" Fruit/Apple
    S: * LIST (\HasNoChildren) "/" Fruit/Banana
    S: * LIST (\HasNoChildren) "/" Tofu
    S: * LIST (\HasChildren) "/" Vegetable
    S: * LIST (\HasNoChildren) "/" Vegetable/Broccoli
    S: * LIST (\HasNoChildren) "/" Vegetable/Corn
    S: A01 OK ...
    C: A02 LIST (SUBSCRIBED) "" "*"
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
    S: * LIST (\Noselect \HasNoChildren \NonExistent \Subscribed) "/" Fruit/Peach
    S: * LIST (\HasChildren \Subscribed) "/" Vegetable
    S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
    S: A02 OK ...
    C: A03 LIST () "" "%" RETURN (CHILDREN)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasChildren) "/" Fruit
    S: * LIST (\HasNoChildren) "/" Tofu
    S: * LIST (\HasChildren) "/" Vegetable
    S: A03 OK ...
    C: A04 LIST (REMOTE) "" "%" RETURN (CHILDREN)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasChildren) "/" Fruit
    S: * LIST (\HasNoChildren) "/" Tofu
    S: * LIST (\HasChildren) "/" Vegetable
    S: A04 OK ...
    C: A05 LIST (REMOTE SUBSCRIBED) "" "*"
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
    S: * LIST (\Noselect \HasNoChildren \NonExistent \Subscribed) "/" Fruit/Peach
    S: * LIST (\HasChildren \Subscribed) "/" Vegetable
    S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
    S: A05 OK ...
    C: A06 LIST (REMOTE) "" "*" RETURN (SUBSCRIBED)
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: * LIST (\HasChildren) "/" Fruit
    S: * LIST (\HasNoChildren) "/" Fruit/Apple
    S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
    S: * LIST (\HasNoChildren) "/" Tofu
    S: * LIST (\HasChildren \Subscribed) "/" Vegetable
    S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
    S: * LIST (\HasNoChildren) "/" Vegetable/Corn
    S: A06 OK ...
  )");
}

// Example 7.
BOOST_AUTO_TEST_CASE(several_patterns) {
  MailServer server;
  remove_default_folders(server);
  create(server,
         {"Drafts", "Other", "Sent", "Sent/March2004", "Sent/December2003", "Sent/August2004"});
  server.plays(Begin::logged_in, R"(
    C: BBB LIST "" ("INBOX" "Drafts" "Sent/%")
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" Drafts
    S: * LIST (\HasNoChildren) "/" Sent/August2004
    S: * LIST (\HasNoChildren) "/" Sent/December2003
    S: * LIST (\HasNoChildren) "/" Sent/March2004
    S: BBB OK ...
  )");
}

// Example 8, up to A1.
BOOST_AUTO_TEST_CASE(has_children_and_childinfo) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"Foo", "Foo/Bar", "Foo/Baz", "Moo"});
  subscribe(server, {"Foo/Baz"});
  server.plays(Begin::logged_in, R"(
    C: C01 LIST "" "*"
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasChildren) "/" Foo
    S: * LIST (\HasNoChildren) "/" Foo/Bar
    S: * LIST (\HasNoChildren) "/" Foo/Baz
    S: * LIST (\HasNoChildren) "/" Moo
    S: C01 OK ...
    C: CA3 LIST "" "%" RETURN (CHILDREN)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasChildren) "/" Foo
    S: * LIST (\HasNoChildren) "/" Moo
    S: CA3 OK ...
    C: C02 LIST (SUBSCRIBED) "" "*"
    S: * LIST (\HasNoChildren \Subscribed) "/" Foo/Baz
    S: C02 OK ...
    C: C03 LIST (SUBSCRIBED) "" "%"
    S: C03 OK ...
    C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
    S: * LIST (\HasChildren) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
    S: C04 OK ...
  )");
  subscribe(server, {"Foo"});
  server.plays(Begin::logged_in, R"(
    C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
    S: * LIST (\HasChildren \Subscribed) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
    S: C04 OK ...
  )");
}

// Example 8, A2.
BOOST_AUTO_TEST_CASE(childinfo_of_what_does_not_exist) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"Foo/Bar", "Foo/Baz", "Moo"});
  subscribe(server, {"Foo/Baz"});
  server.plays(Begin::logged_in, R"(
    C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))
    S: C04 OK ...
  )");
}

// Example 8, B and C.
BOOST_AUTO_TEST_CASE(no_childinfo_where_no_child_is_subscribed) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"Foo", "Foo/Bar", "Foo/Baz", "Moo"});
  server.plays(Begin::logged_in, R"(
    C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
    S: C04 OK ...
  )");
  subscribe(server, {"Foo", "Moo"});
  server.plays(Begin::logged_in, R"(
    C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%" RETURN (CHILDREN)
    S: * LIST (\HasChildren \Subscribed) "/" Foo
    S: * LIST (\HasNoChildren \Subscribed) "/" Moo
    S: C04 OK ...
  )");
}

// Example 9. For "*" the RFC shows foo2 and baz2, too, which section 3.5 has servers leave out, as
// for "*2" baz2: all that is below is told already.
BOOST_AUTO_TEST_CASE(childinfo_whether_or_not_children_match) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"foo2", "foo2/bar1", "foo2/bar2", "baz2", "baz2/bar2", "baz2/bar22",
                  "baz2/bar222", "eps2", "eps2/mamba", "qux2/bar2"});
  subscribe(server, {"foo2/bar1", "foo2/bar2", "baz2/bar2", "baz2/bar22", "baz2/bar222", "eps2",
                     "eps2/mamba", "qux2/bar2"});
  server.plays(Begin::logged_in, R"(
    C: D02 LIST (SUBSCRIBED) "" "*"
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar22
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar222
    S: * LIST (\HasChildren \Subscribed) "/" eps2
    S: * LIST (\HasNoChildren \Subscribed) "/" eps2/mamba
    S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar1
    S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
    S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
    S: D02 OK ...
    C: D03 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*2"
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar22
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar222
    S: * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
    S: * LIST (\HasChildren) "/" foo2 ("CHILDINFO" ("SUBSCRIBED"))
    S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
    S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
    S: D03 OK ...
    C: D03 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*"
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar22
    S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar222
    S: * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
    S: * LIST (\HasNoChildren \Subscribed) "/" eps2/mamba
    S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar1
    S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
    S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
    S: D03 OK ...
  )");
}

// Example 10.
BOOST_AUTO_TEST_CASE(childinfo_without_children) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"foo"});
  subscribe(server, {"foo/bar"});
  server.plays(Begin::logged_in, R"(
    C: a1 LIST "" ("foo" "foo/*")
    S: * LIST (\HasNoChildren) "/" foo
    S: a1 OK ...
    C: a2 LIST (SUBSCRIBED) "" "foo/*"
    S: * LIST (\Noselect \HasNoChildren \NonExistent \Subscribed) "/" foo/bar
    S: a2 OK ...
    C: a3 LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (CHILDREN)
    S: * LIST (\HasNoChildren) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
    S: a3 OK ...
  )");
}

// Example 11. Names above others are listed by themselves, too, as the RFC lets a server.
BOOST_AUTO_TEST_CASE(missing_levels_are_named) {
  MailServer server;
  remove_default_folders(server);
  create(server, {"music/rock"});
  server.plays(Begin::logged_in, R"(
    C: a1 LIST (REMOTE) "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" music
    S: * LIST (\HasNoChildren) "/" music/rock
    S: a1 OK ...
    C: a2 LIST () "" %
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" music
    S: a2 OK ...
    C: a3 LIST (REMOTE) "" %
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" music
    S: a3 OK ...
    C: a3.1 LIST "" (% music/rock)
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" music
    S: * LIST (\HasNoChildren) "/" music/rock
    S: a3.1 OK ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
