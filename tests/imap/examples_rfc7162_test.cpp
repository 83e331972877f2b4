// RFC 7162 3.1 (CONDSTORE), by the numbers of its examples; RFC 4731 3.2.
//
// Adapted: UIDs, UIDVALIDITY and mod-sequences: a client names one where the RFC does, and here
// they are small. FETCH has UID, as 3.2.4 wants, and tells own changes before those of others.
// Example 2 is of servers without mod-sequences; \Seen is no private flag here (14).

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc7162)

namespace {

using namespace test_support;

const Letter plain{letter_of(20)};

// So many with mod-sequence 2, all of them.
void fill_plain(MailServer& server, std::size_t count) {
  fill(server, "INBOX", letters(count, plain));
}

// The messages are UID 4, 6, 7 and 8 then.
const std::string expunged_before = R"(
    C2: e1 STORE 1:3,5 +FLAGS.SILENT (\Deleted)
    S2: e1 OK STORE completed
    C2: e2 EXPUNGE
    S2: ...
    S2: e2 OK EXPUNGE completed
    C: e3 NOOP
    S: ...
    S: e3 OK NOOP completed
)";

const std::string enabled = R"(
    C: e ENABLE CONDSTORE
    S: ...
    S: e OK ENABLE completed
)";

}  // namespace

// Examples 1 and 18.
BOOST_AUTO_TEST_CASE(select) {
  MailServer server;
  fill(server, "INBOX", letters(11, {plain.octets, {.system = storage::seen, .keywords = {}}}));
  fill(server, "INBOX", letters(160, plain));
  server.deliver(plain.octets);
  const std::string answer = R"(
    S: * 172 EXISTS
    S: * 1 RECENT
    S: * OK [UNSEEN 12] ...
    S: * OK [UIDVALIDITY ...] ...
    S: ...
    S: * OK [UIDNEXT 173] ...
    S: * OK [HIGHESTMODSEQ 4] ...
    S: A142 OK [READ-WRITE] SELECT completed
  )";
  server.plays(Begin::logged_in, R"(
    C: A141 EXAMINE INBOX (CONDSTORE)
    S: ...
  )" + with(with(answer, "A142", "A141"), "[READ-WRITE] SELECT", "[READ-ONLY] EXAMINE") +
                                     R"(
    C: A142 SELECT INBOX
    S: ...
  )" + answer);
}  // namespace

// Example 3.
BOOST_AUTO_TEST_CASE(a_conditional_store_by_uid) {
  MailServer server;
  fill_plain(server, 8);
  server.plays(Begin::in_inbox, expunged_before + R"(
    C: a103 UID STORE 6,4,8 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Deleted)
    S: * OK [HIGHESTMODSEQ ...] ...
    S: * 1 FETCH (UID 4 MODSEQ (...))
    S: * 2 FETCH (UID 6 MODSEQ (...))
    S: * 4 FETCH (UID 8 MODSEQ (...))
    S: a103 OK STORE completed
  )");
}

// Examples 4 and 5.
BOOST_AUTO_TEST_CASE(conditional_stores_of_the_last_message) {
  MailServer server;
  fill_plain(server, 50);
  server.plays(Begin::in_inbox, enabled + R"(
    C: a104 STORE * (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Deleted $Processed)
    S: * 50 FETCH (UID 50 MODSEQ (3))
    S: ...
    S: a104 OK STORE completed
    C2: c101 STORE 50 (UNCHANGEDSINCE 12121230045) -FLAGS.SILENT (\Deleted)
    S2: * OK [HIGHESTMODSEQ 3] ...
    S2: * 50 FETCH (UID 50 MODSEQ (4))
    S2: c101 OK STORE completed
  )");
}

// Examples 6 and 7.
BOOST_AUTO_TEST_CASE(what_others_changed_is_not_stored) {
  MailServer server;
  fill_plain(server, 9);
  server.plays(Begin::in_inbox, enabled + R"(
    C2: a STORE 7 +FLAGS.SILENT (\Seen \Deleted)
    S2: a OK STORE completed
    C2: b STORE 9 +FLAGS.SILENT (\Answered)
    S2: b OK STORE completed
    C: d105 STORE 7,5,9 (UNCHANGEDSINCE 2) +FLAGS.SILENT (\Deleted)
    S: * 5 FETCH (UID 5 MODSEQ (5))
    S: * 7 FETCH (UID 7 FLAGS (\Deleted \Seen) MODSEQ (3))
    S: * 9 FETCH (UID 9 FLAGS (\Answered) MODSEQ (4))
    S: d105 OK [MODIFIED 7,9] ...
  )");
}

// Example 8.
BOOST_AUTO_TEST_CASE(whether_a_flag_is_there) {
  MailServer server;
  fill_plain(server, 12);
  server.plays(Begin::in_inbox, R"(
    C: a102 STORE 12 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)
    S: ...
    S: a102 OK [MODIFIED 12] ...
  )");
}

// Examples 9 and 10.
BOOST_AUTO_TEST_CASE(a_client_tries_again) {
  MailServer server;
  fill_plain(server, 150);
  server.plays(Begin::in_inbox, enabled + R"(
    C2: b STORE 101 +FLAGS.SILENT (\Deleted \Answered)
    S2: b OK STORE completed
    C: a106 STORE 100:150 (UNCHANGEDSINCE 2) +FLAGS.SILENT ($Processed)
    S: * 100 FETCH (UID 100 MODSEQ (4))
    S: * 102 FETCH (UID 102 MODSEQ (4))
    S: ...
    S: * 150 FETCH (UID 150 MODSEQ (4))
    S: ...
    S: * 101 FETCH (UID 101 FLAGS (\Answered \Deleted) MODSEQ (3))
    S: a106 OK [MODIFIED 101] ...
    C: a107 NOOP
    S: a107 OK NOOP completed
    C: b108 STORE 101 (UNCHANGEDSINCE 3) +FLAGS.SILENT ($Processed)
    S: * 101 FETCH (UID 101 MODSEQ (5))
    S: b108 OK STORE completed
  )");
}

// Example 11. A STORE of what is gone is no failure here, so that MODIFIED comes with OK.
BOOST_AUTO_TEST_CASE(some_are_gone_and_one_has_changed) {
  MailServer server;
  fill_plain(server, 7);
  server.plays(Begin::in_inbox, enabled + R"(
    C2: a STORE 4:7 +FLAGS.SILENT (\Deleted)
    S2: a OK STORE completed
    C2: b EXPUNGE
    S2: ...
    S2: b OK EXPUNGE completed
    C2: c STORE 2 +FLAGS.SILENT (\Deleted \Answered)
    S2: c OK STORE completed
    C: B001 STORE 1:7 (UNCHANGEDSINCE 2) +FLAGS (\SEEN)
    S: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ (6))
    S: * 2 FETCH (UID 2 FLAGS (\Answered \Deleted) MODSEQ (5))
    S: * 3 FETCH (UID 3 FLAGS (\Seen) MODSEQ (6))
    S: B001 OK [MODIFIED 2] ...
    C: B002 NOOP
    S: * 4 EXPUNGE
    S: * 4 EXPUNGE
    S: * 4 EXPUNGE
    S: * 4 EXPUNGE
    S: B002 OK NOOP completed
    C: b003 STORE 2 (UNCHANGEDSINCE 5) +FLAGS (\Seen)
    S: * 2 FETCH (UID 2 FLAGS (\Answered \Deleted \Seen) MODSEQ (7))
    S: b003 OK STORE completed
  )");
}

// Examples 12 and 13.
BOOST_AUTO_TEST_CASE(fetch) {
  MailServer server;
  fill_plain(server, 8);
  server.plays(Begin::in_inbox, expunged_before + R"(
    C2: a UID STORE 4 +FLAGS.SILENT (\Seen)
    S2: a OK STORE completed
    C2: b UID STORE 6 +FLAGS.SILENT (\Deleted)
    S2: b OK STORE completed
    C2: c UID STORE 8 +FLAGS.SILENT ($NoJunk $AutoJunk $MDNSent)
    S2: ...
    S2: c OK STORE completed
    C: s99 NOOP
    S: ...
    S: s99 OK NOOP completed
    C: s100 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4)
    S: * OK [HIGHESTMODSEQ 7] ...
    S: * 1 FETCH (UID 4 MODSEQ (5) FLAGS (\Seen))
    S: * 2 FETCH (UID 6 MODSEQ (6) FLAGS (\Deleted))
    S: * 4 FETCH (UID 8 MODSEQ (7) FLAGS ($NoJunk $AutoJunk $MDNSent))
    S: s100 OK FETCH completed
    C: a FETCH 1:3 (MODSEQ)
    S: * 1 FETCH (MODSEQ (5))
    S: * 2 FETCH (MODSEQ (6))
    S: * 3 FETCH (MODSEQ (2))
    S: a OK FETCH completed
  )");
}

// Example 14, without its third session.
BOOST_AUTO_TEST_CASE(what_one_session_stores_the_other_is_told) {
  MailServer server;
  auto mail = letters(7, plain);
  mail[6].flags.system = storage::answered;
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, enabled + with(enabled, ": ", "2: ") + R"(
    C: A160 STORE 7 +FLAGS.SILENT (\Deleted)
    S: * 7 FETCH (UID 7 MODSEQ (3))
    S: A160 OK STORE completed
    C2: C180 NOOP
    S2: * 7 FETCH (UID 7 FLAGS (\Answered \Deleted) MODSEQ (3))
    S2: C180 OK NOOP completed
    C: A240 STORE 7 +FLAGS.SILENT (\Seen)
    S: * 7 FETCH (UID 7 MODSEQ (4))
    S: A240 OK STORE completed
    C2: C270 NOOP
    S2: * 7 FETCH (UID 7 FLAGS (\Answered \Deleted \Seen) MODSEQ (4))
    S2: C270 OK NOOP completed
    C: A330 STORE 7 -FLAGS.SILENT (\Answered \Seen)
    S: * 7 FETCH (UID 7 MODSEQ (5))
    S: A330 OK STORE completed
    C2: C360 NOOP
    S2: * 7 FETCH (UID 7 FLAGS (\Deleted) MODSEQ (5))
    S2: C360 OK NOOP completed
  )");
}

// Examples 15 and 16, and those of RFC 4731 3.2.
BOOST_AUTO_TEST_CASE(search) {
  MailServer server;
  fill_plain(server, 23);
  server.plays(Begin::in_inbox, enabled + R"(
    C: s1 STORE 23 +FLAGS.SILENT (\Draft)
    S: ...
    S: s1 OK STORE completed
    C: s2 STORE 2 +FLAGS.SILENT (\Draft)
    S: ...
    S: s2 OK STORE completed
    C: s3 STORE 5:7,11:12,18:20 +FLAGS.SILENT (\Draft)
    S: ...
    S: s3 OK STORE completed
    C: a SEARCH MODSEQ "/flags/\\draft" all 3
    S: * SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 5)
    S: a OK SEARCH completed
    C: t SEARCH OR NOT MODSEQ 2 LARGER 50000
    S: * SEARCH
    S: t OK SEARCH completed
    C: a1 SEARCH RETURN (MIN) MODSEQ "/flags/\\draft" all 3
    S: * ESEARCH (TAG "a1") MIN 2 MODSEQ 4
    S: a1 OK SEARCH completed
    C: a2 SEARCH RETURN (MAX) MODSEQ "/flags/\\draft" all 3
    S: * ESEARCH (TAG "a2") MAX 23 MODSEQ 3
    S: a2 OK SEARCH completed
    C: a3 SEARCH RETURN (MIN MAX) MODSEQ "/flags/\\draft" all 3
    S: * ESEARCH (TAG "a3") MIN 2 MAX 23 MODSEQ 4
    S: a3 OK SEARCH completed
    C: a4 SEARCH RETURN (MIN COUNT) MODSEQ "/flags/\\draft" all 3
    S: * ESEARCH (TAG "a4") MIN 2 COUNT 10 MODSEQ 5
    S: a4 OK SEARCH completed
  )");
}

// Examples 17, 19 and 20.
BOOST_AUTO_TEST_CASE(status_and_extended_search_and_sort) {
  MailServer server;
  fill(server, "blurdybloop", letters(231, plain));
  std::vector<Letter> mail;
  for (const char* hour : {"09", "08", "07", "10", "06"})
    mail.push_back({"Date: Mon, 7 Feb 1994 " + std::string(hour) + ":00:00 +0000\r\n\r\n"});
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: A042 STATUS blurdybloop (UIDNEXT MESSAGES HIGHESTMODSEQ)
    S: ...
    S: * STATUS blurdybloop (UIDNEXT 232 MESSAGES 231 HIGHESTMODSEQ 2)
    S: A042 OK STATUS completed
    C: s1 STORE 1:3,5 +FLAGS.SILENT (\Seen)
    S: ...
    S: s1 OK STORE completed
    C: a SEARCH RETURN (ALL) MODSEQ 3
    S: * ESEARCH (TAG "a") ALL 1:3,5 MODSEQ 3
    S: a OK SEARCH completed
    C: a SORT RETURN (ALL) (DATE) UTF-8 MODSEQ 3
    S: * ESEARCH (TAG "a") ALL 5,3,2,1 MODSEQ 3
    S: a OK SORT completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
