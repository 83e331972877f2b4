#include "imap/fetch_item.h"

#include <boost/test/unit_test.hpp>

namespace {

using imap::FetchItem;
using Items = std::vector<FetchItem>;

Items parsed(const std::string& text) {
  imap::Request request("a FETCH " + text);
  request.space();
  auto items = imap::parse_fetch_items(request);
  request.end();
  return items;
}

std::string names(const Items& items) {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : " ") + item.name;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_item)

BOOST_AUTO_TEST_CASE(answers_are_named_like_the_request_less_peek) {
  struct {
    std::string asked, answered;
  } const rows[] = {
      {"FLAGS", "FLAGS"},
      {"fast", "FLAGS INTERNALDATE RFC822.SIZE"},
      {"ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"},
      {"FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY"},
      {"(UID RFC822.SIZE FLAGS)", "UID RFC822.SIZE FLAGS"},
      {"(flags FLAGS Flags)", "FLAGS"},
      {"BODYSTRUCTURE", "BODYSTRUCTURE"},
      {"BODY", "BODY"},
      {"BODY[]", "BODY[]"},
      {"body.peek[]", "BODY[]"},
      {"BODY[]<5.10>", "BODY[]<5>"},
      {"BODY.PEEK[TEXT]<0.4294967295>", "BODY[TEXT]<0>"},
      {"BODY[1.2.3]", "BODY[1.2.3]"},
      {"BODY[1.mime]", "BODY[1.MIME]"},
      {"BODY[4.2.2.HEADER]", "BODY[4.2.2.HEADER]"},
      {"BODY.PEEK[HEADER.FIELDS (Subject from)]", "BODY[HEADER.FIELDS (Subject from)]"},
      {"BODY.PEEK[header.fields.not (\"X Y\" {3}\r\nX-A)]<7.8>",
       "BODY[HEADER.FIELDS.NOT (\"X Y\" X-A)]<7>"},
      {"BODY[2.HEADER.FIELDS (DATE)]", "BODY[2.HEADER.FIELDS (DATE)]"},
      {"(RFC822 RFC822.HEADER RFC822.TEXT)", "RFC822 RFC822.HEADER RFC822.TEXT"},
      {"(BODY[]<0.1> BODY[]<0.2> BODY[]<0.1>)", "BODY[]<0> BODY[]<0>"},
      {"(BINARY[1.2] binary.peek[] BINARY.SIZE[1])", "BINARY[1.2] BINARY[] BINARY.SIZE[1]"},
      {"BINARY.PEEK[1]<4.5>", "BINARY[1]<4>"},
  };
  for (const auto& row : rows) BOOST_TEST(names(parsed(row.asked)) == row.answered);
}

BOOST_AUTO_TEST_CASE(a_section_is_read_whole) {
  const auto item = parsed("BODY[4.2.HEADER.FIELDS (To Cc)]<100.200>").front();
  BOOST_TEST((item.kind == FetchItem::Kind::section));
  BOOST_TEST((item.part == FetchItem::Part::fields));
  BOOST_TEST(item.path == (std::vector<std::uint32_t>{4, 2}), boost::test_tools::per_element());
  BOOST_TEST(item.fields == (std::vector<std::string>{"To", "Cc"}),
             boost::test_tools::per_element());
  BOOST_TEST(item.partial->offset == 100u);
  BOOST_TEST(item.partial->length == 200u);
}

BOOST_AUTO_TEST_CASE(only_reading_octets_without_peek_marks_seen) {
  for (const auto* text : {"BODY[]", "RFC822", "RFC822.TEXT", "BODY[1]", "BODY[HEADER]",
                           "(FLAGS BODY[]<0.1>)", "BINARY[1]"}) {
    BOOST_TEST(imap::marks_seen(parsed(text)), text);
  }
  for (const auto* text : {"BODY.PEEK[]", "RFC822.HEADER", "FULL", "BODYSTRUCTURE", "BODY",
                           "RFC822.SIZE", "BODY.PEEK[TEXT]", "BINARY.PEEK[1]", "BINARY.SIZE[1]"}) {
    BOOST_TEST(!imap::marks_seen(parsed(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(cheap_items_need_no_storage) {
  using imap::FetchNeeds;
  BOOST_TEST(
      (imap::needs_of(parsed("(FLAGS UID RFC822.SIZE INTERNALDATE)")) == FetchNeeds::entries));
  BOOST_TEST((imap::needs_of(parsed("ALL")) == FetchNeeds::summaries));
  BOOST_TEST(
      (imap::needs_of(parsed("BODY.PEEK[HEADER.FIELDS (Subject)]")) == FetchNeeds::summaries));
  BOOST_TEST((imap::needs_of(parsed("(FLAGS BODY[])")) == FetchNeeds::octets));
  BOOST_TEST(!imap::needs_summary(parsed("BODY[]").front()));
  BOOST_TEST(!imap::needs_summary(parsed("RFC822").front()));
  BOOST_TEST(imap::needs_summary(parsed("BODY[1]").front()));
}

BOOST_AUTO_TEST_CASE(broken_items_are_bad) {
  const std::string too_deep = [] {
    std::string text = "BODY[1";
    for (int i = 0; i < 100; ++i) text += ".1";
    return text + "]";
  }();
  for (const std::string& text : {std::string("FLAG"),
                                  std::string("()"),
                                  std::string("(FLAGS"),
                                  std::string("FLAGS UID"),
                                  std::string("(ALL)"),
                                  std::string("(FLAGS,UID)"),
                                  std::string("BODY["),
                                  std::string("BODY[MIME]"),
                                  std::string("BODY[0]"),
                                  std::string("BODY[1.0]"),
                                  std::string("BODY[1.]"),
                                  std::string("BODY[.1]"),
                                  std::string("BODY[1..2]"),
                                  std::string("BODY[1TEXT]"),
                                  std::string("BODY[4294967296]"),
                                  std::string("BODY[HEAD]"),
                                  std::string("BODY[HEADER.FIELDS]"),
                                  std::string("BODY[HEADER.FIELDS ()]"),
                                  std::string("BODY[]<1>"),
                                  std::string("BODY[]<1.0>"),
                                  std::string("BODY[]<1.2"),
                                  std::string("BODY[]<-1.2>"),
                                  std::string("BINARY"),
                                  std::string("BINARY[TEXT]"),
                                  std::string("BINARY[1.MIME]"),
                                  std::string("BINARY.SIZE[1]<0.1>"),
                                  std::string("BODY.PEEK"),
                                  std::string("RFC822[]"),
                                  std::string("BODYSTRUCTURE[]"),
                                  std::string(""),
                                  too_deep}) {
    BOOST_TEST_CONTEXT(text) BOOST_CHECK_THROW(parsed(text), imap::BadSyntax);
  }
}

BOOST_AUTO_TEST_CASE(too_many_items_are_bad) {
  std::string text = "(";
  for (int i = 1; i < 1002; ++i) text += (i > 1 ? " " : "") + ("BODY[" + std::to_string(i) + "]");
  BOOST_CHECK_THROW(parsed(text + ")"), imap::BadSyntax);
}

BOOST_AUTO_TEST_SUITE_END()
