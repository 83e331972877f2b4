#include "imap/mime/notice.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/scanner.h"
#include "imap/mime/words.h"

using namespace imap::mime;

namespace {

const Stamp stamp{"n1@mail.example", "b0undaryb0undary", 1795464600, 90};
const Person postmaster{"Mail, delivery", "postmaster@mail.example"};

Reported failed(const std::string& recipient) {
  Reported out;
  out.recipient = recipient;
  out.status = "5.1.1";
  out.diagnostic = "550 no such\r\nBcc: x";
  return out;
}

Report sample() {
  Report out;
  out.reporter = "mail.example";
  out.from = postmaster;
  out.to = {"", "ada@example.org"};
  out.recipients = {failed("nobody@example.net")};
  out.original = "Subject: hi\nFrom: ada@example.org\n\nsecret body";
  return out;
}

// The three parts of a report, as text.
std::vector<std::string> parts(const std::string& mail) {
  const auto scanned = scan(mail);
  std::vector<std::string> out;
  for (auto at = scanned.entities[0].first_child; at != no_entity;) {
    const auto& entity = scanned.entities[static_cast<std::size_t>(at)];
    out.emplace_back(scanned.body(entity));
    at = entity.next_sibling;
  }
  BOOST_REQUIRE(out.size() == 3u);
  return out;
}

std::string type_of(const std::string& mail, std::size_t part) {
  const auto scanned = scan(mail);
  const auto& type = scanned.entities.at(part).header;
  return unfolded(type.find("Content-Type")->value);
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
             "Diagnostic-Code: smtp; 550 no such  Bcc: x\r\n");
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

// For people as it was said; where machines read it, as far as ASCII goes.
BOOST_AUTO_TEST_CASE(a_reason_in_any_language_comes_back) {
  auto bounce = sample();
  bounce.recipients[0].diagnostic = "554 5.7.1 gel\xC3\xB6scht,\r\nwarum auch immer";
  const auto mail = written(bounce, stamp);
  const auto text = decoded_body(parts(mail)[0], Encoding::base64);
  BOOST_TEST(text.find("    554 5.7.1 gel\xC3\xB6scht,  warum auch immer") != text.npos, text);
  BOOST_TEST(mail.find("Diagnostic-Code: smtp; 554 5.7.1 gel  scht,  warum") != mail.npos);
  bounce.form = Form::international;
  BOOST_TEST(written(bounce, stamp).find("smtp; 554 5.7.1 gel\xC3\xB6scht,  warum") != mail.npos);
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
  const auto refused = [](const Report& bounce) {
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

// RFC 3461 10.6, with our words.
BOOST_AUTO_TEST_CASE(what_was_delivered_is_reported_as_it_was_asked_for) {
  auto report = sample();
  report.reporter = "mail.Example.COM";
  report.envelope_id = "QQ314159";
  report.arrived = stamp.time - 60;
  report.content = Content::all;
  report.recipients = {{"Bob@Example.COM",
                        Action::delivered,
                        "2.0.0",
                        "",
                        OriginalAddress{"rfc822", "Bob@Example.COM"},
                        "",
                        {},
                        {}}};
  const auto mail = written(report, stamp);
  check_line_ends(mail);
  BOOST_TEST(mail.find("Subject: Delivery report\r\n") != mail.npos);
  const auto all = parts(mail);
  BOOST_TEST(all[0] ==
             "Your message was delivered to the mailbox of:\r\n\r\n  Bob@Example.COM\r\n\r\n"
             "The header of your message is attached.");
  BOOST_TEST(all[1] ==
             "Original-Envelope-Id: QQ314159\r\nReporting-MTA: dns; mail.Example.COM\r\n"
             "Arrival-Date: Mon, 23 Nov 2026 21:39:00 +0130\r\n\r\n"
             "Original-Recipient: rfc822; Bob@Example.COM\r\n"
             "Final-Recipient: rfc822; Bob@Example.COM\r\nAction: delivered\r\nStatus: 2.0.0\r\n");
  BOOST_TEST(all[2] == "Subject: hi\r\nFrom: ada@example.org\r\n", "RET is for failures");
}

BOOST_AUTO_TEST_CASE(what_is_delayed_says_until_when_it_is_tried) {
  auto report = sample();
  report.recipients = {{"bob@example.net",
                        Action::delayed,
                        "4.4.1",
                        "451 later",
                        {},
                        "mx.example.net",
                        stamp.time,
                        stamp.time + 3600}};
  const auto mail = written(report, stamp);
  BOOST_TEST(mail.find("Subject: Delayed mail: still being tried\r\n") != mail.npos);
  const auto all = parts(mail);
  BOOST_TEST(all[0].find("You need not send it once more.") != all[0].npos);
  BOOST_TEST(
      all[1].ends_with("Action: delayed\r\nStatus: 4.4.1\r\n"
                       "Remote-MTA: dns; mx.example.net\r\n"
                       "Diagnostic-Code: smtp; 451 later\r\n"
                       "Last-Attempt-Date: Mon, 23 Nov 2026 21:40:00 +0130\r\n"
                       "Will-Retry-Until: Mon, 23 Nov 2026 22:40:00 +0130\r\n"));
}

BOOST_AUTO_TEST_CASE(one_report_tells_of_recipients_that_fared_unlike) {
  auto report = sample();
  report.recipients.push_back({"b@example.net", Action::relayed, "2.0.0", "", {}, "", {}, {}});
  report.recipients.push_back({"c@example.net", Action::expanded, "2.0.0", "", {}, "", {}, {}});
  const auto all = parts(written(report, stamp));
  for (const auto* word : {"failed", "relayed", "expanded"})
    BOOST_TEST(all[1].find("Action: " + std::string(word) + "\r\n") != all[1].npos);
  BOOST_TEST(all[0].find("nobody@example.net") < all[0].find("b@example.net\r\n"));
  BOOST_TEST(all[0].find("b@example.net\r\n") < all[0].find("c@example.net\r\n"));
}

BOOST_AUTO_TEST_CASE(all_of_the_message_goes_back_where_it_can) {
  const auto attached = [](const std::string& original) {
    auto report = sample();
    report.content = Content::all;
    report.original = original;
    const auto mail = written(report, stamp);
    return std::make_pair(type_of(mail, 3), parts(mail)[2]);
  };
  const std::string original = "Subject: hi\r\n\r\n.\r\nbody \xe9\r\n";
  const auto all = attached(original);
  BOOST_TEST(all.first == "message/rfc822");
  BOOST_TEST(all.second == original);
  // Nested parts of its own change nothing, whatever they lack.
  const std::string nested =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n";
  BOOST_TEST(attached(nested).second == nested);
  for (const std::string& odd : {std::string("Subject: hi\r\n\r\nbare\nline\r\n"),
                                 std::string("Subject: hi\r\n\r\nbare\rCR\r\n"),
                                 std::string("Subject: hi\r\n\r\nnul\0\r\n", 20),
                                 "Subject: hi\r\n\r\n" + std::string(returned_limit, 'x')})
    BOOST_TEST(attached(odd).first == "text/rfc822-headers");
}

// RFC 6533: who writes in UTF-8 is answered so.
BOOST_AUTO_TEST_CASE(an_international_report_keeps_addresses_and_header_as_they_are) {
  auto report = sample();
  report.form = Form::international;
  report.to.address = "j\xC3\xB6rg@example.org";
  report.recipients[0].recipient = "\xC3\xA9ve@example.net";
  report.recipients[0].original = OriginalAddress{"utf-8", "\xC3\xA9ve@example.net"};
  report.original = "Subject: h\xC3\xA9\r\n\r\nbody\r\n";
  auto mail = written(report, stamp);
  BOOST_TEST(type_of(mail, 2) == "message/global-delivery-status");
  BOOST_TEST(type_of(mail, 3) == "message/global-headers");
  BOOST_TEST(mail.find("Original-Recipient: utf-8; \xC3\xA9ve@example.net\r\n"
                       "Final-Recipient: utf-8; \xC3\xA9ve@example.net\r\n") != mail.npos);
  report.content = Content::all;
  BOOST_TEST(type_of(written(report, stamp), 3) == "message/global");
  report.form = Form::ascii;
  BOOST_CHECK_THROW(written(report, stamp), Error);
  report.to.address = "ada@example.org";
  mail = written(report, stamp);
  BOOST_TEST(mail.find("Original-Recipient: utf-8; \\x{E9}ve@example.net\r\n") != mail.npos);
  BOOST_TEST(type_of(mail, 2) == "message/delivery-status");
}

BOOST_AUTO_TEST_SUITE_END()
