// RFC 5182 section 2 (RFC 9051 6.4.4.4): SEARCHRES.
//
// Adapted: UIDs, which are the numbers here; ESEARCH bears the tag of its own command; KOI8-R is
// supported.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc5182)

namespace {

using namespace test_support;

const std::string jones = "From: jones@example.org\r\n\r\n",
                  smith = "From: smith@example.org\r\n\r\n",
                  eric = "From: eric@example.org\r\n\r\n", maria = "From: maria@example.org\r\n";
constexpr UnixTime in_1993 = 740'000'000, in_1994 = 770'000'000, in_2005 = 1'110'000'000,
                   in_march_2006 = 1'142'000'000, in_november_2006 = 1'163'000'000;

const storage::FlagNames flagged{.system = storage::flagged, .keywords = {}};
const storage::FlagNames junk{.system = 0, .keywords = {"$Junk"}};

}  // namespace

// Examples 1 and 2.
BOOST_AUTO_TEST_CASE(a_result_is_fetched) {
  MailServer server;
  auto mail = letters(882, {jones, {}, in_1994});
  for (const std::size_t number : {2, 84, 882}) mail[number - 1].flags = flagged;
  mail[99] = {jones, flagged, in_1993};
  mail[199] = {smith, flagged, in_1994};
  fill(server, "INBOX", mail);
  const std::string fetches = R"(
    S: * 2 FETCH (UID 2 INTERNALDATE "...
    S: ...
    S: * 84 FETCH (UID 84 INTERNALDATE "...
    S: ...
    S: * 882 FETCH (UID 882 INTERNALDATE "...
    S: From: jones@example.org
    S:
    S: )
    S: A283 OK ...
  )";
  server.plays(Begin::in_inbox, R"(
    C: A282 SEARCH RETURN (SAVE) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
    S: A282 OK ...
    C: A283 FETCH $ (UID INTERNALDATE FLAGS RFC822.HEADER)
  )" + fetches + R"(
    C: A282 SEARCH RETURN (SAVE) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
    C: A283 FETCH $ (UID INTERNALDATE FLAGS RFC822.HEADER)
    S: A282 OK ...
  )" + fetches);
}

// Example 3.
BOOST_AUTO_TEST_CASE(a_result_is_searched) {
  MailServer server;
  auto mail = letters(901, {jones, {}, in_1994});
  for (const std::size_t number : {17, 900, 901}) mail[number - 1].date = in_2005;
  mail[29] = {"Subject: x\r\n\r\n" + std::string(5000, 'x'), {}, in_2005};
  mail[30] = {smith, {}, in_2005};
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: A300 SEARCH RETURN (SAVE) SINCE 1-Jan-2004 NOT FROM "Smith"
    S: A300 OK ...
    C: A301 UID SEARCH UID $ SMALLER 4096
    S: * SEARCH 17 900 901
    S: A301 OK ...
    C: A301 UID SEARCH $ SMALLER 4096
    S: * SEARCH 17 900 901
    S: A301 OK ...
  )");
}

// Examples 4 to 6. The eight octets that the RFC cannot print are four Russian letters.
BOOST_AUTO_TEST_CASE(a_result_is_combined_and_may_be_empty) {
  MailServer server;
  auto mail = letters(3021, {jones, {}, in_1994});
  const std::string text = "Content-Type: text/plain; charset=UTF-8\r\n\r\nмать\r\n";
  for (const std::size_t number : {882, 1102, 3003, 3005, 3006})
    mail[number - 1].octets = maria + text;
  for (const std::size_t number : {3003, 3005, 3006}) mail[number - 1].date = in_1993;
  mail[49] = {"From: smith@example.org\r\n" + text, {}, in_1994};
  mail[50] = {maria + text, {}, in_1993};
  fill(server, "INBOX", mail);
  create(server, {"Other Messages"});
  server.plays(Begin::in_inbox, R"(
    C: P282 SEARCH RETURN (SAVE) SINCE 1-Feb-1994 NOT FROM "Smith"
    S: P282 OK SEARCH completed
    C: P283 SEARCH CHARSET UTF-8 (OR $ 1,3000:3021) TEXT {8}
    S: + ...
    C: мать
    S: * SEARCH 882 1102 3003 3005 3006
    S: P283 OK SEARCH completed
    C: B282 SEARCH RETURN (SAVE) SINCE 1-Feb-1994 NOT FROM "Smith"
    S: B282 OK SEARCH completed
    C: B283 SEARCH CHARSET KOI8-R (OR $ 1,3000:3021) TEXT {4}
    S: + ...
    C: XXXX
    S: * SEARCH
    S: B283 OK SEARCH completed
    C: E282 SEARCH RETURN (SAVE) SINCE 28-Oct-2006 NOT FROM "Eric"
    C: E283 COPY $ "Other Messages"
    S: E282 OK SEARCH completed
    S: E283 OK COPY completed
  )");
}

// Examples 7 to 9. In the end "$" is the result of the second search.
BOOST_AUTO_TEST_CASE(commands_that_depend_on_each_other_come_at_once) {
  MailServer server;
  auto mail = letters(103, {jones, {}, in_1994});
  for (std::size_t number = 3; number <= 103; ++number)
    if (number <= 15 || number == 27 || number >= 29)
      mail[number - 1] = {eric, {}, in_november_2006};
  for (const std::size_t number : {2, 28, 29}) mail[number - 1].flags = junk;
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: F282 SEARCH RETURN (SAVE) KEYWORD $Junk
    C: F283 COPY $ "Junk"
    C: F284 STORE $ +FLAGS.Silent (\Deleted)
    S: F282 OK SEARCH completed
    S: F283 OK [COPYUID ... 2,28:29 1:3] COPY completed
    S: F284 OK STORE completed
    C: G282 SEARCH RETURN (SAVE) KEYWORD $Junk
    C: G283 SEARCH RETURN (ALL) SINCE 28-Oct-2006 FROM "Eric"
    S: G282 OK SEARCH completed
    S: * ESEARCH (TAG "G283") ALL 3:15,27,29:103
    S: G283 OK SEARCH completed
    C: H282 SEARCH RETURN (SAVE) KEYWORD $Junk
    C: H283 SEARCH RETURN (SAVE) SINCE 28-Oct-2006 FROM "Eric"
    S: H282 OK SEARCH completed
    S: H283 OK SEARCH completed
    C: H284 SEARCH RETURN (COUNT) $
    S: * ESEARCH (TAG "H284") COUNT 89
    S: H284 OK SEARCH completed
  )");
}

// Example 10; what "$" is is asked after each.
BOOST_AUTO_TEST_CASE(what_is_saved_of_what_is_returned) {
  MailServer server;
  auto mail = letters(21, {jones, {}, in_1994});
  for (const std::size_t number : {2, 10, 11, 12, 13, 14, 15, 21})
    mail[number - 1].date = in_march_2006;
  mail[4] = {smith, {}, in_march_2006};
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: C282 SEARCH RETURN (ALL) SINCE 12-Feb-2006 NOT FROM "Smith"
    S: * ESEARCH (TAG "C282") ALL 2,10:15,21
    S: C282 OK SEARCH completed
    C: c1 SEARCH RETURN (ALL) $
    S: * ESEARCH (TAG "c1")
    S: c1 OK SEARCH completed
    C: C283 SEARCH RETURN (ALL SAVE) SINCE 12-Feb-2006 NOT FROM "Smith"
    S: * ESEARCH (TAG "C283") ALL 2,10:15,21
    S: C283 OK SEARCH completed
    C: c2 SEARCH RETURN (ALL) $
    S: * ESEARCH (TAG "c2") ALL 2,10:15,21
    S: c2 OK SEARCH completed
    C: C284 SEARCH RETURN (SAVE MIN) SINCE 12-Feb-2006 NOT FROM "Smith"
    S: * ESEARCH (TAG "C284") MIN 2
    S: C284 OK SEARCH completed
    C: c3 SEARCH RETURN (ALL) $
    S: * ESEARCH (TAG "c3") ALL 2
    S: c3 OK SEARCH completed
    C: C285 SEARCH RETURN (MAX SAVE MIN) SINCE 12-Feb-2006 NOT FROM "Smith"
    S: * ESEARCH (TAG "C285") MIN 2 MAX 21
    S: C285 OK SEARCH completed
    C: c4 SEARCH RETURN (ALL) $
    S: * ESEARCH (TAG "c4") ALL 2,21
    S: c4 OK SEARCH completed
    C: C286 SEARCH RETURN (MAX SAVE MIN COUNT) SINCE 12-Feb-2006 NOT FROM "Smith"
    S: * ESEARCH (TAG "C286") MIN 2 MAX 21 COUNT 8
    S: C286 OK SEARCH completed
    C: c5 SEARCH RETURN (ALL) $
    S: * ESEARCH (TAG "c5") ALL 2,10:15,21
    S: c5 OK SEARCH completed
    C: C286 SEARCH RETURN (ALL SAVE MIN) SINCE 12-Feb-2006 NOT FROM "Smith"
    S: * ESEARCH (TAG "C286") MIN 2 ALL 2,10:15,21
    S: C286 OK SEARCH completed
    C: c6 SEARCH RETURN (ALL) $
    S: * ESEARCH (TAG "c6") ALL 2,10:15,21
    S: c6 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
