// STORE and UID STORE (behaviours 1, 5, 20 to 24).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(store)

namespace {

using test_support::Begin;
using test_support::MailServer;

}  // namespace

BOOST_AUTO_TEST_CASE(flags_are_set_added_removed_and_told) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1:2 FLAGS (\Seen \Flagged)
    S: * 1 FETCH (FLAGS (\Flagged \Seen \Recent))
    S: * 2 FETCH (FLAGS (\Flagged \Seen \Recent))
    S: a1 OK STORE completed
    C: a2 STORE 1 -FLAGS \Seen \Draft
    S: * 1 FETCH (FLAGS (\Flagged \Recent))
    S: a2 OK STORE completed
    C: a3 UID STORE 2 +FLAGS (\Answered)
    S: * 2 FETCH (UID 2 FLAGS (\Answered \Flagged \Seen \Recent))
    S: a3 OK STORE completed
    C: a4 STORE 2 FLAGS ()
    S: * 2 FETCH (FLAGS (\Recent))
    S: a4 OK STORE completed
    C: a5 NOOP
    S: a5 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(messages_that_do_not_change_are_answered_too) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1 +FLAGS (\Seen)
    S: * 1 FETCH (FLAGS (\Seen \Recent))
    S: a1 OK STORE completed
    C: a2 STORE 1:2 +FLAGS (\Seen)
    S: * 2 FETCH (FLAGS (\Seen \Recent))
    S: * 1 FETCH (FLAGS (\Seen \Recent))
    S: a2 OK STORE completed
  )");
}

BOOST_AUTO_TEST_CASE(recent_cannot_be_set_and_is_no_mistake) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1 FLAGS (\Recent \Seen)
    S: * 1 FETCH (FLAGS (\Seen \Recent))
    S: a1 OK STORE completed
    C: a2 STORE 1 -FLAGS (\Recent)
    S: * 1 FETCH (FLAGS (\Seen \Recent))
    S: a2 OK STORE completed
  )");
}

BOOST_AUTO_TEST_CASE(silent_is_silent_but_tells_what_others_did) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 NOOP
    S: a1 OK NOOP completed
    C2: b1 STORE 1 +FLAGS.SILENT (\Flagged)
    S2: b1 OK STORE completed
    C: a2 STORE 1:2 +FLAGS.SILENT (\Seen)
    S: * 1 FETCH (FLAGS (\Flagged \Seen \Recent))
    S: a2 OK STORE completed
    C: a3 NOOP
    S: a3 OK NOOP completed
    C2: b2 NOOP
    S2: * 1 FETCH (FLAGS (\Flagged \Seen))
    S2: * 2 FETCH (FLAGS (\Seen))
    S2: b2 OK NOOP completed
    C2: b3 UID STORE 1 FLAGS.SILENT ()
    S2: b3 OK STORE completed
    C: a4 NOOP
    S: * 1 FETCH (FLAGS (\Recent))
    S: a4 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(two_sessions_that_add_flags_lose_neither) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1 +FLAGS.SILENT (\Seen)
    C2: b1 STORE 1 +FLAGS.SILENT (\Flagged Todo)
    S: ...
    S: a1 OK STORE completed
    S2: ...
    S2: b1 OK STORE completed
    C3: c1 FETCH 1 FLAGS
    S3: * 1 FETCH (FLAGS (\Flagged \Seen Todo))
    S3: c1 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(keywords_are_made_kept_in_case_and_found_without) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 1 +FLAGS ($Forwarded $MDNSent NonJunk $label1)
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded $MDNSent NonJunk $label1)
    S: * OK [PERMANENTFLAGS (... $label1 \*)] ...
    S: * 1 FETCH (FLAGS (\Recent $Forwarded $MDNSent NonJunk $label1))
    S: a1 OK STORE completed
    C: a2 STORE 1 -FLAGS ($FORWARDED nonjunk unknown)
    S: * 1 FETCH (FLAGS (\Recent $MDNSent $label1))
    S: a2 OK STORE completed
    C: a3 SEARCH KEYWORD $LABEL1
    S: * SEARCH 1
    S: a3 OK SEARCH completed
  )");
  server.restart();
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 FLAGS
    S: * 1 FETCH (FLAGS ($MDNSent $label1))
    S: a1 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(one_keyword_too_many_is_refused_and_changes_nothing) {
  MailServer server;
  deliver(server, 1);
  std::string keywords;
  for (std::size_t n = 0; n < storage::keyword_limit; ++n) keywords += " k" + std::to_string(n);
  server.plays(Begin::in_inbox, "C: a1 STORE 1 FLAGS.SILENT (" + keywords.substr(1) + ")\n" + R"(
    S: ...
    S: a1 OK STORE completed
    C: a2 STORE 1 +FLAGS (\Seen one-more)
    S: a2 NO [LIMIT] ...
    C: a3 SEARCH SEEN
    S: * SEARCH
    S: a3 OK SEARCH completed
    C: a4 STORE 1 +FLAGS.SILENT (K0)
    S: a4 OK STORE completed
    C: a5 STORE 1 -FLAGS.SILENT (k5)
    S: a5 OK STORE completed
    C: a6 STORE 1 +FLAGS.SILENT (one-more)
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft k0 k1 k2 k3 k4 one-more k6 ...
    S: * OK [PERMANENTFLAGS ...
    S: a6 OK STORE completed
    C: a7 SEARCH KEYWORD k5
    S: * SEARCH
    S: a7 OK SEARCH completed
    C: a8 SEARCH KEYWORD one-more
    S: * SEARCH 1
    S: a8 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(examined_folders_keep_their_flags) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::logged_in, R"(
    C: a1 EXAMINE INBOX
    S: ...
    S: a1 OK ...
    C: a2 STORE 1 FLAGS (\Seen)
    S: a2 NO [READ-ONLY] ...
    C: a3 FETCH 1 FLAGS
    S: * 1 FETCH (FLAGS (\Recent))
    S: a3 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(no_expunge_is_told_in_a_store_and_what_is_gone_is_no_failure) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 NOOP
    S: a1 OK NOOP completed
    C2: b1 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK EXPUNGE completed
    C: a2 STORE 2 +FLAGS (\Seen)
    S: * 2 FETCH (FLAGS (\Seen \Recent))
    S: a2 OK STORE completed
    C: a3 UID STORE 1 +FLAGS.SILENT (\Seen)
    S: * 1 EXPUNGE
    S: a3 OK STORE completed
    C: a4 UID STORE 77 +FLAGS (\Seen)
    S: a4 OK STORE completed
  )");
}

BOOST_AUTO_TEST_CASE(broken_stores_are_bad) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 STORE 2 FLAGS (\Seen)
    S: a1 BAD ...
    C: a2 STORE 1 FLAG (\Seen)
    S: a2 BAD ...
    C: a3 STORE 1 FLAGS (\Nonsense)
    S: a3 BAD ...
    C: a4 STORE 1 FLAGS
    S: a4 BAD ...
    C: a5 STORE 1 FLAGS (\Seen) x
    S: a5 BAD ...
    C: a6 STORE 1 FLAGS.LOUD (\Seen)
    S: a6 BAD ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
