#include "imap/mime/summary.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "base/error.h"
#include "imap/mime/prepare.h"
#include "tests/support/openpgp_example.h"

using namespace imap::mime;

namespace {

struct Mail {
  explicit Mail(std::string text) : message(prepare(std::move(text), {}, 0, 0)) {}

  SummaryView view() const { return SummaryView(message.summary); }

  // What BODY[...] would send; "NIL" if there is no such section.
  std::string section(std::vector<std::uint32_t> path, Section section = Section::all) const {
    const auto range = find_section(view(), path, section);
    return range ? message.octets.substr(range->offset, range->length) : "NIL";
  }

  storage::NewMessage message;
};

// RFC 3501 6.4.5, the example of part numbers.
const std::string nested =
    "From: a@example.org\r\nSubject: outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    "preamble\r\n"
    "--o\r\nContent-Type: text/plain\r\n\r\none\r\n"
    "--o\r\nContent-Type: application/octet-stream\r\n\r\ntwo\r\n"
    "--o\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
    "--i\r\n\r\nthree one\r\n"
    "--i\r\nX-Part: 2\r\n\r\nthree two\r\n"
    "--i--\r\n"
    "--o\r\nContent-Type: multipart/mixed; boundary=p\r\n\r\n"
    "--p\r\nContent-Type: image/gif\r\n\r\nfour one\r\n"
    "--p\r\nContent-Type: message/rfc822\r\n\r\nSubject: deep\r\n\r\nplain\r\n"
    "--p--\r\n"
    "--o--\r\nepilogue\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(summary)

BOOST_AUTO_TEST_CASE(sections_of_nested_mail) {
  const Mail mail(nested);
  BOOST_TEST(mail.section({}) == nested);
  BOOST_TEST(mail.section({}, Section::header) == nested.substr(0, nested.find("preamble")));
  BOOST_TEST(mail.section({}, Section::text) == nested.substr(nested.find("preamble")));
  BOOST_TEST(mail.section({1}) == "one");
  BOOST_TEST(mail.section({1}, Section::mime) == "Content-Type: text/plain\r\n\r\n");
  BOOST_TEST(mail.section({2}) == "two");
  BOOST_TEST(mail.section({3}, Section::header) ==
             "Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n");
  BOOST_TEST(mail.section({3}).starts_with("Subject: inner"));
  BOOST_TEST(mail.section({3}).ends_with("--i--"));
  BOOST_TEST(mail.section({3}, Section::text).starts_with("--i\r\n"));
  BOOST_TEST(mail.section({3, 1}) == "three one");
  BOOST_TEST(mail.section({3, 1}, Section::mime) == "\r\n");
  BOOST_TEST(mail.section({3, 2}) == "three two");
  BOOST_TEST(mail.section({3, 2}, Section::mime) == "X-Part: 2\r\n\r\n");
  BOOST_TEST(mail.section({4}).starts_with("--p\r\n"));
  BOOST_TEST(mail.section({4, 1}) == "four one");
  BOOST_TEST(mail.section({4, 2}) == "Subject: deep\r\n\r\nplain");
  BOOST_TEST(mail.section({4, 2}, Section::header) == "Subject: deep\r\n\r\n");
  BOOST_TEST(mail.section({4, 2}, Section::text) == "plain");
  BOOST_TEST(mail.section({4, 2, 1}) == "plain");
  BOOST_TEST(mail.section({4, 2, 1}, Section::mime) == "Subject: deep\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_section_is_nil) {
  const Mail mail(nested);
  for (const auto& path : std::vector<std::vector<std::uint32_t>>{
           {0}, {5}, {1, 1}, {3, 3}, {3, 1, 1}, {4, 3}, {4, 2, 2}, {4, 2, 1, 1}, {4294967295u}})
    BOOST_TEST(mail.section(path) == "NIL");
  BOOST_TEST(mail.section({1}, Section::header) == "NIL");
  BOOST_TEST(mail.section({4}, Section::text) == "NIL");
  BOOST_TEST(mail.section({}, Section::mime) == "NIL");
}

BOOST_AUTO_TEST_CASE(mail_without_parts_has_part_one) {
  const Mail mail("Subject: x\r\n\r\nthe text\r\n");
  BOOST_TEST(mail.section({1}) == "the text\r\n");
  BOOST_TEST(mail.section({1}, Section::mime) == "Subject: x\r\n\r\n");
  BOOST_TEST(mail.section({2}) == "NIL");
  BOOST_TEST(mail.section({1, 1}) == "NIL");
  const Mail forwarded("Content-Type: message/rfc822\n\nSubject: in\n\nbody\n");
  BOOST_TEST(forwarded.section({1}) == "Subject: in\n\nbody\n");
  BOOST_TEST(forwarded.section({1}, Section::header) == "Subject: in\n\n");
  BOOST_TEST(forwarded.section({1, 1}) == "body\n");
}

BOOST_AUTO_TEST_CASE(sort_and_thread_keys) {
  const Mail mail(
      "Date: Mon, 23 Nov 2026 21:40:00 +0130\r\nFrom: =?utf-8?q?J=C3=B6rg?= <JD@example.org>\r\n"
      "To: (nobody) Group: first@a, second@b;\r\nCc: third@c\r\n"
      "Subject: Re: [list] Fwd: A  question (fwd)\r\nMessage-ID: <\"m1\"@x>\r\n"
      "In-Reply-To: <m0@x>\r\nReferences: <r1@x>\r\n <r2@x>\r\n\r\nhello\r\n> quoted\r\nworld");
  const auto view = mail.view();
  BOOST_TEST(view.base_subject() == "a question");
  BOOST_TEST(view.has(is_reply));
  BOOST_TEST(view.from() == "jd");
  BOOST_TEST(view.from_display() == "jörg");
  BOOST_TEST(view.to() == "group");
  BOOST_TEST(view.cc() == "third");
  BOOST_TEST(view.message_id() == "m1@x");
  BOOST_TEST(view.references() == "r1@x\nr2@x\n");
  BOOST_TEST(view.preview() == "hello world");
  BOOST_TEST(view.sent().value().time == 1795464600);
  BOOST_TEST(view.sent().value().zone == 90);
  BOOST_TEST(view.size() == mail.message.octets.size());
  BOOST_TEST(view.digest().size() == 32u);
}

BOOST_AUTO_TEST_CASE(kept_fields_answer_header_fields) {
  const Mail mail("X-Big: no\r\nSUBJECT: one\r\n two\r\nFrom: a@b\r\n\r\n");
  const std::vector<std::string> asked = {"From", "Subject", "Date"}, other = {"X-Big"};
  BOOST_TEST(mail.view().header_fields(asked).value() ==
             "SUBJECT: one\r\n two\r\nFrom: a@b\r\n\r\n");
  BOOST_TEST(!mail.view().header_fields(other));
  BOOST_TEST(picked_fields(mail.message.octets, other, Pick::these) == "X-Big: no\r\n\r\n");
  BOOST_TEST(picked_fields(mail.message.octets, asked, Pick::others) == "X-Big: no\r\n\r\n");
  const Mail huge("Subject: one\r\nTo: " + std::string(40000, 'a') + "\r\n\r\n");
  BOOST_TEST(!huge.view().header_fields(asked));
}

BOOST_AUTO_TEST_CASE(encrypted_mail_has_no_preview) {
  const Mail mail(
      "Content-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\n\n"
      "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
      "--b\nContent-Type: application/octet-stream\n\n" +
      test_support::openpgp_example + "--b--\n");
  BOOST_TEST(mail.view().has(is_encrypted));
  BOOST_TEST(mail.view().preview() == "");
}

BOOST_AUTO_TEST_CASE(damaged_summaries_are_refused) {
  const Mail mail(nested);
  const auto& good = mail.message.summary;
  BOOST_CHECK_THROW(SummaryView(""), Error);
  BOOST_CHECK_THROW(SummaryView(std::string_view(good).substr(0, good.size() - 1)), Error);
  BOOST_CHECK_THROW(SummaryView(good + "x"), Error);
  auto other = good;
  other[0] = 2;
  BOOST_CHECK_THROW(SummaryView{other}, Error);
}

// The most that hostile mail can cost.
BOOST_AUTO_TEST_CASE(a_summary_is_bounded) {
  std::string list;
  for (int i = 0; i < 200000; ++i) list += "a,";
  std::string text = "From: " + list + "\r\n";
  for (int i = 0; i < 300; ++i) text += "To: " + list.substr(0, 1000) + "\r\n";
  text += "Subject: " + std::string(500000, '"') + "\r\n\r\n";
  BOOST_TEST(Mail(text).message.summary.size() <= summary_limit);
  std::string parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 30000; ++i)
    parts += "--b\nContent-Type: a/b; x=" + std::string(200, 'y') + "\n\n\n";
  const Mail many(parts);
  BOOST_TEST(many.message.summary.size() <= summary_limit);
  BOOST_TEST(many.view().has(is_opaque));
}

BOOST_AUTO_TEST_SUITE_END()
