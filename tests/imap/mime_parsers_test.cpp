#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "imap/mime/address.h"
#include "imap/mime/charset.h"
#include "imap/mime/date.h"
#include "imap/mime/fold.h"
#include "imap/mime/header.h"
#include "imap/mime/html.h"
#include "imap/mime/params.h"
#include "imap/mime/subject.h"
#include "imap/mime/wire.h"
#include "imap/mime/words.h"

using namespace imap::mime;
using namespace std::string_literals;

namespace {

// name|route|local|host, groups as {name and }.
std::string shown(std::string_view list) {
  std::string out;
  for (const auto& address : parse_addresses(list)) {
    if (!out.empty()) out += ' ';
    if (address.kind == Address::Kind::group_start)
      out += '{' + address.local;
    else if (address.kind == Address::Kind::group_end)
      out += '}';
    else
      out += address.name + '|' + address.route + '|' + address.local + '|' + address.host;
  }
  return out;
}

std::string shown_params(std::string_view value) {
  const auto parsed = parse_parameterized(value);
  std::string out = parsed.value;
  for (const auto& param : parsed.params)
    out += ' ' + param.name + (param.extended ? "*" : "") + '=' + param.value;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mime_parsers)

BOOST_AUTO_TEST_CASE(addresses) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"a@b", "||a|b"},
      {"Ada Lovelace <ada@example.org>", "Ada Lovelace||ada|example.org"},
      {"\"Lovelace, Ada\" <ada@example.org>", "Lovelace, Ada||ada|example.org"},
      {"\"a \\\" b\" <x@y>, c@d", "a \" b||x|y ||c|d"},
      {"a@b (A. Body)", "A. Body||a|b"},
      {"(before) a@b", "||a|b"},
      {"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete||pete|silly.test"},
      {"A Group:Ed Jones <joe@where.test>,john@one.test;",
       "{A Group Ed Jones||joe|where.test ||john|one.test }"},
      {"Undisclosed recipients:;", "{Undisclosed recipients }"},
      {"undisclosed-recipients:", "{undisclosed-recipients }"},
      {"g:a@b", "{g ||a|b }"},
      {"g:a@b;, c@d", "{g ||a|b } ||c|d"},
      {"one:a@b, two:c@d;", "{one ||a|b } {two ||c|d }"},
      {"<@node.test:mary@example.net>", "|@node.test|mary|example.net"},
      {"<@a,@b:c@d>", "|@a,@b|c|d"},
      {"john . doe @ machine . example", "||john.doe|machine.example"},
      {"\"john doe\"@example.org", "||john doe|example.org"},
      {"\"a\".b@c", "||a.b|c"},
      {"a@[192.0.2.1]", "||a|[192.0.2.1]"},
      {"X <a@[IPv6:2001:db8::1]>, b@c", "X||a|[IPv6:2001:db8::1] ||b|c"},
      {"root", "||root|"},
      {"Mail Delivery <>", "Mail Delivery|||"},
      {"<>", ""},
      {"", ""},
      {" , ,", ""},
      {"a@", "||a|"},
      {"@b", "|||b"},
      {"a@b@c", "||a@b|c"},
      {"a b <c@d> e", "a b||c|d"},
      {"=?utf-8?q?J=C3=B6rg?= <j@x>", "=?utf-8?q?J=C3=B6rg?=||j|x"},
      {"J\xC3\xB6rg <j@x>", "J\xC3\xB6rg||j|x"},
      {"\"unclosed <a@b>", "||unclosed <a@b>|"},
      {"(unclosed a@b", ""},
      {"a@b > c, d@e", "||a|b ||d|e"},
      {"folded\r\n name <a@b>,\r\n\tc@d", "folded name||a|b ||c|d"},
      {"John Doe john@x", "John Doe||john|x"},
      {"mailto:x <a@b", "{mailto x||a|b }"},
  };
  for (const auto& [list, expected] : table) BOOST_TEST(shown(list) == expected, list);
}

BOOST_AUTO_TEST_CASE(address_lists_are_bounded) {
  std::string list;
  for (int i = 0; i < 5000; ++i) list += "a@b,";
  BOOST_TEST(parse_addresses(list).size() == address_limit);
  BOOST_TEST((parse_addresses("g:" + list).back().kind == Address::Kind::group_end));
}

BOOST_AUTO_TEST_CASE(parameters) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"text/plain", "text/plain"},
      {" Text / Plain (comment) ; charset = us-ascii (x)", "Text/Plain charset=us-ascii"},
      {"text/plain; name=\"a;b\\\"c\"; x=y", "text/plain name=a;b\"c x=y"},
      {"text/plain; name=my file.txt; x=y", "text/plain name=my file.txt x=y"},
      {"text/plain;; ;charset=a;", "text/plain charset=a"},
      {"text/plain; charset", "text/plain"},
      {"text/plain; =x; a=", "text/plain a="},
      {"attachment; filename*0=\"a b\"; filename*1=c", "attachment filename=a bc"},
      {"a; f*1=two; f*0=one; f*3=lost", "a f=onetwo"},
      {"a; f*=utf-8'en'J%C3%B6rg", "a f*=utf-8'en'J%C3%B6rg"},
      {"a; f*0*=utf-8''J%C3%B6; f*1=rg%; f*2*=%20x", "a f*=utf-8''J%C3%B6rg%25%20x"},
      {"a; f=plain; f*=utf-8''better", "a f=plain f*=utf-8''better"},
      {"a; f=one; f=two", "a f=one"},
      {"a; f*x=y", "a f*x=y"},
      {"", ""},
      {";", ""},
  };
  for (const auto& [value, expected] : table) BOOST_TEST(shown_params(value) == expected, value);
  const auto name = [](std::string_view value) { return parse_parameterized(value).decoded("F"); };
  BOOST_TEST(name("a; f*=utf-8'en'J%C3%B6rg") == "J\xC3\xB6rg");
  BOOST_TEST(name("a; f*0*=iso-8859-1''J%F6; f*1=rg%41") == "J\xC3\xB6rg%41");
  BOOST_TEST(name("a; f==?utf-8?q?J=C3=B6rg?=") == "J\xC3\xB6rg");
  BOOST_TEST(name("a; f=\"=?utf-8?q?J=C3=B6rg?=\"") == "J\xC3\xB6rg");
  BOOST_TEST(name("a; f=plain; f*=utf-8''better") == "better");
  BOOST_TEST(name("a") == "");
}

BOOST_AUTO_TEST_CASE(content_types_that_make_no_sense_are_text) {
  for (const auto* value : {"", "text", "/plain", "text/", ";x=y"}) {
    const auto type = content_type(parse_parameterized(value));
    BOOST_TEST(type.is("text", "plain"), value);
  }
}

// The first five are from RFC 2047 section 8.
BOOST_AUTO_TEST_CASE(encoded_words) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"=?ISO-8859-1?Q?a?=", "a"},
      {"=?ISO-8859-1?Q?a?= b", "a b"},
      {"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"},
      {"=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"},
      {"=?ISO-8859-1?Q?a_?= =?ISO-8859-2?Q?_b?=", "a  b"},
      {"=?utf-8?B?SsO2?= =?utf-8?b?cmc=?=", "J\xC3\xB6rg"},
      {"=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?=", "J\xC3\xB6rg"},
      {"=?utf-8*de?q?J=C3=B6rg?=", "J\xC3\xB6rg"},
      {"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88"},
      {"=?gb2312?B?xOO6ww==?=", "\xE4\xBD\xA0\xE5\xA5\xBD"},
      {"x=?utf-8?q?y?=z", "xyz"},
      {"=?utf-8?x?y?=", "=?utf-8?x?y?="},
      {"=?utf-8?q?open", "=?utf-8?q?open"},
      {"=?=?=?", "=?=?=?"},
      {"=?nonsense?q?a=E4?=", "a\xC3\xA4"},
      {"raw J\xF6rg", "raw J\xC3\xB6rg"},
      {"raw J\xC3\xB6rg", "raw J\xC3\xB6rg"},
      {"plain", "plain"},
      {"", ""},
  };
  for (const auto& [value, expected] : table) BOOST_TEST(decode_words(value) == expected, value);
  BOOST_TEST(decode_words("=?utf-8?q?a=0D=0AB=00?=").find_first_of("\r\n\0"s) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(words_that_we_encode_come_back) {
  BOOST_TEST(encode_words("plain text") == "plain text");
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += "\xF0\x9F\x98\x80 x";
    BOOST_TEST(decode_words(encode_words(text)) == text);
  }
  BOOST_TEST(decode_words(encode_words("=?utf-8?q?x?=")) == "=?utf-8?q?x?=");
  BOOST_CHECK_THROW(encode_words("a\nb"), Error);
  BOOST_CHECK_THROW(encode_words("a\0b"s), Error);
}

BOOST_AUTO_TEST_CASE(dates) {
  struct Row {
    std::string_view text;
    UnixTime time;
    int zone;
  };
  const Row table[] = {
      {"Fri, 21 Nov 1997 09:55:06 -0600", 880127706, -360},
      {"Fri,21 Nov 1997 09:55:06 -0600", 880127706, -360},
      {"21 Nov 97 09:55:06 GMT", 880106106, 0},
      {"Thu, 1 Jan 1970 00:00:00 +0000", 0, 0},
      {"1 Jan 1970 00:00 +0000", 0, 0},
      {"Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)", -27723480, -210},
      {"1 Jan 70 01:00:00 EST", 21600, -300},
      {"Tue, 29 Feb 2000 12:00:00 Z", 951825600, 0},
      {"31 Dec 2016 23:59:60 +0000", 1483228800, 0},
      {"1 Jan 2024 10:00:00", 1704103200, 0},
      {"1 January 2024 10:00:00 +9999", 1704103200, 0},
      {"1 Jan 124 10:00:00 +0000", 1704103200, 0},
      {"01-Jan-2024 10:00:00 +0000", 1704103200, 0},
  };
  for (const auto& row : table) {
    const auto date = parse_date(row.text);
    BOOST_REQUIRE_MESSAGE(date, row.text);
    BOOST_TEST(date->time == row.time, row.text);
    BOOST_TEST(date->zone == row.zone, row.text);
  }
  for (const auto* text :
       {"29 Feb 1900 10:00:00 +0000", "0 Jan 2024 10:00:00", "1 Jan 2024", "1 Jan 2024 24:00:00",
        "1 Jan 2024 1:2:61", "1 Jan 20245 10:00:00", "Jan 1 2024 10:00", "1 Jan 2024 a:00", "now"})
    BOOST_TEST(!parse_date(text), text);
  BOOST_TEST(date_field(880127706, -360) == "Fri, 21 Nov 1997 09:55:06 -0600");
  BOOST_TEST(date_field(0, 330) == "Thu, 01 Jan 1970 05:30:00 +0530");
}

BOOST_AUTO_TEST_CASE(charsets) {
  const std::tuple<std::string_view, std::string_view, std::string_view> table[] = {
      {"J\xF6rg", "iso-8859-1", "J\xC3\xB6rg"},
      {"\x80", "ISO-8859-1", "\xE2\x82\xAC"},
      {"J\xC3\xB6rg", "us-ascii", "J\xC3\xB6rg"},
      {"J\xF6rg", "us-ascii", "J\xC3\xB6rg"},
      {"J\xF6rg", "utf-8", "J\xEF\xBF\xBDrg"},
      {"\xCF\xF0\xE8", "windows-1251", "\xD0\x9F\xD1\x80\xD0\xB8"},
      {"\xF0\xD2\xC9", "koi8-r", "\xD0\x9F\xD1\x80\xD0\xB8"},
      {"\x83\x65", "Shift_JIS", "\xE3\x83\x86"},
      {"\xC4\xE3", "gb2312", "\xE4\xBD\xA0"},
      {"\xBE\xC8", "ks_c_5601-1987", "\xEC\x95\x88"},
      {"A+AOQ-", "utf-7", "A\xC3\xA4"},
      {"x", "../../etc/passwd", "x"},
      {"\xE4", "x,version=1", "\xC3\xA4"},
      {"\xE4", "", "\xC3\xA4"},
      {"", "utf-16", ""},
  };
  for (const auto& [octets, charset, expected] : table)
    BOOST_TEST(to_utf8(octets, charset) == expected, charset);
  BOOST_TEST(!is_utf8("\xC0\x80"));
  BOOST_TEST(!is_utf8("\xED\xA0\x80"));
  BOOST_TEST(first_characters("J\xC3\xB6rg", 2) == "J\xC3\xB6");
  BOOST_TEST(cut_utf8("J\xC3\xB6rg", 2) == "J");
}

BOOST_AUTO_TEST_CASE(folding) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"Hello  World\r\n\tx", "hello world x"},
      {" a ", " a "},
      {"STRASSE Stra\xC3\x9F"
       "e",
       "strasse strasse"},
      {"\xC3\x84"
       "A\xCC\x88",
       "\xC3\xA4\xC3\xA4"},
      {"\xEF\xBC\xA1\xE3\x80\x80\xEF\xBC\xA2", "a b"},
      {"a\xC2\xA0\xC2\xA0"
       "b",
       "a b"},
      {"a\xE2\x80\xA8"
       "b",
       "a b"},
      {"so\xC2\xAD"
       "ft",
       "soft"},
      {"\xEF\xAC\x81"
       "ne",
       "fine"},
      {"\xCE\xA3\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x82",
       "\xCF\x83\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x83"},
      {"I\xC4\xB1", "i\xC4\xB1"},
      {"bad \xFF", "bad \xEF\xBF\xBD"},
      {"", ""},
  };
  for (const auto& [text, expected] : table) {
    BOOST_TEST(folded(text) == expected, text);
    BOOST_TEST(folded(folded(text)) == folded(text), text);
  }
}

// The quick path for ASCII and the slow one must not differ, wherever they meet.
BOOST_AUTO_TEST_CASE(folding_in_stretches_is_folding_as_a_whole) {
  const std::string filler = "Some ASCII words that go on for quite a while, ";
  for (std::size_t gap = 0; gap < filler.size(); ++gap) {
    const auto text = "\xC3\x84 " + filler.substr(0, gap) + "e\xCC\x81 " + filler + "\xC3\x96";
    std::string expected = "\xC3\xA4 " + lower_ascii(filler.substr(0, gap)) + "\xC3\xA9 " +
                           lower_ascii(filler) + "\xC3\xB6";
    for (std::size_t at; (at = expected.find("  ")) != std::string::npos;) expected.erase(at, 1);
    BOOST_TEST(folded(text) == expected);
  }
}

BOOST_AUTO_TEST_CASE(html) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"foo<b>bar</b>", "foobar"},
      {"<p>one</p><p>two</p>", " one  two "},
      {"a&nbsp;b&amp;c&#228;&#xE4;&euro;&bogus;&", "a b&c\xC3\xA4\xC3\xA4\xE2\x82\xAC&bogus;&"},
      {"x<script>if (a<b) alert('</p>')</script>y", "x  y"},
      {"x<!-- <b>no</b> -->y", "xy"},
      {"<a href=\"x>y\">z</a>", "z"},
      {"3 < 4", "3 < 4"},
      {"<style>p{}", " "},
      {"<br", " "},
      {"<!DOCTYPE html>x", " x"},
      {"&#0;&#xD800;&#99999999;", "&#0;\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& [text, expected] : table) BOOST_TEST(text_of_html(text).shown == expected, text);
}

BOOST_AUTO_TEST_CASE(what_stands_behind_html_is_apart_from_it) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"click <a href=\"https://example.org/?a=1&amp;b=2\">here</a>",
       "https://example.org/?a=1&b=2"},
      {"<IMG SRC='cid:1' Alt=\"the engine\" width=1><a title = plain href=/x/>",
       "cid:1 the engine plain /x/"},
      {"<img src=\"data:image/png;base64,AAAA\" alt>", ""},
      {"<a name=\"n\" class=\"c\" href>", ""},
      {"<a href=\"\" title=\" t\">", "t"},
      {"<!-- <a href=\"no\"> --></a href=\"no\"><style><a href=\"no\"></style>", ""},
      {"<a href=\"cut", "cut"},
      {"<a ==\"/'=href=x>", ""},
  };
  for (const auto& [text, expected] : table)
    BOOST_TEST(text_of_html(text).behind == expected, text);
}

BOOST_AUTO_TEST_CASE(base_subjects) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"Hello", "hello"},
      {"Re: Hello", "hello"},
      {"RE : [x] Hello", "hello"},
      {"Re[2]: Hello", "hello"},
      {"[list] Re: [list] Hello", "hello"},
      {"[list]", "[list]"},
      {"Fwd: FW: re: Hello (fwd) (fwd)", "hello"},
      {"[Fwd: Re: Hello]", "hello"},
      {"Really", "really"},
      {"re:", ""},
      {"=?utf-8?q?Re:_J=C3=B6rg?=", "j\xC3\xB6rg"},
  };
  for (const auto& [subject, expected] : table)
    BOOST_TEST(base_subject(subject).text == expected, subject);
  BOOST_TEST(base_subject("Re: x").reply);
  BOOST_TEST(!base_subject("[a] x").reply);
}

BOOST_AUTO_TEST_CASE(message_ids_in_their_forms) {
  const auto ids = message_ids("<a@b> junk <\"c d\"@e>\r\n <f@\r\n g> <> <open");
  BOOST_TEST(ids == (std::vector<std::string>{"a@b", "c d@e", "f@g"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wire_strings) {
  const auto sent = [](std::string_view text) {
    std::string out;
    add_string(out, text);
    return out;
  };
  BOOST_TEST(sent("") == "\"\"");
  BOOST_TEST(sent("a \"b\" \\") == "\"a \\\"b\\\" \\\\\"");
  BOOST_TEST(sent("a\rb") == "{3}\r\na\rb");
  BOOST_TEST(sent("\xC3\xB6") == "{2}\r\n\xC3\xB6");
  BOOST_TEST(sent("a\0b"s) == "{3}\r\na?b");
}

BOOST_AUTO_TEST_CASE(headers) {
  const Header header("From mbox line\r\n cont\r\nA: 1\r\n 2\nB :x\n\r\nC: body\r\n");
  BOOST_REQUIRE(header.fields().size() == 2u);
  BOOST_TEST(header.find("a")->raw == "A: 1\r\n 2\n");
  BOOST_TEST(unfolded(header.find("A")->value) == "1 2");
  BOOST_TEST(header.find("b")->value == "x");
  BOOST_TEST(header.find("c") == nullptr);
  BOOST_TEST(Header("A: 1\nA: 2\n").find("A", 1)->value == " 2");
  const Header empty("");
  BOOST_TEST(empty.fields().empty());
}

BOOST_AUTO_TEST_SUITE_END()
