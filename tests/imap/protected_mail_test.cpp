// Mail as it is stored at end-to-end: what is outside, and that all else is inside.

#include "imap/mime/protected.h"

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "imap/mime/summary.h"
#include "tests/support/recipient.h"

namespace {

using imap::mime::protect;
using imap::mime::protected_form;
using imap::mime::SummaryView;
using test_support::ada;

const std::vector<Bytes>& certificates() {
  static const std::vector<Bytes> all{ada().der()};
  return all;
}

std::string outer(std::string_view octets) {
  const auto form = protected_form(octets, certificates());
  return form.substr(0, form.find("Subject:"));
}

storage::NewMessage arrived(std::string octets) {
  return imap::mime::prepare(std::move(octets), {.system = storage::flagged, .keywords = {"$x"}},
                             1'700'000'000, 60);
}

constexpr std::string_view letter =
    "Return-Path: <bob@example.net>\r\n"
    "Received: from canary.example.net by mail.example.org; Mon, 23 Nov 2026 21:40:01 +0100\r\n"
    "From: \"Bob Canary\" <bob@example.net>\r\n"
    "To: Friends: Ada Canary <ada@example.org>, \"odd name\"@example.org;, (canary) "
    "eve@example.org\r\n"
    "Cc: =?utf-8?q?canary?= <cleo@example.org>\r\n"
    "Bcc: canary@example.org\r\n"
    "Date: Mon, 23 Nov 2026 21:40:00 +0100\r\n"
    "Message-ID: <1@example.net>\r\n"
    "In-Reply-To: <0@example.org>\r\n"
    "References: <a@example.org>\r\n <0@example.org>\r\n"
    "Reply-To: canary@example.net\r\n"
    "X-Canary: yes\r\n"
    "Subject: the canary sings\r\n"
    "Content-Type: text/plain; name=\"canary.txt\"\r\n"
    "\r\n"
    "a canary in the text\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(protected_mail)

BOOST_AUTO_TEST_CASE(outside_is_what_delivery_and_threads_need) {
  BOOST_TEST(outer(letter) ==
             "From: bob@example.net\r\n"
             "To: ada@example.org,\r\n \"odd name\"@example.org,\r\n eve@example.org\r\n"
             "Cc: cleo@example.org\r\n"
             "Date: Mon, 23 Nov 2026 20:40:00 +0000\r\n"
             "Message-ID: <1@example.net>\r\n"
             "In-Reply-To: <0@example.org>\r\n"
             "References: <a@example.org>\r\n <0@example.org>\r\n");
}

BOOST_AUTO_TEST_CASE(inside_is_the_message_octet_for_octet) {
  const auto form = protected_form(letter, certificates());
  BOOST_TEST(form.find("canary") == form.npos);
  BOOST_TEST(form.find("Subject: [...]\r\n") != form.npos);
  BOOST_TEST(ada().opened(form) == letter);
}

BOOST_AUTO_TEST_CASE(odd_mail_is_no_less_inside) {
  for (const std::string odd : {"", "\r\n", "no header at all", "Subject: x",
                                "From: \xff\xfe <\r\nTo: ;;,,\r\nDate: soon\r\n\r\n",
                                "From: a\rb@example.org\r\nMessage-ID: <\x01@x>\r\n\r\n.",
                                "To: undisclosed-recipients:;\n\nx\n"}) {
    const auto form = protected_form(odd, certificates());
    BOOST_TEST(ada().opened(form) == odd);
    BOOST_TEST(form.find("\r\n\r\n") > form.find("Content-Disposition"));
  }
  BOOST_TEST(outer("From: a\rb@example.org\r\nMessage-ID: <\x01@x>\r\nDate: soon\r\n\r\n.") ==
             "From: b@example.org\r\n");
}

BOOST_AUTO_TEST_CASE(all_that_is_derived_is_made_of_what_is_stored) {
  const auto made = protect(arrived(std::string(letter)), certificates());
  for (const auto& text : {made.octets, made.summary, made.header_text, made.body_text})
    BOOST_TEST(text.find("canary") == text.npos);
  const SummaryView summary(made.summary);
  BOOST_TEST(summary.has(imap::mime::is_encrypted));
  BOOST_TEST(summary.preview() == "");
  BOOST_TEST(summary.size() == made.octets.size());
  BOOST_TEST(summary.message_id() == "1@example.net");
  BOOST_TEST(summary.references() == "a@example.org\n0@example.org\n");
  BOOST_TEST(summary.base_subject() == "[...]");
  BOOST_TEST(made.header_text.find("bob@example.net") != made.header_text.npos);
  BOOST_TEST(made.flags.system == storage::flagged);
  BOOST_TEST(made.flags.keywords.size() == 1u);
  BOOST_TEST(made.internal_date == 1'700'000'000);
  BOOST_TEST(made.zone == 60);
}

BOOST_AUTO_TEST_CASE(what_is_encrypted_already_stays_as_it_came) {
  const auto once = protect(arrived(std::string(letter)), certificates());
  BOOST_TEST(protect(arrived(once.octets), certificates()).octets == once.octets);
}

BOOST_AUTO_TEST_CASE(what_is_signed_is_no_less_encrypted) {
  const std::string signed_mail =
      "Subject: x\r\nContent-Type: multipart/signed; boundary=b; "
      "protocol=\"application/pkcs7-signature\"\r\n"
      "\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: "
      "application/pkcs7-signature\r\n\r\nMIAG\r\n--b--\r\n";
  BOOST_TEST(ada().opened(protect(arrived(signed_mail), certificates()).octets) == signed_mail);
}

BOOST_AUTO_TEST_SUITE_END()
