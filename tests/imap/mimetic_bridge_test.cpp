#include "imap/mime/mimetic_bridge.h"

#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "base/error.h"
#include "imap/mime/address.h"
#include "imap/mime/date.h"
#include "imap/mime/prepare.h"
#include "imap/mime/scanner.h"
#include "imap/mime/structure.h"

using namespace imap::mime;
using namespace std::string_literals;

namespace {

std::string described(const std::string& mail) {
  const auto message = prepare(mail, {}, 0, 0);
  return std::string(SummaryView(message.summary).bodystructure());
}

std::string envelope_of(const std::string& mail) {
  const auto message = prepare(mail, {}, 0, 0);
  return std::string(SummaryView(message.summary).envelope());
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

// The faults that were measured in mimetic 0.9.8, each with the input that shows it there, and what
// comes out here.
BOOST_AUTO_TEST_SUITE(mimetic_bridge)

BOOST_AUTO_TEST_CASE(m1_group_without_end) {
  BOOST_TEST(envelope_of("To: undisclosed-recipients:\r\n\r\n") ==
             "(NIL NIL NIL NIL NIL ((NIL NIL \"undisclosed-recipients\" NIL)(NIL NIL NIL NIL)) "
             "NIL NIL NIL NIL)");
}

BOOST_AUTO_TEST_CASE(m2_a_multipart_is_built_without_copies_of_entities) {
  const auto part = text_entity("text/plain", "a", {});
  const auto mail = multipart_entity("multipart/mixed", "b0undary", {}, {part, part});
  BOOST_TEST(scan(mail).entities.size() == 3u);
}

BOOST_AUTO_TEST_CASE(m3_deep_nesting_ends_at_the_limit) {
  const auto messages = repeated("Content-Type: message/rfc822\r\n\r\n", 300000);
  const auto scanned = scan(messages);
  BOOST_TEST(scanned.entities.size() == Limits().depth);
  BOOST_TEST(scanned.limited);
  std::string multiparts;
  for (int i = 0; i < 20000; ++i) {
    const auto name = "b" + std::to_string(i);
    multiparts += "Content-Type: multipart/mixed; boundary=" + name + "\r\n\r\n--" + name + "\r\n";
  }
  BOOST_TEST(scan(multiparts).entities.size() == Limits().depth);
  BOOST_TEST(!described(multiparts).empty());
}

BOOST_AUTO_TEST_CASE(m4_a_header_of_megabytes_is_linear) {
  BOOST_TEST(!described("Subject: " + std::string(4 << 20, 'x') + "\r\n\r\n").empty());
  BOOST_TEST(!described("Subject: " + repeated("x\r\n ", 1 << 20) + "\r\n\r\n").empty());
}

BOOST_AUTO_TEST_CASE(m5_multipart_without_anything) {
  BOOST_TEST(
      described("Content-Type:multipart\n\n\r\n--") ==
      "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 4 1 NIL NIL NIL NIL)");
}

BOOST_AUTO_TEST_CASE(m6_dates_that_are_none) {
  for (const auto* text : {"1 Foo 2024", "1 Foo 2024 10:00", "32 Jan 2024 10:00:00 +0000",
                           "1 Jan 2024 99:99:99 +0000", "31 Feb 2024 10:00:00", "", "Mon,"})
    BOOST_TEST(!parse_date(text), text);
}

BOOST_AUTO_TEST_CASE(m7_base64_out_of_order) {
  BOOST_TEST(decode_base64("YW|Jj") == "abc");
  BOOST_TEST(decode_base64("YQ==\r\n--footer") == "a");
  BOOST_TEST(decode_base64("YWJj=YWJj") == "abc");
  BOOST_TEST(decode_base64("=YWJj") == "");
  BOOST_TEST(decode_base64("Y") == "");
  BOOST_TEST(decode_base64("YWI") == "ab");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  BOOST_TEST(decode_base64(all).size() <= 192u);
  BOOST_TEST(decode_base64(encode_base64_lines(all)) == all);
}

BOOST_AUTO_TEST_CASE(m8_addresses_of_blanks) {
  BOOST_TEST(envelope_of("From: @ \r\nTo:  \r\n\r\n") ==
             "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
}

BOOST_AUTO_TEST_CASE(m9_nul_in_a_type) {
  const auto mail = "Content-Type: multipart\0x/mixed\r\n\r\nx"s;
  BOOST_TEST(described(mail).starts_with("(\"multipart?x\" \"mixed\" NIL"));
}

BOOST_AUTO_TEST_CASE(m10_header_that_ends_with_the_mail) {
  BOOST_TEST(envelope_of("Subject: last").starts_with("(NIL \"last\""));
}

BOOST_AUTO_TEST_CASE(m11_lines_that_are_no_fields_hide_nothing) {
  BOOST_TEST(envelope_of("From bob Mon Nov 23 21:40:00 2026\r\nSubject: one\r\n\r\n")
                 .starts_with("(NIL \"one\""));
  BOOST_TEST(envelope_of("X-\xE4: y\r\njunk\r\nSubject: two\r\n\r\n").starts_with("(NIL \"two\""));
}

BOOST_AUTO_TEST_CASE(m12_nul_does_not_cut_a_value) {
  BOOST_TEST(envelope_of("Subject: a\0b\r\n\r\n"s).starts_with("(NIL \"a?b\""));
}

BOOST_AUTO_TEST_CASE(m13_parameters_with_quotes_and_comments) {
  BOOST_TEST(
      described("Content-Type: text/plain ; name=\"a;b\\\".txt\" (c)\r\n"
                "Content-Transfer-Encoding: base64 \r\n\r\n") ==
      "(\"text\" \"plain\" (\"name\" \"a;b\\\".txt\") NIL NIL \"base64\" 0 0 NIL NIL NIL NIL)");
  BOOST_TEST(described("Content-Type: multipart/mixed; boundary=\"a;b\"\n\n--a;b\n\nx\n--a;b--\n")
                 .starts_with("((\"text\" \"plain\""));
}

BOOST_AUTO_TEST_CASE(m14_a_boundary_begins_a_line) {
  const std::string head = "Content-Type: multipart/mixed; boundary=b\n\n";
  BOOST_TEST(scan(head + "--b\n\nsee foo--b\nbar\n--b--\n").entities.size() == 2u);
  BOOST_TEST(scan("Content-Type: multipart/mixed\n\n--\n\nx\n").entities.size() == 1u);
}

BOOST_AUTO_TEST_CASE(m15_an_outer_boundary_closes_inner_parts) {
  const auto scanned = scan(
      "Content-Type: multipart/mixed; boundary=o\n\n--o\n"
      "Content-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--o\n\nout\n--o--\n");
  BOOST_REQUIRE(scanned.entities.size() == 4u);
  BOOST_TEST(scanned.body(scanned.entities[2]) == "in");
  BOOST_TEST(scanned.entities[3].part.parent == 0);
  BOOST_TEST(scanned.body(scanned.entities[3]) == "out");
}

BOOST_AUTO_TEST_CASE(m16_blanks_after_a_boundary) {
  const auto scanned =
      scan("Content-Type: multipart/mixed; boundary=b\n\n--b \t\nX: y\n\ntext\n--b-- \n");
  BOOST_REQUIRE(scanned.entities.size() == 2u);
  BOOST_TEST(scanned.entities[1].header.find("x") != nullptr);
  BOOST_TEST(scanned.body(scanned.entities[1]) == "text");
}

BOOST_AUTO_TEST_CASE(m17_a_part_without_empty_line) {
  const auto scanned =
      scan("Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n--b\n\ntext\n--b--\n");
  BOOST_REQUIRE(scanned.entities.size() == 3u);
  BOOST_TEST(scanned.body(scanned.entities[1]) == "");
  BOOST_TEST(scanned.body(scanned.entities[2]) == "text");
}

BOOST_AUTO_TEST_CASE(m18_parts_of_a_digest_are_messages) {
  const auto scanned =
      scan("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nx\n--b--\n");
  BOOST_REQUIRE(scanned.entities.size() == 3u);
  BOOST_TEST((scanned.entities[1].part.kind == Kind::message));
  BOOST_TEST(scanned.entities[2].header.find("subject")->value == " in");
}

BOOST_AUTO_TEST_CASE(m19_addresses_with_quotes_comments_and_routes) {
  const auto one = [](std::string_view text) { return parse_addresses(text).at(0); };
  BOOST_TEST((one("\"a \\\" , b\" <x@y>") == Address{{}, "a \" , b", "", "x", "y"}));
  BOOST_TEST((one("a@b (c, d)") == Address{{}, "c, d", "", "a", "b"}));
  BOOST_TEST((one("a@[IPv6:::1], b@c") == Address{{}, "", "", "a", "[IPv6:::1]"}));
  BOOST_TEST((one("<@r1,@r2:u@h>") == Address{{}, "", "@r1,@r2", "u", "h"}));
  BOOST_TEST(parse_addresses("g: a@b").size() == 3u);
}

BOOST_AUTO_TEST_CASE(m20_empty_places_are_no_addresses) {
  BOOST_TEST(parse_addresses("a@b, , c@d").size() == 2u);
  BOOST_TEST(parse_addresses("g:;").size() == 2u);
  BOOST_TEST(parse_addresses(" ,, ").empty());
}

BOOST_AUTO_TEST_CASE(m21_stored_octets_are_never_written_again) {
  const std::string odd = "Subject:  two blanks\n\tfolded\nX:y\n\nbody without end";
  BOOST_TEST(prepare(odd, {}, 0, 0).octets == odd);
}

BOOST_AUTO_TEST_CASE(m22_no_field_can_be_smuggled_in) {
  for (const auto& bad : std::vector<NewField>{{"Subject", "x\r\nBcc: evil@x"},
                                               {"Subject", "x\nBcc: evil@x"},
                                               {"Subject", "x\0y"s},
                                               {"Subject\r\nBcc", "x"},
                                               {"Sub ject", "x"},
                                               {"", "x"},
                                               {"Subject", "\xFF"}})
    BOOST_CHECK_THROW(text_entity("text/plain", "", {bad}), Error);
  BOOST_CHECK_THROW(text_entity("text/plain\r\nBcc: x", "", {}), Error);
}

BOOST_AUTO_TEST_CASE(m23_text_with_8_bit_is_base64_with_crlf) {
  const auto mail = text_entity("text/plain", repeated("J\xC3\xB6rg\n", 40), {});
  const auto scanned = scan(mail);
  BOOST_TEST((scanned.entities[0].part.encoding == Encoding::base64));
  BOOST_TEST(decode_base64(scanned.body(scanned.entities[0])) == repeated("J\xC3\xB6rg\r\n", 40));
  for (std::size_t i = 0; i < mail.size(); ++i)
    if (mail[i] == '\n') BOOST_REQUIRE(i > 0 && mail[i - 1] == '\r');
}

BOOST_AUTO_TEST_CASE(m24_quoted_printable_keeps_line_ends) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"a=3Db", "a=b"},
      {"a\r\nb\nc", "a\r\nb\nc"},
      {"soft=\r\nbreak=\nagain", "softbreakagain"},
      {"soft with blanks= \t\r\n.", "soft with blanks."},
      {"trailing blanks  \t\r\nx", "trailing blanks\r\nx"},
      {"=C3=B6=c3=b6", "\xC3\xB6\xC3\xB6"},
      {"=ZZ", "=ZZ"},
      {"a=", "a"},
      {"=3", "=3"},
      {"=  x", "=  x"},
      {"=A=3D", "=A="},
      {"=41 =\r\nb =\r\n", "A b "},
      {"kept blank=20\r\n", "kept blank \r\n"},
      {"", ""}};
  for (const auto& [coded, plain] : table) BOOST_TEST(decode_quoted_printable(coded) == plain);
}

BOOST_AUTO_TEST_CASE(output_is_bounded) {
  BOOST_TEST(decode_base64(std::string(4000, 'A'), 10).size() == 10u);
  BOOST_TEST(decode_quoted_printable(repeated("abc\r\n", 100), 10) == "abc\r\nabc\r\n");
  BOOST_TEST(decoded_body("abcdef", Encoding::unknown, 3) == "abc");
}

BOOST_AUTO_TEST_SUITE_END()
