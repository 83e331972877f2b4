#include "imap/fetch_response.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "imap/mime/prepare.h"

namespace {

using imap::FetchSubject;

const std::string letter =
    "From: Ada <ada@example.org>\r\n"
    "Subject: Notes\r\n"
    "X-Odd: 1\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n"
    "\r\n"
    "--b\r\n"
    "\r\n"
    "first\r\n"
    "--b\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "\r\n"
    "inside\r\n"
    "--b--\r\n";

storage::Tree one_keyword() {
  storage::Tree tree;
  tree.add_keyword("$Forwarded");
  return tree;
}

class Answering {
 public:
  explicit Answering(std::string octets) : octets_(std::move(octets)) {
    summary_ = imap::mime::prepare(octets_, {}, 0, 0).summary;
    subject.number = 7;
    subject.entry.uid = Uid(70);
    subject.entry.size = octets_.size();
  }

  std::string operator()(const std::string& items) {
    imap::Request request("a FETCH " + items);
    request.space();
    const auto parsed = imap::parse_fetch_items(request);
    const auto tree = one_keyword();
    imap::FetchWriter writer(parsed, tree);
    const imap::mime::SummaryView summary(summary_);
    const imap::FetchWriter::Read read = [&](imap::mime::Range range) {
      ++reads;
      return octets_.substr(range.offset, range.length);
    };
    std::string out;
    holes = writer.write(out, subject, &summary, read);
    return out;
  }

  FetchSubject subject;
  std::vector<imap::Hole> holes;
  int reads = 0;

 private:
  std::string octets_, summary_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_response)

BOOST_AUTO_TEST_CASE(cheap_items_come_from_the_entry) {
  Answering answer(letter);
  answer.subject.entry.flags.system = storage::seen;
  answer.subject.entry.flags.set_keyword(0);
  answer.subject.entry.internal_date = 837596665;
  answer.subject.entry.zone = -420;
  BOOST_TEST(answer("(UID FLAGS INTERNALDATE RFC822.SIZE)") ==
             "* 7 FETCH (UID 70 FLAGS (\\Seen $Forwarded) INTERNALDATE "
             "\"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE " +
                 std::to_string(letter.size()) + ")\r\n");
  BOOST_TEST(answer.reads == 0);
}

BOOST_AUTO_TEST_CASE(flags_set_by_reading_are_told_once) {
  Answering answer(letter);
  answer.subject.entry.flags.system = storage::seen;
  answer.subject.flags = FetchSubject::Flags::tell;
  BOOST_TEST(answer("BODY[1]") == "* 7 FETCH (FLAGS (\\Seen) BODY[1] {5}\r\nfirst)\r\n");
  BOOST_TEST(answer("(BODY[1] FLAGS)") == "* 7 FETCH (BODY[1] {5}\r\nfirst FLAGS (\\Seen))\r\n");
}

BOOST_AUTO_TEST_CASE(sections_are_cut_out_of_the_message) {
  Answering answer(letter);
  const auto whole = "{" + std::to_string(letter.size()) + "}\r\n" + letter;
  struct {
    std::string item, value;
  } const rows[] = {
      {"BODY[]", whole},
      {"RFC822", whole},
      {"BODY[1]", "{5}\r\nfirst"},
      {"BODY[2.HEADER]", "{18}\r\nSubject: inner\r\n\r\n"},
      {"BODY[2.TEXT]", "{6}\r\ninside"},
      {"BODY[2.1]", "{6}\r\ninside"},
      {"BODY[2.MIME]", "{32}\r\nContent-Type: message/rfc822\r\n\r\n"},
      {"BODY[2.HEADER.FIELDS (subject x)]", "{18}\r\nSubject: inner\r\n\r\n"},
      {"BODY[2.HEADER.FIELDS.NOT (subject)]", "{2}\r\n\r\n"},
      {"BODY[HEADER.FIELDS (SUBJECT)]", "{18}\r\nSubject: Notes\r\n\r\n"},
      {"BODY[HEADER.FIELDS (X-Odd)]", "{12}\r\nX-Odd: 1\r\n\r\n"},
      {"BODY[3]", "NIL"},
      {"BODY[1.1]", "NIL"},
      {"BODY[1.HEADER]", "NIL"},
  };
  for (const auto& row : rows) {
    BOOST_TEST(answer(row.item) == "* 7 FETCH (" + row.item + " " + row.value + ")\r\n");
  }
}

// RFC 3516 4.2 and 4.3.
BOOST_AUTO_TEST_CASE(binary_is_what_a_part_decodes_to) {
  using namespace std::string_literals;
  const auto mail =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nAGE=\r\n"
      "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc\xff \r\nd\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nAGE=\r\n"
      "--b\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\n\r\n"
      "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--b--\r\n"s;
  Answering answer(mail);
  struct {
    std::string item, value;
  } const rows[] = {
      {"BINARY[1]", "~{2}\r\n\0a"s},
      {"BINARY[1]<1.9>", "{1}\r\na"},
      {"BINARY[1]<2.9>", "\"\""},
      {"BINARY[2]", "{8}\r\na=bc\xff\r\nd"},
      {"BINARY[2]<3.3>", "{3}\r\nc\xff\r"},
      {"BINARY[3]", "{18}\r\nSubject: x\r\n\r\nAGE="},
      {"BINARY[3.1]", "{4}\r\nAGE="},
      {"BINARY[4]", "~{2}\r\n\0\n"s},
      {"BINARY[5]", "\"\""},
      {"BINARY[6]", "NIL"},
      {"BINARY[]", "~{" + std::to_string(mail.size()) + "}\r\n" + mail},
      {"BINARY[]<0.7>", "{7}\r\nContent"},
      {"BINARY.SIZE[1]", "2"},
      {"BINARY.SIZE[2]", "8"},
      {"BINARY.SIZE[3]", "18"},
      {"BINARY.SIZE[5]", "0"},
      {"BINARY.SIZE[6]", "0"},
      {"BINARY.SIZE[]", std::to_string(mail.size())},
  };
  for (const auto& row : rows) {
    auto name = row.item;
    if (const auto dot = name.find('.', name.find('<')); name.find('<') != name.npos)
      name = name.substr(0, dot) + '>';
    BOOST_TEST(answer(row.item) == "* 7 FETCH (" + name + " " + row.value + ")\r\n");
  }
}

BOOST_AUTO_TEST_CASE(a_single_part_has_the_encoding_of_its_message) {
  Answering answer("Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n");
  BOOST_TEST(answer("BINARY.PEEK[1]") == "* 7 FETCH (BINARY[1] {2}\r\nhi)\r\n");
  Answering unknown("Content-Transfer-Encoding: x-uuencode\r\n\r\naGk=\r\n");
  BOOST_CHECK_THROW(unknown("BINARY[1]"), imap::UnknownEncoding);
  BOOST_CHECK_THROW(unknown("BINARY.SIZE[1]"), imap::UnknownEncoding);
  BOOST_TEST(unknown("BINARY.SIZE[]") == "* 7 FETCH (BINARY.SIZE[] 47)\r\n");
}

BOOST_AUTO_TEST_CASE(many_sections_together_are_not_held_either) {
  Answering answer("Subject: x\r\n\r\n" + std::string(imap::held_limit / 2, 'x'));
  const auto out = answer("(BODY[TEXT] BODY[] BINARY[1] BODY[TEXT]<1.9>)");
  BOOST_TEST(answer.holes.size() == 2u);
  BOOST_TEST(out.ends_with("BODY[TEXT]<1> {9}\r\nxxxxxxxxx)\r\n"));
}

BOOST_AUTO_TEST_CASE(partials_are_clamped_and_empty_beyond_the_end) {
  Answering answer(letter);
  BOOST_TEST(answer("BODY[1]<1.3>") == "* 7 FETCH (BODY[1]<1> {3}\r\nirs)\r\n");
  BOOST_TEST(answer("BODY[1]<0.99>") == "* 7 FETCH (BODY[1]<0> {5}\r\nfirst)\r\n");
  BOOST_TEST(answer("BODY[1]<5.1>") == "* 7 FETCH (BODY[1]<5> \"\")\r\n");
  BOOST_TEST(answer("BODY[]<4294967295.4294967295>") == "* 7 FETCH (BODY[]<4294967295> \"\")\r\n");
  BOOST_TEST(answer("BODY[HEADER.FIELDS (Subject)]<9.5>") ==
             "* 7 FETCH (BODY[HEADER.FIELDS (Subject)]<9> {5}\r\nNotes)\r\n");
  BOOST_TEST(answer("BODY[9]<0.5>") == "* 7 FETCH (BODY[9]<0> NIL)\r\n");
}

BOOST_AUTO_TEST_CASE(fields_that_clients_list_with_need_no_message) {
  Answering answer(letter);
  answer("(ENVELOPE BODYSTRUCTURE BODY BODY[HEADER.FIELDS (From Subject Date)])");
  BOOST_TEST(answer.reads == 0);
}

BOOST_AUTO_TEST_CASE(octets_are_never_altered) {
  const std::string odd("Subject: x\n\n\0\r\xff\"\\ )", 19);
  Answering answer(odd);
  BOOST_TEST(answer("BODY[]") == "* 7 FETCH (BODY[] {19}\r\n" + odd + ")\r\n");
}

BOOST_AUTO_TEST_CASE(an_empty_text_is_an_empty_string) {
  Answering answer("Subject: x\r\n\r\n");
  BOOST_TEST(answer("BODY[TEXT]") == "* 7 FETCH (BODY[TEXT] \"\")\r\n");
  BOOST_TEST(answer("RFC822.TEXT") == "* 7 FETCH (RFC822.TEXT \"\")\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_too_big_to_hold_is_left_as_a_hole) {
  const auto big = "Subject: x\r\n\r\n" + std::string(imap::held_limit + 1, 'x');
  Answering answer(big);
  BOOST_TEST(answer("(BODY[TEXT] UID)") == "* 7 FETCH (BODY[TEXT] {" +
                                               std::to_string(imap::held_limit + 1) +
                                               "}\r\n UID 70)\r\n");
  BOOST_TEST(answer.reads == 0);
  BOOST_REQUIRE(answer.holes.size() == 1u);
  const std::string before = "* 7 FETCH (BODY[TEXT] {4194305}\r\n";
  BOOST_TEST(answer.holes[0].at == before.size());
  BOOST_TEST((answer.holes[0].content.stored == imap::mime::Range{14, imap::held_limit + 1}));
}

BOOST_AUTO_TEST_CASE(a_message_that_is_shorter_than_it_should_be_is_corrupt) {
  Answering answer(letter);
  answer.subject.entry.size += 1;
  BOOST_CHECK_EXCEPTION(answer("BODY[]"), Error,
                        [](const Error& error) { return error.fault() == Fault::corrupt; });
}

BOOST_AUTO_TEST_SUITE_END()
