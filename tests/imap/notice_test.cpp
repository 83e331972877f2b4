#include "imap/mime/notice.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "imap/mime/scanner.h"
#include "imap/mime/words.h"

using namespace imap::mime;

namespace {

const Stamp stamp{"n1@mail.example", "b0undaryb0undary", 1795464600, 90};
const Person postmaster{"Mail, delivery", "postmaster@mail.example"};

Bounce sample() {
  return {"mail.example",
          postmaster,
          {"", "ada@example.org"},
          {{"nobody@example.net", "5.1.1", "550 no such\r\nBcc: x"}},
          "Subject: hi\nFrom: ada@example.org\n\nsecret body"};
}

void check_line_ends(const std::string& mail) {
  for (std::size_t i = 0; i < mail.size(); ++i)
    if (mail[i] == '\n') BOOST_REQUIRE(i > 0 && mail[i - 1] == '\r');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notice)

BOOST_AUTO_TEST_CASE(a_bounce_is_a_report_of_three_parts) {
  const auto mail = written(sample(), stamp);
  check_line_ends(mail);
  const auto scanned = scan(mail);
  BOOST_REQUIRE(scanned.entities.size() == 4u);
  const auto& top = scanned.entities[0];
  BOOST_TEST(top.type.is("multipart", "report"));
  BOOST_TEST(unfolded(top.header.find("From")->value) ==
             "\"Mail, delivery\" <postmaster@mail.example>");
  BOOST_TEST(unfolded(top.header.find("Date")->value) == "Mon, 23 Nov 2026 21:40:00 +0130");
  BOOST_TEST(unfolded(top.header.find("Auto-Submitted")->value) == "auto-replied");
  BOOST_TEST(scanned.entities[1].type.is("text", "plain"));
  BOOST_TEST(scanned.entities[2].type.is("message", "delivery-status"));
  BOOST_TEST(scanned.body(scanned.entities[2]) ==
             "Reporting-MTA: dns; mail.example\r\n"
             "Arrival-Date: Mon, 23 Nov 2026 21:40:00 +0130\r\n\r\n"
             "Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
             "Diagnostic-Code: smtp; 550 no such  Bcc: x");
  BOOST_TEST(scanned.entities[3].type.is("text", "rfc822-headers"));
  BOOST_TEST(scanned.body(scanned.entities[3]) == "Subject: hi\r\nFrom: ada@example.org\r\n");
  BOOST_TEST(mail.find("secret body") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_recipient_in_utf8_is_escaped) {
  auto bounce = sample();
  bounce.recipients[0].recipient = "j\xC3\xB6rg@example.net";
  BOOST_TEST(written(bounce, stamp).find("Final-Recipient: utf-8; j\\x{F6}rg@example.net") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_name_in_any_language_comes_back) {
  auto bounce = sample();
  bounce.to.name = "J\xC3\xB6rg";
  const auto mail = written(bounce, stamp);
  const auto scanned = scan(mail);
  BOOST_TEST(decode_words(scanned.entities[0].header.find("To")->value) ==
             "J\xC3\xB6rg <ada@example.org>");
}

BOOST_AUTO_TEST_CASE(nothing_breaks_out_of_a_field) {
  const auto refused = [](const Bounce& bounce) {
    BOOST_CHECK_THROW(written(bounce, stamp), Error);
  };
  auto bad = sample();
  bad.to.name = "x\nBcc: evil@x";
  refused(bad);
  bad.to.name = std::string("a\0b", 3);
  refused(bad);
  for (const auto* address :
       {"", "ada", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>", "g: a@b;", "a@b (c)"}) {
    bad = sample();
    bad.to.address = address;
    refused(bad);
  }
}

BOOST_AUTO_TEST_CASE(bad_stamps_and_boundaries_in_parts_are_refused) {
  BOOST_CHECK_THROW(written(sample(), {"n1@x", "short", 0, 0}), Error);
  BOOST_CHECK_THROW(written(sample(), {"n1 x", stamp.boundary, 0, 0}), Error);
  auto bounce = sample();
  bounce.original = "X: y\r\n--b0undaryb0undary\r\n\r\n";
  BOOST_CHECK_THROW(written(bounce, stamp), Error);
  bounce = sample();
  bounce.recipients.clear();
  BOOST_CHECK_THROW(written(bounce, stamp), Error);
}

BOOST_AUTO_TEST_SUITE_END()
