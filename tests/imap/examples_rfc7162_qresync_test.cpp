// RFC 7162 3.2 and 6: QRESYNC.
//
// Adapted: UIDVALIDITY and mod-sequences, the numbers of messages where the RFC's do not go with
// its UIDs, the order of what SELECT says, and less mail.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc7162_qresync)

namespace {

using namespace test_support;

const Letter plain{letter_of(20)};

const std::string enabled = R"(
    C: e ENABLE QRESYNC
    S: * ENABLED QRESYNC
    S: e OK ENABLE completed
)";

// So many with mod-sequence 2; others go meanwhile, and some are flagged.
void fill_and_expunge(MailServer& server, std::size_t count, const std::string& gone,
                      const std::vector<std::pair<std::string, std::string>>& flagged) {
  fill(server, "INBOX", letters(count, plain));
  std::string transcript = "C: f UID STORE " + gone +
                           " +FLAGS.SILENT (\\Deleted)\nS: f OK STORE completed\n"
                           "C: g EXPUNGE\nS: ...\nS: g OK EXPUNGE completed\n";
  for (const auto& [uid, flags] : flagged)
    transcript += "C: h UID STORE " + uid + " +FLAGS.SILENT (" + flags +
                  ")\nS: ...\nS: h OK STORE completed\n";
  server.plays(Begin::in_inbox, transcript);
}

}  // namespace

// 3.2.5
BOOST_AUTO_TEST_CASE(another_uidvalidity) {
  MailServer server;
  fill(server, "INBOX", letters(464, plain));
  server.plays(Begin::logged_in, enabled + R"(
    C: A02 SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 464 EXISTS
    S: * 0 RECENT
    S: * OK [UNSEEN 1] ...
    S: * OK [UIDVALIDITY ...] ...
    S: * OK [MAILBOXID ...] ...
    S: * OK [UIDNEXT 465] ...
    S: * OK [HIGHESTMODSEQ 2] ...
    S: A02 OK [READ-WRITE] SELECT completed
  )");
}  // namespace

// 3.2.5.1
BOOST_AUTO_TEST_CASE(what_vanished_and_what_changed) {
  MailServer server;
  fill_and_expunge(
      server, 599, "41,43:116,118,120:540,542:543",
      {{"117", "\\Seen \\Answered"}, {"119", "\\Draft $MDNSent"}, {"541", "\\Seen $Forwarded"}});
  server.plays(Begin::logged_in, enabled + with(R"(
    C: A02 SELECT Drafts
    S: ...
    S: A02 OK ...
    C: A03 SELECT INBOX (QRESYNC (67890007 2 41:211,214:541))
    S: * OK [CLOSED] ...
    S: ...
    S: * 100 EXISTS
    S: ...
    S: * OK [UIDVALIDITY 67890007] ...
    S: ...
    S: * OK [UIDNEXT 600] ...
    S: * OK [HIGHESTMODSEQ 7] ...
    S: * VANISHED (EARLIER) 41,43:116,118,120:211,214:540
    S: * 42 FETCH (UID 117 FLAGS (\Answered \Seen) MODSEQ (5))
    S: * 43 FETCH (UID 119 FLAGS (\Draft $MDNSent) MODSEQ (6))
    S: * 44 FETCH (UID 541 FLAGS (\Seen $Forwarded) MODSEQ (7))
    S: A03 OK [READ-WRITE] SELECT completed
  )",
                                                "67890007", uid_validity(server, "INBOX")));
}

// 3.2.5.2, of 30 messages: what the client knows to be there says what it knows to be gone.
BOOST_AUTO_TEST_CASE(sequence_match_data) {
  MailServer server;
  std::string gone;
  for (int uid = 1; uid < 30; uid += 3)
    gone += (gone.empty() ? "" : ",") + std::to_string(uid) + ':' + std::to_string(uid + 1);
  fill_and_expunge(
      server, 30, gone,
      {{"3", "\\Seen \\Answered"}, {"15", "\\Draft $MDNSent"}, {"27", "\\Seen $Forwarded"}});
  const std::string changed = R"(
    S: * 1 FETCH (UID 3 FLAGS (\Answered \Seen) MODSEQ (5))
    S: * 5 FETCH (UID 15 FLAGS (\Draft $MDNSent) MODSEQ (6))
    S: * 9 FETCH (UID 27 FLAGS (\Seen $Forwarded) MODSEQ (7))
    S: A04 OK [READ-WRITE] SELECT completed
  )";
  const auto opened = [&](const std::string& match, const std::string& vanished) {
    return "C: A04 SELECT INBOX (QRESYNC (" + uid_validity(server, "INBOX") + " 2 1:27" + match +
           "))\nS: ...\nS: * OK [HIGHESTMODSEQ 7] ...\n" + vanished + changed;
  };
  server.plays(Begin::logged_in, enabled + opened("", "S: * VANISHED (EARLIER) " +
                                                          gone.substr(0, gone.rfind(',')) + '\n'));
  server.plays(Begin::logged_in, enabled + opened(" (5,7,9 15,21,27)", ""));
  // The third pair is none, so that only what is up to the second is known.
  server.plays(Begin::logged_in,
               enabled + opened(" (5,7,9 15,21,28)", "S: * VANISHED (EARLIER) 22:23,25:26\n"));
}

// 3.2.6, first without VANISHED. What the RFC searches for are UIDs.
BOOST_AUTO_TEST_CASE(uid_fetch_of_what_vanished) {
  MailServer server;
  fill_and_expunge(
      server, 412, "1:403,405,409,411",
      {{"404", "\\Seen"}, {"406", "\\Deleted"}, {"408", "$NoJunk $AutoJunk $MDNSent"}});
  const std::string changed = R"(
    S: * 1 FETCH (UID 404 MODSEQ (5) FLAGS (\Seen))
    S: * 2 FETCH (UID 406 MODSEQ (6) FLAGS (\Deleted))
    S: * 4 FETCH (UID 408 MODSEQ (7) FLAGS ($NoJunk $AutoJunk $MDNSent))
    S: s100 OK FETCH completed
  )";
  server.plays(Begin::logged_in, enabled + R"(
    C: s99 SELECT INBOX
    S: ...
    S: s99 OK ...
    C: s100 UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 4)
  )" + changed + R"(
    C: s101 UID SEARCH UID 300:500
    S: * SEARCH 404 406 407 408 410 412
    S: s101 OK SEARCH completed
    C: s100 UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 2 VANISHED)
    S: * VANISHED (EARLIER) 300:403,405,409,411
  )" + changed);
}

// 3.2.7 and 3.2.10.2: 3, 4, 7 and 11 are UID 505, 507, 510 and 625. The second client has not
// enabled QRESYNC.
BOOST_AUTO_TEST_CASE(vanished_in_place_of_expunge) {
  MailServer server;
  fill_and_expunge(server, 625, "1:502,506,514:624", {{"505,507,510,625", "\\Deleted"}});
  server.plays(Begin::logged_in, enabled + R"(
    C: B201 SELECT INBOX
    S: ...
    S: B201 OK ...
    C2: A201 SELECT INBOX
    S2: ...
    S2: A201 OK ...
    C: B202 EXPUNGE
    S: * VANISHED 505,507,510,625
    S: B202 OK [HIGHESTMODSEQ ...] EXPUNGE completed
    C2: A202 NOOP
    S2: * 3 EXPUNGE
    S2: * 3 EXPUNGE
    S2: * 5 EXPUNGE
    S2: * 8 EXPUNGE
    S2: A202 OK NOOP completed
    C: A209 UID STORE 504,508 +FLAGS.SILENT (\Deleted)
    S: ...
    S: A209 OK STORE completed
    C: A210 EXPUNGE
    S: * VANISHED 504,508
    S: A210 OK [HIGHESTMODSEQ ...] EXPUNGE completed
    C: A202 CLOSE
    S: A202 OK CLOSE completed
  )");
}

// 3.2.9
BOOST_AUTO_TEST_CASE(uid_expunge) {
  MailServer server;
  fill(server, "INBOX", letters(6, {plain.octets, {.system = storage::deleted, .keywords = {}}}));
  server.plays(Begin::in_inbox, R"(
    C: . UID EXPUNGE 3:5
    S: * 3 EXPUNGE
    S: * 3 EXPUNGE
    S: * 3 EXPUNGE
    S: . OK ...
  )");
}

// 6
BOOST_AUTO_TEST_CASE(a_client_comes_back) {
  MailServer server;
  fill_and_expunge(server, 185, "1:5,7:8,10:15",
                   {{"6", "\\Deleted"}, {"9", "$NoJunk $AutoJunk $MDNSent"}});
  server.plays(Begin::logged_in, enabled + with(R"(
    C: A142 SELECT INBOX (QRESYNC (3857529045 2 1:198))
    S: ...
    S: * 172 EXISTS
    S: ...
    S: * OK [UIDVALIDITY 3857529045] ...
    S: ...
    S: * OK [UIDNEXT 186] ...
    S: * OK [HIGHESTMODSEQ 6] ...
    S: * VANISHED (EARLIER) 1:5,7:8,10:15
    S: * 1 FETCH (UID 6 FLAGS (\Deleted) MODSEQ (5))
    S: * 2 FETCH (UID 9 FLAGS ($NoJunk $AutoJunk $MDNSent) MODSEQ (6))
    S: A142 OK [READ-WRITE] SELECT completed
  )",
                                                "3857529045", uid_validity(server, "INBOX")));
}

BOOST_AUTO_TEST_SUITE_END()
