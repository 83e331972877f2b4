#include "imap/request.h"

#include <boost/test/unit_test.hpp>

using imap::BadSyntax;
using imap::Request;

BOOST_AUTO_TEST_SUITE(request)

namespace {

// What follows "a X " read by one production.
Request arguments(const std::string& text) {
  Request request("a X " + text);
  request.space();
  return request;
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_tag_and_name_in_any_case_and_uid_forms) {
  const Request plain("a1 sElEcT INBOX");
  BOOST_TEST(plain.tag() == "a1");
  BOOST_TEST(plain.name() == "SELECT");
  BOOST_TEST(!plain.by_uid());
  const Request by_uid("  .7 uid fetch 1 FLAGS");
  BOOST_TEST(by_uid.tag() == ".7");
  BOOST_TEST(by_uid.name() == "UID FETCH");
  BOOST_TEST(by_uid.by_uid());
}

BOOST_AUTO_TEST_CASE(a_command_without_tag_or_name_is_bad) {
  for (const char* text : {"", " ", "a1", "a1 ", "+ NOOP", "(a NOOP", "a1 \"x\"", "a1 UID"})
    BOOST_CHECK_THROW(Request{text}, BadSyntax);
  BOOST_CHECK_THROW(Request(std::string(300, 'a') + " NOOP"), BadSyntax);
}

BOOST_AUTO_TEST_CASE(the_tag_is_found_in_what_cannot_be_read) {
  BOOST_TEST(imap::tag_of("a1") == "a1");
  BOOST_TEST(imap::tag_of("  a1 (") == "a1");
  BOOST_TEST(imap::tag_of("") == "*");
  BOOST_TEST(imap::tag_of("\x01\x02 NOOP") == "*");
  BOOST_TEST(imap::tag_of(std::string(300, 'a')) == "*");
}

BOOST_AUTO_TEST_CASE(astrings_are_atoms_quoted_or_literals) {
  const std::pair<std::string, std::string> table[] = {
      {"ada", "ada"},
      {"a]b", "a]b"},
      {"\"a b\"", "a b"},
      {"\"a\\\"b\\\\c\"", "a\"b\\c"},
      {"\"\"", ""},
      {"\"\xc3\xa4\"", "\xc3\xa4"},
      {"{3}\r\na\r\n", "a\r\n"},
      {"{3+}\r\n\"{}", "\"{}"},
      {"{0}\r\n", ""},
      {std::string("{2}\r\n\0\xff", 7), std::string("\0\xff", 2)},
  };
  for (const auto& [text, meant] : table) {
    auto request = arguments(text);
    BOOST_TEST(request.astring() == meant);
    request.end();
  }
}

BOOST_AUTO_TEST_CASE(broken_strings_are_bad) {
  for (const std::string text :
       {"\"open", "\"a\\x\"", "\"a\r\nb\"", "{5}\r\nabc", "{5\r\nabcde", "{x}\r\n", "{-1}\r\n",
        "{}\r\n", "{99999999999999999999}\r\n", "{4294967295}\r\nx", "(", "%", "\xc3\xa4", ""})
    BOOST_CHECK_THROW(arguments(text).astring(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(literal8_and_nil_are_read) {
  BOOST_TEST(arguments("~{1}\r\nx").literal() == "x");
  BOOST_TEST(!arguments("nil").nstring().has_value());
  BOOST_TEST(arguments("\"NIL\"").nstring().value() == "NIL");
  BOOST_CHECK_THROW(arguments("NILS").nstring(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(patterns_have_wildcards_and_atoms_have_not) {
  BOOST_TEST(arguments("Sent/%*").list_mailbox() == "Sent/%*");
  BOOST_TEST(arguments("Sent%").atom() == "Sent");
}

BOOST_AUTO_TEST_CASE(numbers_have_their_ranges) {
  BOOST_TEST(arguments("4294967295").number() == 4294967295u);
  BOOST_CHECK_THROW(arguments("4294967296").number(), BadSyntax);
  BOOST_CHECK_THROW(arguments("0").nz_number(), BadSyntax);
  BOOST_TEST(arguments("9223372036854775807").number64() == 9223372036854775807u);
  BOOST_CHECK_THROW(arguments("9223372036854775808").number64(), BadSyntax);
  BOOST_CHECK_THROW(arguments("18446744073709551617").number64(), BadSyntax);
  BOOST_CHECK_THROW(arguments("x").number(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(flags_come_in_parentheses_or_bare) {
  for (const char* text : {"(\\Seen $Forwarded \\DELETED)", "\\Seen $Forwarded \\DELETED"}) {
    auto request = arguments(text);
    const auto flags = request.flag_list();
    BOOST_TEST(flags.system == (storage::seen | storage::deleted));
    BOOST_TEST(flags.keywords == std::vector<std::string>{"$Forwarded"});
    request.end();
  }
  BOOST_TEST(arguments("()").flag_list().system == 0);
  BOOST_TEST(arguments("(\\Recent)").flag_list().system == 0);
  BOOST_CHECK_THROW(arguments("(\\Nonsense)").flag_list(), BadSyntax);
  BOOST_CHECK_THROW(arguments("(\\Seen").flag_list(), BadSyntax);
  BOOST_CHECK_THROW(arguments("(\\Seen\"x\")").flag_list(), BadSyntax);
  BOOST_CHECK_THROW(arguments("").flag_list(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(dates_are_days_in_utc) {
  BOOST_TEST(arguments("1-Feb-1994").date() == 760060800);
  BOOST_TEST(arguments("\"01-feb-1994\"").date() == 760060800);
  BOOST_TEST(arguments("29-Feb-2024").date() == 1709164800);
  for (const char* text : {"29-Feb-2023", "0-Jan-2023", "32-Jan-2023", "1-Foo-2023", "1-Jan-23",
                           "1 Jan 2023", "\"1-Jan-2023", "1-Jan", ""})
    BOOST_CHECK_THROW(arguments(text).date(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(date_times_keep_their_zone) {
  const auto west = arguments("\"17-Jul-1996 02:44:25 -0700\"").date_time();
  BOOST_TEST(west.time == 837596665);
  BOOST_TEST(west.zone == -420);
  const auto east = arguments("\" 1-Jan-1970 05:30:00 +0530\"").date_time();
  BOOST_TEST(east.time == 0);
  BOOST_TEST(east.zone == 330);
  for (const char* text :
       {"\"17-Jul-1996 24:00:00 +0000\"", "\"17-Jul-1996 02:44:25\"", "17-Jul-1996 02:44:25 +0000",
        "\"17-Jul-1996 02:44:25 0000\"", "\"17-Jul-1996 02:44:25 +9900\"", "\"\""})
    BOOST_CHECK_THROW(arguments(text).date_time(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(blanks_are_forgiven_and_leftovers_are_not) {
  auto request = arguments("  x   y  ");
  BOOST_TEST(request.atom() == "x");
  request.space();
  BOOST_TEST(request.atom() == "y");
  request.end();
  auto more = arguments("x y");
  more.atom();
  BOOST_CHECK_THROW(more.end(), BadSyntax);
  BOOST_CHECK_THROW(Request("a X").space(), BadSyntax);
}

BOOST_AUTO_TEST_CASE(a_forgotten_request_has_no_text) {
  auto request = arguments("secret");
  request.forget();
  BOOST_TEST(request.rest().empty());
}

// RFC 6855 section 3.
BOOST_AUTO_TEST_CASE(quoted_strings_can_be_held_to_utf8) {
  const auto quoted = [](const std::string& text) {
    imap::Request request("a X " + text);
    request.require_utf8();
    request.space();
    return request.astring();
  };
  BOOST_TEST(quoted("\"gr\xc3\xbc\xc3\x9f\"") == "gr\xc3\xbc\xc3\x9f");
  BOOST_TEST(quoted("{2}\r\n\xff\xfe") == "\xff\xfe");
  for (const std::string text : {"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\""})
    BOOST_CHECK_THROW(quoted(text), imap::BadSyntax);
}

BOOST_AUTO_TEST_SUITE_END()
