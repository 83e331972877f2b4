// RFC 4469 appendix A, examples 2 and 3; 1 and 4 are in catenate_test.cpp.
//
// Adapted: UIDs and UIDVALIDITY. Literals have the size of what the RFC prints in them.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc4469)

namespace {

using namespace test_support;

const std::string zip =
    "Content-Type: application/x-zip-compressed\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
    "UEsDBAo=";
const std::string draft =
    "Subject: About our holiday\r\n"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    "--x\r\nContent-Type: text/plain\r\n\r\nOur travel agent has sent nothing.\r\n"
    "--x\r\n" +
    zip + "\r\n--x--\r\n";

const std::string slides_head =
    "Subject: slides\r\n"
    "Content-Type: multipart/mixed; boundary=\"------------030308070208000400050903\"\r\n\r\n";
const std::string slides_text = "Content-Type: text/plain\r\n\r\nLook at these.";
const std::string slides = slides_head + "--------------030308070208000400050903\r\n" +
                           slides_text +
                           "\r\n--------------030308070208000400050903\r\n"
                           "Content-Type: application/vnd.ms-powerpoint\r\n\r\nslides\r\n"
                           "--------------030308070208000400050903--\r\n";

std::string text_of(MailServer& server, const std::string& section) {
  const auto client = server.client(Begin::logged_in);
  client->send("a EXAMINE Drafts\r\n");
  while (!client->line().starts_with("a OK")) continue;
  client->send("b UID FETCH 2 BODY.PEEK[" + section + "]\r\n");
  const auto line = client->line();
  return client->octets(std::stoul(line.substr(line.find('{') + 1)));
}

}  // namespace

// Example 2.
BOOST_AUTO_TEST_CASE(edited_text_is_replaced_in_a_draft) {
  MailServer server;
  fill(server, "Drafts", {{draft}});
  const auto validity = uid_validity(server, "Drafts");
  server.plays(Begin::logged_in, with(R"(
    C: A002 SELECT Drafts
    S: ...
    S: A002 OK ...
    C: A003 APPEND Drafts (\Seen \Draft $MDNSent) CATENATE (TEXT {721}
    S: + ...
    C: Return-Path: <bar@example.org>
    C: Received: from [127.0.0.2]
    C:           by rufus.example.org via TCP (internal) with ESMTPA;
    C:           Thu, 11 Nov 2004 16:57:07 +0000
    C: Message-ID: <419399E1.6000505@example.org>
    C: Date: Thu, 12 Nov 2004 16:57:05 +0000
    C: From: Bob Ar <bar@example.org>
    C: X-Accept-Language: en-us, en
    C: MIME-Version: 1.0
    C: To: foo@example.net
    C: Subject: About our holiday trip
    C: Content-Type: multipart/mixed;
    C:               boundary="------------030308070208000400050907"
    C:
    C: --------------030308070208000400050907
    C: Content-Type: text/plain; charset=us-ascii; format=flowed
    C: Content-Transfer-Encoding: 7bit
    C:
    C: Our travel agent has sent the updated schedule.
    C:
    C: Cheers,
    C: Bob
    C: --------------030308070208000400050907
    C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;Section=2.MIME" URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;Section=2" TEXT {44}
    S: + ...
    C:
    C: --------------030308070208000400050907--
    C: )
    S: ...
    S: A003 OK [APPENDUID 385759045 2] ...
    C: A004 UID STORE 1 +FLAGS.SILENT (\Deleted)
    S: A004 OK STORE completed
  )",
                                      "385759045", validity));
  BOOST_TEST(text_of(server, "2.MIME") + text_of(server, "2") == zip);
  BOOST_TEST(text_of(server, "1") ==
             "Our travel agent has sent the updated schedule.\r\n\r\nCheers,\r\nBob");
}

// Example 3.
BOOST_AUTO_TEST_CASE(an_attachment_is_stripped) {
  MailServer server;
  fill(server, "Drafts", {{slides}});
  server.plays(Begin::logged_in, with(R"(
    C: A003 APPEND Drafts (\Seen \Draft $MDNSent) CATENATE (URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;section=HEADER" TEXT {42}
    S: + ...
    C:
    C: --------------030308070208000400050903
    C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;section=1.MIME" URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;section=1" TEXT {255}
    S: + ...
    C:
    C: --------------030308070208000400050903
    C: Content-type: text/plain; charset="us-ascii"
    C: Content-transfer-encoding: 7bit
    C:
    C: This body part contained a Power Point presentation that was
    C: deleted upon your request.
    C: --------------030308070208000400050903--
    C: )
    S: A003 OK ...
  )",
                                      "385759045", uid_validity(server, "Drafts")));
  BOOST_TEST(text_of(server, "HEADER") == slides_head);
  BOOST_TEST(text_of(server, "1.MIME") + text_of(server, "1") == slides_text);
  BOOST_TEST(text_of(server, "2") ==
             "This body part contained a Power Point presentation that was\r\n"
             "deleted upon your request.");
}

BOOST_AUTO_TEST_SUITE_END()
