// CATENATE (RFC 4469), its URLs with PARTIAL (RFC 5550), alone and within MULTIAPPEND.

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(catenate)

namespace {

using namespace std::string_literals;
using test_support::Begin;
using test_support::MailServer;

constexpr storage::Reason putting{crypto::Cause::deliver, crypto::Actor::service()};

const std::string head =
    "Subject: holiday\r\n"
    "Content-Type: multipart/mixed; boundary=\"------------030308070208000400050907\"\r\n\r\n";
const std::string delimiter = "\r\n--------------030308070208000400050907\r\n";
const std::string closing = "\r\n--------------030308070208000400050907--\r\n";
const std::string text = "Content-Type: text/plain\r\n\r\nOur plans.";
const std::string zip = "Content-Type: application/x-zip-compressed\r\n\r\nPK";

void put(MailServer& server, const std::string& folder, const std::string& octets) {
  const auto mailbox = server.mailbox();
  std::vector<storage::NewMessage> messages;
  messages.push_back(imap::mime::prepare(octets, {}, 0, 0));
  mailbox->append(mailbox->tree()->folder(folder), std::move(messages), putting);
}

std::string uid_validity(MailServer& server, const std::string& folder) {
  const auto mailbox = server.mailbox();
  return std::to_string(mailbox->state(mailbox->tree()->folder(folder), putting).uid_validity);
}

std::string with(std::string transcript, const std::string& what, const std::string& by) {
  for (auto at = transcript.find(what); at != transcript.npos; at = transcript.find(what))
    transcript.replace(at, what.size(), by);
  return transcript;
}

std::string fetched(MailServer& server, const std::string& folder, std::uint32_t uid) {
  const auto mailbox = server.mailbox();
  const auto [validity, entry] = mailbox->find(mailbox->tree()->folder(folder), Uid(uid), putting);
  return entry ? mailbox->octets(*entry, 0, entry->size, putting) : "(none)";
}

}  // namespace

// Appendix A, example 1.
BOOST_AUTO_TEST_CASE(an_attachment_is_replaced_in_a_draft) {
  MailServer server;
  put(server, "Drafts", head + delimiter.substr(2) + text + delimiter + zip + closing);
  put(server, "Drafts", "Content-Type: image/png\r\n\r\nPNG");
  server.plays(Begin::logged_in, with(R"(
    C: A003 APPEND Drafts (\Seen \Draft $MDNSent) CATENATE (URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;section=HEADER" TEXT {42}
    S: + ...
    C: 
    C: --------------030308070208000400050907
    C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;section=1.MIME" URL "/Drafts;UIDVALIDITY=385759045/;UID=1/;section=1" TEXT {42}
    S: + ...
    C: 
    C: --------------030308070208000400050907
    C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=2" TEXT {44}
    S: + ...
    C: 
    C: --------------030308070208000400050907--
    C: )
    S: A003 OK [APPENDUID ... 3] APPEND completed
    C: A004 SELECT Drafts
    S: ...
    S: A004 OK ...
    C: A005 FETCH 1:3 FLAGS
    S: * 1 FETCH (FLAGS (\Recent))
    S: * 2 FETCH (FLAGS (\Recent))
    S: * 3 FETCH (FLAGS (\Seen \Draft \Recent $MDNSent))
    S: A005 OK FETCH completed
  )",
                                      "385759045", uid_validity(server, "Drafts")));
  BOOST_TEST(fetched(server, "Drafts", 3) ==
             head + delimiter + text + delimiter + "Content-Type: image/png\r\n\r\nPNG" + closing);
}

// Appendix A, example 4: the first URL that fails is named, and nothing is appended.
BOOST_AUTO_TEST_CASE(a_bad_url_appends_nothing) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\n1");
  const auto validity = uid_validity(server, "INBOX");
  server.plays(Begin::logged_in, with(R"(
    C: A003 APPEND Sent (\Seen $MDNSent) CATENATE (TEXT {4+}
    C: ab
    C:  URL "/INBOX;UIDVALIDITY=785799047/;UID=1" URL "/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9" TEXT {4+}
    C: cd
    C: )
    S: A003 NO [BADURL "/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9"] ...
    C: A004 APPEND Sent {4+}
    C: ab
    C:  CATENATE (URL "/INBOX/;UID=2")
    S: A004 NO [BADURL "/INBOX/;UID=2"] ...
    C: A005 STATUS Sent (MESSAGES)
    S: * STATUS Sent (MESSAGES 0)
    S: A005 OK STATUS completed
  )",
                                      "785799047", validity));
  for (const std::string& url :
       {"/INBOX;UIDVALIDITY=" + std::to_string(std::stoul(validity) + 1) + "/;UID=1"s,
        "/INBOX/;UID=1/;SECTION=2"s, "/INBOX"s, "/Nowhere/;UID=1"s, ";UID=1"s, "nonsense"s,
        "imap://bob%40example.org@x.example/INBOX/;UID=1"s, "imap://x.example/INBOX/;UID=1"s,
        "/INBOX/;UID=1;URLAUTH=anonymous"s, "/IN%01BOX/;UID=1"s, "/%ff/;UID=1"s}) {
    BOOST_TEST_CONTEXT(url)
    server.plays(Begin::logged_in, "C: a1 APPEND Sent CATENATE (URL \"" + url +
                                       "\")\nS: a1 NO [BADURL \"" + url + "\"] ...");
  }
}

BOOST_AUTO_TEST_CASE(urls_are_relative_to_what_is_selected_or_absolute) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\n0123456789");
  server.plays(Begin::in_inbox, R"(
    C: a1 APPEND Archive CATENATE (URL ";UID=1/;SECTION=TEXT/;PARTIAL=2.3" TEXT {1+}
    C: - URL "/;UID=1/;SECTION=TEXT/;PARTIAL=8" URL "imap://ADA%40example.org;AUTH=*@mail.example.org/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20%28Subject%29" TEXT ~{1+}
    C: !)
    S: a1 OK [APPENDUID ... 1] APPEND completed
    C: a2 APPEND Archive (\Flagged) CATENATE (URL inbox/;UID=1) {2+}
    C: xy CATENATE (TEXT {1+}
    C: z)
    S: a2 OK [APPENDUID ... 2:4] APPEND completed
  )");
  BOOST_TEST(fetched(server, "Archive", 1) == "234-89Subject: one\r\n\r\n!");
  BOOST_TEST(fetched(server, "Archive", 2) == "Subject: one\r\n\r\n0123456789");
  BOOST_TEST(fetched(server, "Archive", 3) == "xy");
  BOOST_TEST(fetched(server, "Archive", 4) == "z");
}

BOOST_AUTO_TEST_CASE(what_would_be_too_big_is_refused_and_the_stream_is_in_step) {
  MailServer server({.limits = {.message = 40}});
  server.deliver("Subject: x\r\n\r\n0123456789");
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND Sent CATENATE (URL "/INBOX/;UID=1" TEXT {20+}
    C: 01234567890123456789)
    S: a1 NO [TOOBIG] ...
    C: a2 APPEND Sent CATENATE (URL "/INBOX/;UID=1") CATENATE (URL "/INBOX/;UID=1")
    S: a2 NO [TOOBIG] ...
    C: a3 APPEND Sent CATENATE (TEXT {41+}
    C: 01234567890123456789012345678901234567890 URL "/INBOX/;UID=1" TEXT {3+}
    C: abc)
    S: a3 NO [TOOBIG] ...
    C: a4 APPEND Sent CATENATE (TEXT {0+}
    C: )
    S: a4 NO ...
    C: a5 STATUS Sent (MESSAGES)
    S: * STATUS Sent (MESSAGES 0)
    S: a5 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(broken_commands_are_bad) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND Sent CATENATE ()
    S: a1 BAD ...
    C: a2 APPEND Sent CATENATE (FILE "x")
    S: a2 BAD ...
    C: a3 APPEND Sent CATENATE (URL "/INBOX/;UID=1"
    S: a3 BAD ...
    C: a4 APPEND Sent CATENATE (TEXT "x")
    S: a4 BAD ...
    C: a5 APPEND Sent CONCATENATE (URL "/INBOX/;UID=1")
    S: a5 BAD ...
    C: a6 APPEND Nowhere CATENATE (URL "nonsense")
    S: a6 NO [TRYCREATE] ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
