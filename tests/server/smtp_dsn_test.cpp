#include "server/smtp/dsn.h"

#include <boost/test/unit_test.hpp>

#include "server/smtp/command.h"

BOOST_AUTO_TEST_SUITE(smtp_dsn)

using namespace server::smtp;

// RFC 3461 10.1, 10.2: the lines of its examples, but for the case of keywords.
BOOST_AUTO_TEST_CASE(what_the_examples_ask_is_read_and_printed) {
  const auto mail = parse_mail("FROM:<Alice@Example.ORG> RET=HDRS ENVID=QQ314159");
  BOOST_TEST((mail.dsn.returned == Returned::headers));
  BOOST_TEST(mail.dsn.envelope_id_text() == "QQ314159");
  BOOST_TEST(parameters(mail.dsn) == " RET=HDRS ENVID=QQ314159");

  const auto bob =
      parse_recipient("TO:<Bob@Example.COM> NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM");
  BOOST_TEST((bob.dsn.wanted() == Notify{true, false, false}));
  BOOST_TEST(bob.dsn.original->type == "rfc822");
  BOOST_TEST(bob.dsn.original->address() == "Bob@Example.COM");
  BOOST_TEST(parameters(bob.dsn) == " NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM");

  const auto dana =
      parse_recipient("TO:<Dana@Ivory.EDU> NOTIFY=success,Failure ORCPT=rfc822;Dana@Ivory.EDU");
  BOOST_TEST((dana.dsn.wanted() == Notify{true, true, false}));
  const auto fred = parse_recipient("TO:<Fred@Bombs.AF.MIL> NOTIFY=NEVER");
  BOOST_TEST((fred.dsn.wanted() == Notify{}));
  BOOST_TEST(parameters(fred.dsn) == " NOTIFY=NEVER");
}

BOOST_AUTO_TEST_CASE(who_asks_nothing_hears_of_failures_and_delays) {
  const auto ada = parse_recipient("TO:<ada@example.org>");
  BOOST_TEST((ada.dsn.wanted() == Notify{false, true, true}));
  BOOST_TEST(parameters(ada.dsn) == "");
  BOOST_TEST(parameters(parse_mail("FROM:<>").dsn) == "");
}

BOOST_AUTO_TEST_CASE(notify_that_is_taken_and_refused) {
  BOOST_TEST((parse_notify("delay,SUCCESS,delay") == Notify{true, false, true}));
  for (const auto* value : {"", "NEVER,SUCCESS", "SUCCESS,NEVER", "SUCCESS,", ",SUCCESS",
                            "SUCCESS DELAY", "ALWAYS", "NEVER,"})
    BOOST_TEST_CONTEXT(value) BOOST_TEST(!parse_notify(value));
}

BOOST_AUTO_TEST_CASE(xtext_is_read_as_it_is_written) {
  BOOST_TEST(encode_xtext("a+b=c d\x7f") == "a+2Bb+3Dc+20d+7F");
  BOOST_TEST(decode_xtext("a+2Bb+3Dc+20d+7F").value() == "a+b=c d\x7f");
  for (const auto* text : {"+", "+2", "+2b", "+zz", "a=b", "a b", "\xc3\xa9"})
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!decode_xtext(text));
}

BOOST_AUTO_TEST_CASE(envelope_ids_and_recipients_stay_as_they_came) {
  // RFC 3461 5.2.1 (d): neither the case nor the coding changes.
  for (const auto* value :
       {"rfc822;Ada+2Blists@Example.ORG", "X400;/c+3Dus/", "rfc822;+41da@example.org"})
    BOOST_TEST(parse_original_recipient(value)->text() == value);
  BOOST_TEST(parse_original_recipient("rfc822;+41da@example.org")->address() == "Ada@example.org");
  BOOST_TEST(parse_envelope_id("+41+20b").value() == "+41+20b");
  BOOST_TEST(parse_envelope_id(std::string(100, 'e')).has_value());
  BOOST_TEST(!parse_envelope_id(std::string(101, 'e')));
  for (const auto* value : {"", "+0A", "+00", "+C3+A9", "a+"})
    BOOST_TEST_CONTEXT(value) BOOST_TEST(!parse_envelope_id(value));
  for (const std::string& value :
       {std::string("rfc822"), std::string("rfc822;"), std::string(";ada"), std::string("rf c;ada"),
        std::string("rfc822;+0D+0Ada"), "rfc822;" + std::string(494, 'a')})
    BOOST_TEST_CONTEXT(value) BOOST_TEST(!parse_original_recipient(value));
  BOOST_TEST(parse_original_recipient("rfc822;" + std::string(493, 'a')).has_value());
}

// RFC 6533 3: raw with SMTPUTF8, \x{...} without.
BOOST_AUTO_TEST_CASE(addresses_outside_ascii_have_a_type_of_their_own) {
  const std::string jorg =
      "j\xc3\xb6rg+a@b\xc3\xbc"
      "cher.example";
  const auto made = original_recipient(jorg);
  BOOST_TEST(made.text() == R"(utf-8;j\x{F6}rg\x{2B}a@b\x{FC}cher.example)");
  BOOST_TEST(made.address() == jorg);
  BOOST_TEST((parse_original_recipient(made.text()) == made));
  BOOST_TEST(parse_original_recipient("utf-8;j\xc3\xb6rg@b.example")->text() ==
             R"(utf-8;j\x{F6}rg@b.example)");
  BOOST_TEST(parse_original_recipient(R"(UTF-8;\x{1F4EE}@b.example)")->address() ==
             "\xf0\x9f\x93\xae@b.example");
  for (const auto* value : {R"(utf-8;\x{})", R"(utf-8;\x{D800})", R"(utf-8;\x{110000})",
                            R"(utf-8;\x{f6})", R"(utf-8;\x{A})", R"(utf-8;\x41)", R"(utf-8;a\)",
                            "utf-8;\xff", "utf-8;a+b", R"(utf-8;\x{FFFFFFFFF})"})
    BOOST_TEST_CONTEXT(value) BOOST_TEST(!parse_original_recipient(value));
  BOOST_TEST(original_recipient("ada+x@example.org").text() == "rfc822;ada+2Bx@example.org");
}

BOOST_AUTO_TEST_SUITE_END()
