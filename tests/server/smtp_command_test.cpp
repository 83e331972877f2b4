#include "server/smtp/command.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(smtp_command)

using namespace server::smtp;

namespace {

// The reply that a refused line gets: "501 5.1.7"; empty where it is taken.
template <class Parse>
std::string refusal(Parse parse) {
  try {
    parse();
    return "";
  } catch (const BadCommand& error) {
    return std::to_string(error.answer().code) + ' ' + error.answer().status;
  }
}

std::string mail_refusal(std::string_view line) {
  return refusal([&] { parse_mail(line); });
}
std::string rcpt_refusal(std::string_view line) {
  return refusal([&] { parse_recipient(line); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_is_a_verb_and_the_rest) {
  const auto mail = split_command("mail  FROM:<a@b> SIZE=1 ");
  BOOST_TEST(mail.verb == "MAIL");
  BOOST_TEST(mail.argument == "FROM:<a@b> SIZE=1");
  BOOST_TEST(split_command("QUIT").argument == "");
  for (const auto* line : {"", " ", "\x01", "{}", "\xc3\xa9"})
    BOOST_TEST(refusal([&] { split_command(line); }) == "500 5.5.2");
}

BOOST_AUTO_TEST_CASE(paths_that_are_taken) {
  const struct {
    std::string_view line, text, wire;
  } rows[] = {
      {"TO:<ada@example.org>", "ada@example.org", "ada@example.org"},
      {"to:<Ada@Example.ORG>", "Ada@example.org", "Ada@example.org"},
      {"TO: <ada@example.org>", "ada@example.org", "ada@example.org"},
      {"TO:<ada+lists@example.org>", "ada+lists@example.org", "ada+lists@example.org"},
      {"TO:<\"ada\"@example.org>", "ada@example.org", "ada@example.org"},
      {"TO:<\"two words\"@example.org>", "two words@example.org", "\"two words\"@example.org"},
      {R"(TO:<"a\"b\\c"@example.org>)", R"(a"b\c@example.org)", R"("a\"b\\c"@example.org)"},
      {"TO:<\"a@b>\"@example.org>", "a@b>@example.org", "\"a@b>\"@example.org"},
      {"TO:<@one.example,@two.example:ada@example.org>", "ada@example.org", "ada@example.org"},
      {"TO:<ada@[192.0.2.1]>", "ada@[192.0.2.1]", "ada@[192.0.2.1]"},
      {"TO:<ada@[IPv6:2001:db8::1]>", "ada@[ipv6:2001:db8::1]", "ada@[ipv6:2001:db8::1]"},
      {"TO:<Postmaster>", "Postmaster", "Postmaster"},
      {"TO:<j\xc3\xb6rg@b\xc3\xbc"
       "cher.example>",
       "j\xc3\xb6rg@b\xc3\xbc"
       "cher.example",
       "j\xc3\xb6rg@b\xc3\xbc"
       "cher.example"},
  };
  for (const auto& row : rows) {
    const auto address = parse_recipient(row.line).address;
    BOOST_TEST(address.text() == row.text);
    BOOST_TEST(address.wire() == row.wire);
  }
}

BOOST_AUTO_TEST_CASE(paths_that_are_refused) {
  const auto long_domain = "TO:<a@" + std::string(252, 'd') + ".org>";
  for (const std::string line : {"TO:ada@example.org",
                                 "TO:<ada@example.org",
                                 "TO:<ada>",
                                 "TO:<@example.org>",
                                 "TO:<ada@>",
                                 "TO:<.ada@example.org>",
                                 "TO:<ada.@example.org>",
                                 "TO:<a..b@example.org>",
                                 "TO:<a b@example.org>",
                                 "TO:<ada@example..org>",
                                 "TO:<ada@-\r.org>",
                                 "TO:<\"ada@example.org>",
                                 "TO:<\"\"@example.org>",
                                 "TO:<@one.example>",
                                 "TO:<@one.example ada@example.org>",
                                 "TO:<ada@[1.2.3.4>",
                                 "TO:<ada@exa mple.org>",
                                 "TO:<>",
                                 "TO:<ada@example.org>x",
                                 "TO:<\xff@example.org>",
                                 "TO:<\xc0\x80@example.org>",
                                 "TO:<a@b@c>",
                                 "TO:"})
    BOOST_TEST_CONTEXT(line) BOOST_TEST(rcpt_refusal(line) == "501 5.1.3");
  BOOST_TEST(rcpt_refusal(long_domain) == "501 5.1.3");
  BOOST_TEST(rcpt_refusal("FROM:<a@b.c>") == "501 5.5.4");
  BOOST_TEST(rcpt_refusal("TO:<a@b.c> NOTIFY=OFTEN") == "501 5.5.4");
  BOOST_TEST(rcpt_refusal("TO:<a@b.c> NOTIFY") == "501 5.5.4");
  BOOST_TEST(rcpt_refusal("TO:<a@b.c> ORCPT=rfc822") == "501 5.5.4");
  BOOST_TEST(rcpt_refusal("TO:<a@b.c> RET=FULL") == "555 5.5.4");
}

BOOST_AUTO_TEST_CASE(mail_parameters_that_are_taken) {
  const auto mail =
      parse_mail("FROM:<ada@example.org> size=1000 BODY=8bitmime SMTPUTF8 AUTH=a+2Bb@example.org");
  BOOST_TEST(mail.size.value() == 1000u);
  BOOST_TEST((mail.body == Body::eight_bit));
  BOOST_TEST(mail.utf8);
  BOOST_TEST(parse_mail("FROM:<>").sender.is_null());
  BOOST_TEST(parse_mail("FROM:<a@b.c> AUTH=<>").sender.text() == "a@b.c");
  BOOST_TEST(parse_mail("FROM:<a@b.c> SIZE=99999999999999999999").size.value() ==
             ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(mail_parameters_that_are_refused) {
  const struct {
    std::string_view line, refusal;
  } rows[] = {
      {"FROM:<a@b.c> SIZE", "501 5.5.4"},
      {"FROM:<a@b.c> SIZE=-1", "501 5.5.4"},
      {"FROM:<a@b.c> SIZE=100000000000000000000", "501 5.5.4"},
      {"FROM:<a@b.c> SIZE=1 SIZE=1", "501 5.5.4"},
      {"FROM:<a@b.c> BODY=UTF16", "501 5.5.4"},
      {"FROM:<a@b.c> SMTPUTF8=yes", "501 5.5.4"},
      {"FROM:<a@b.c> AUTH=+zz", "501 5.5.4"},
      {"FROM:<a@b.c> X=a=b", "501 5.5.4"},
      {"FROM:<a@b.c> =b", "501 5.5.4"},
      {"FROM:<a@b.c> RET=SOME", "501 5.5.4"},
      {"FROM:<a@b.c> ENVID", "501 5.5.4"},
      {"FROM:<a@b.c> NOTIFY=NEVER", "555 5.5.4"},
      {"FROM:<a@b.c>SIZE=1", "501 5.1.7"},
      {"FROM:<postmaster>", "501 5.1.7"},
      {"FROM:<\xc3\xa9@b.c>", "553 5.6.7"},
      {"FROM:<\xc3\xa9@b.c> SMTPUTF8", ""},
  };
  for (const auto& row : rows)
    BOOST_TEST_CONTEXT(row.line) BOOST_TEST(mail_refusal(row.line) == row.refusal);
}

BOOST_AUTO_TEST_CASE(chunks_say_how_long_they_are) {
  BOOST_TEST(parse_chunk("86 LAST")->size == 86u);
  BOOST_TEST(parse_chunk("86 LAST")->last);
  BOOST_TEST(!parse_chunk("100000")->last);
  BOOST_TEST(parse_chunk("0  last")->last);
  BOOST_TEST(parse_chunk("99999999999999999999")->size == ~std::uint64_t{0});
  for (const auto* argument : {"", "LAST", "-1", "1 FIRST", "1 LAST LAST", "0x10", "1,LAST",
                               "100000000000000000000", "+1"})
    BOOST_TEST_CONTEXT(argument) BOOST_TEST(!parse_chunk(argument));
  BOOST_TEST((parse_mail("FROM:<a@b.c> BODY=binarymime").body == Body::binary));
}

BOOST_AUTO_TEST_CASE(too_many_parameters_are_refused) {
  std::string line = "FROM:<a@b.c>";
  for (int i = 0; i < 20; ++i) line += " X" + std::to_string(i);
  BOOST_TEST(mail_refusal(line) == "501 5.5.4");
}

BOOST_AUTO_TEST_CASE(hello_takes_what_clients_say_and_trace_only_what_is_a_name) {
  BOOST_TEST(parse_hello("my_laptop") == "my_laptop");
  BOOST_TEST(refusal([] { parse_hello(""); }) == "501 5.5.4");
  BOOST_TEST(refusal([] { parse_hello("two words"); }) == "501 5.5.4");
  BOOST_TEST(refusal([] { parse_hello(std::string(256, 'a')); }) == "501 5.5.4");
  BOOST_TEST(is_host_name("mail.example.org"));
  BOOST_TEST(is_host_name("[192.0.2.1]"));
  BOOST_TEST(!is_host_name("(evil)"));
  BOOST_TEST(!is_host_name("a;b"));
}

BOOST_AUTO_TEST_CASE(replies_stay_lines) {
  BOOST_TEST(reply(250, "2.0.0", "fine").wire() == "250 2.0.0 fine\r\n");
  BOOST_TEST(reply(250, "", "host\nSIZE 10\nHELP").wire() ==
             "250-host\r\n250-SIZE 10\r\n250 HELP\r\n");
  BOOST_TEST(reply(500, "5.5.2", "x\ry\xff").wire() == "500 5.5.2 x?y?\r\n");
  BOOST_TEST(said_already.wire() == "");
}

BOOST_AUTO_TEST_SUITE_END()
