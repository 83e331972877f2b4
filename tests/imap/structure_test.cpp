#include "imap/mime/structure.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "base/error.h"
#include "imap/mime/prepare.h"
#include "imap/mime/scanner.h"

using namespace imap::mime;
using namespace std::string_literals;

namespace {

enum class Messages { rfc822, global_too };  // RFC 3501, RFC 9051

// Checks a wire string against the grammar of RFC 3501 or 9051, section 9; throws where it breaks.
class Grammar {
 public:
  explicit Grammar(std::string_view text, Messages messages = Messages::global_too)
      : text_(text), messages_(messages) {}

  void body_alone(bool extended) {
    body(extended);
    end();
  }
  void envelope_alone() {
    envelope();
    end();
  }
  std::vector<std::pair<std::string, std::uint64_t>> sizes;  // type and octets of each leaf

 private:
  void end() const {
    if (at_ != text_.size()) fail("the end");
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw std::runtime_error("expected " + expected + " at " + std::to_string(at_) + " of " +
                             std::string(text_));
  }
  bool next(std::string_view text) const { return text_.substr(at_).starts_with(text); }
  bool take(std::string_view text) {
    if (!next(text)) return false;
    at_ += text.size();
    return true;
  }
  void want(std::string_view text) {
    if (!take(text)) fail(std::string(text));
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    const auto start = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      value = value * 10 + static_cast<unsigned>(text_[at_] - '0');
    if (at_ == start) fail("a number");
    return value;
  }

  std::string string() {
    std::string out;
    if (take("{")) {
      const auto length = number();
      want("}\r\n");
      out = text_.substr(at_, length);
      if (out.size() != length || out.find('\0') != out.npos) fail("a literal");
      at_ += length;
      return out;
    }
    want("\"");
    while (!take("\"")) {
      if (at_ >= text_.size()) fail("an end quote");
      if (text_[at_] == '\\') ++at_;
      const char c = text_[at_++];
      if (c == '\r' || c == '\n' || c == '\0' || static_cast<unsigned char>(c) > 127)
        fail("no such octet in quotes");
      out += c;
    }
    return out;
  }
  void nstring() {
    if (!take("NIL")) string();
  }

  void addresses() {
    if (take("NIL")) return;
    want("(");
    do {
      want("(");
      for (int i = 0; i < 4; ++i) {
        if (i > 0) want(" ");
        nstring();
      }
      want(")");
    } while (!take(")"));
  }

  void envelope() {
    want("(");
    nstring();
    want(" ");
    nstring();
    for (int i = 0; i < 6; ++i) {
      want(" ");
      addresses();
    }
    for (int i = 0; i < 2; ++i) {
      want(" ");
      nstring();
    }
    want(")");
  }

  void params() {
    if (take("NIL")) return;
    want("(");
    do {
      string();
      want(" ");
      string();
    } while (take(" "));
    want(")");
  }

  void extensions() {
    want(" ");
    if (!take("NIL")) {
      want("(");
      string();
      want(" ");
      params();
      want(")");
    }
    want(" ");
    if (take("(")) {
      do string();
      while (take(" "));
      want(")");
    } else {
      nstring();
    }
    want(" ");
    nstring();
  }

  void body(bool extended) {
    want("(");
    if (next("("))
      multipart(extended);
    else
      single(extended);
    want(")");
  }

  void multipart(bool extended) {
    while (next("(")) body(extended);
    want(" ");
    string();
    if (!extended) return;
    want(" ");
    params();
    extensions();
  }

  void single(bool extended) {
    const auto type = lower_ascii(string());
    want(" ");
    const auto subtype = lower_ascii(string());
    want(" ");
    params();
    want(" ");
    nstring();
    want(" ");
    nstring();
    want(" ");
    string();
    want(" ");
    sizes.emplace_back(type, number());
    if (type == "multipart") fail("parts in a multipart");
    const bool is_message =
        subtype == "rfc822" || (subtype == "global" && messages_ == Messages::global_too);
    if (type == "message" && is_message) {
      want(" ");
      envelope();
      want(" ");
      body(extended);
      want(" ");
      number();
    } else if (type == "text") {
      want(" ");
      number();
    }
    if (!extended) return;
    want(" ");
    nstring();
    extensions();
  }

  std::string_view text_;
  Messages messages_;
  std::size_t at_ = 0;
};

std::string bodystructure(const std::string& mail) {
  return structure(scan(mail), Extensions::with);
}

void check_message(const std::string& mail) {
  const auto message = prepare(mail, {}, 0, 0);
  const SummaryView view(message.summary);
  Grammar(view.envelope()).envelope_alone();
  Grammar(view.body()).body_alone(false);
  Grammar grammar(view.bodystructure());
  grammar.body_alone(true);
  Grammar(rev1_structure(view.body()), Messages::rfc822).body_alone(false);
  Grammar(rev1_structure(view.bodystructure()), Messages::rfc822).body_alone(true);

  // The numbers are those of the octets.
  std::vector<std::uint64_t> leaves;
  for (const auto& part : view.parts()) {
    const auto body = mail.substr(part.body.offset, part.body.length);
    BOOST_REQUIRE(part.body.offset + part.body.length <= mail.size());
    BOOST_REQUIRE(part.body.offset == part.header.offset + part.header.length);
    BOOST_REQUIRE(std::count(body.begin(), body.end(), '\n') == part.body_lines);
    const auto header = mail.substr(part.header.offset, part.header.length);
    BOOST_REQUIRE(std::count(header.begin(), header.end(), '\n') == part.header_lines);
    if (part.kind != Kind::multipart) leaves.push_back(part.body.length);
  }
  BOOST_REQUIRE(leaves.size() == grammar.sizes.size());
  for (std::size_t i = 0; i < leaves.size(); ++i)
    BOOST_REQUIRE(leaves[i] == grammar.sizes[i].second);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(structure)

// RFC 3501 7.4.2 shows both.
BOOST_AUTO_TEST_CASE(plain_text_and_a_multipart) {
  BOOST_TEST(
      bodystructure("Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\none\r\ntwo\r\n") ==
      "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 10 2 NIL NIL NIL NIL)");
  BOOST_TEST(
      bodystructure("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                    "Content-Type: text/plain; charset=us-ascii; name=\"cc.diff\"\r\n"
                    "Content-ID: <9@x>\r\nContent-Description: Compiler diff\r\n"
                    "Content-Transfer-Encoding: BASE64\r\n"
                    "Content-Disposition: attachment; filename*=utf-8''cc%2Ediff\r\n"
                    "Content-Language: en, de\r\nContent-Location: http://x/\r\n\r\n"
                    "YQ==\r\n\r\n--b--\r\n") ==
      "((\"text\" \"plain\" (\"charset\" \"us-ascii\" \"name\" \"cc.diff\") \"<9@x>\" "
      "\"Compiler diff\" \"BASE64\" 6 1 NIL (\"attachment\" (\"filename*\" \"utf-8''cc%2Ediff\")) "
      "(\"en\" \"de\") \"http://x/\") \"mixed\" (\"boundary\" \"b\") NIL NIL NIL)");
}

BOOST_AUTO_TEST_CASE(a_message_inside_has_envelope_body_and_lines) {
  BOOST_TEST(bodystructure("Content-Type: message/rfc822\n\nSubject: in\nFrom: a@b\n\nx\ny\n") ==
             "(\"message\" \"rfc822\" NIL NIL NIL \"7BIT\" 27 "
             "(NIL \"in\" ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) "
             "NIL NIL NIL NIL NIL) "
             "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 4 2 NIL NIL NIL NIL) "
             "5 NIL NIL NIL NIL)");
}

// RFC 3501 section 9 enters a message/rfc822 alone.
BOOST_AUTO_TEST_CASE(a_global_message_is_a_part_as_any_other_in_rev1) {
  const auto inner =
      "Content-Type: message/global\nContent-ID: <\"(>\n\nSubject: \xC3\xB6\n\n{9}\n"s;
  const auto global = "(\"message\" \"global\" NIL \"<\\\"(>\" NIL \"7BIT\" 17 NIL NIL NIL NIL)"s;
  BOOST_TEST(rev1_structure(bodystructure(inner)) == global);
  const auto outer = bodystructure("Content-Type: message/rfc822\n\n" + inner);
  BOOST_TEST(rev1_structure(outer).ends_with(") " + global + " 6 NIL NIL NIL NIL)"));
  const auto plain = bodystructure("Content-Type: message/rfc822\n\nSubject: \xC3\xB6)\n\nx");
  BOOST_TEST(rev1_structure(plain) == plain);
  BOOST_CHECK_THROW(rev1_structure(std::string_view(outer).substr(0, outer.size() - 1)), Error);
  for (const auto* length : {"18446744073709551613", "99", "-1", "1x"})
    BOOST_CHECK_THROW(rev1_structure("(\"text\" {" + std::string(length) + "}\r\nx)"), Error);
  BOOST_CHECK_THROW(rev1_structure(std::string(100'000, '(')), Error);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_entered_promises_nothing) {
  BOOST_TEST(
      bodystructure("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nYQ==")
          .starts_with("(\"application\" \"octet-stream\" NIL"));
  BOOST_TEST(bodystructure("Content-Type: multipart/mixed; boundary=b\n\nnothing\n")
                 .starts_with("(\"text\" \"plain\" (\"charset\" \"us-ascii\")"));
  BOOST_TEST(bodystructure("Content-Type: multipart/mixed; boundary=b\n\n--b--\n")
                 .starts_with("(\"text\" \"plain\""));
}

BOOST_AUTO_TEST_CASE(envelope_fields_fall_back) {
  const auto shown = [](std::string_view header) { return envelope(Header(header)); };
  BOOST_TEST(shown("") == "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  BOOST_TEST(shown("Subject:\r\nDate: x\r\n") == "(\"x\" \"\" NIL NIL NIL NIL NIL NIL NIL NIL)");
  BOOST_TEST(
      shown("From: A \"B\" <a@b>\nSender:\nReply-To: c@d\nTo: g:;\nCc: ,\nIn-Reply-To: <1@x>\n"
            "Message-ID:\n <2@x>\n") ==
      "(NIL NIL ((\"A B\" NIL \"a\" \"b\")) ((\"A B\" NIL \"a\" \"b\")) "
      "((NIL NIL \"c\" \"d\")) ((NIL NIL \"g\" NIL)(NIL NIL NIL NIL)) NIL NIL \"<1@x>\" "
      "\"<2@x>\")");
  BOOST_TEST(shown("Subject: a\"\\\xE4\0b"s) ==
             "(NIL {6}\r\na\"\\\xE4?b NIL NIL NIL NIL NIL NIL NIL NIL)");
}

BOOST_AUTO_TEST_CASE(odd_mail_obeys_the_grammar) {
  for (const auto& mail :
       {""s,
        "\r\n"s,
        "\n"s,
        "x"s,
        "\0\0"s,
        "--b\r\n"s,
        ":\r\n"s,
        " x\r\n"s,
        "Subject"s,
        "From:\r"s,
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n"s,
        "Content-Type: multipart/mixed; boundary=b\n--b\n--b\n"s,
        "Content-Type: multipart/mixed; boundary=b\n\n--b"s,
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n--b--"s,
        "Content-Type: multipart/digest; boundary=b\n\n--b\n--b\n\n--b--"s,
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n--b\r\n\r\n--b--"s,
        "Content-Type: message/rfc822"s,
        "Content-Type: message/rfc822\r\n\r\n"s,
        "Content-Type: message/global\nContent-Type: text/plain\n\nSubject: \xC3\xB6\n"s,
        "Content-Type: \"a\"/\"b\\\"\"; x=\"\0\r\n y\"; z\n\n"s,
        "Content-Type: text/plain; x=\"\\\nContent-Disposition: ;a=b\nContent-Language: ,\n\n"s,
        "Content-Transfer-Encoding: \"\nContent-ID:\nContent-MD5: \xFF\n\n"s})
    check_message(mail);
}

// Whatever octets come, built of the pieces that matter.
BOOST_AUTO_TEST_CASE(random_mail_obeys_the_grammar) {
  const std::string pieces[] = {"\r\n",
                                "\n",
                                "\r\n\r\n",
                                "\n\n",
                                "--a\r\n",
                                "--a--\r\n",
                                "--b\n",
                                "--b--\n",
                                "--a \t\n",
                                "Content-Type: multipart/mixed; boundary=a\r\n",
                                "Content-Type: multipart/digest; boundary=b\n",
                                "Content-Type: message/rfc822\r\n",
                                "Content-Type: message/global\r\n",
                                "Content-Type: text/html; charset=utf-8\r\n",
                                "Content-Transfer-Encoding: base64\r\n",
                                "Content-Disposition: attachment; filename=\"\xE4\"\r\n",
                                "Subject: =?utf-8?q?x?=\r\n",
                                "From: a@b, \"c\" <d@e>\r\n",
                                "To: g: h@i;\r\n",
                                "text ",
                                "\0"s,
                                "\xC3\xB6",
                                " ",
                                "\t",
                                ":",
                                "\"",
                                "Date: Mon, 1 Jan 2024 10:00:00 +0000\n"};
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string mail;
    for (auto count = random() % 40; count > 0; --count)
      mail += pieces[random() % std::size(pieces)];
    check_message(mail);
  }
}

BOOST_AUTO_TEST_CASE(search_text_is_decoded_and_folded) {
  const auto message = prepare(
      "Subject: =?iso-8859-1?Q?J=F6rg?=\r\n  =?utf-8?q?_=C3=84?=\r\nTo: A\r\n B <a@b>\r\nEmpty:\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
      "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
      "quoted-printable\r\n"
      "\r\n<p>Gr=FC=DFe<br>an =\r\nalle</p>\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
      "Subject: INNER\r\n\r\nInside  text\r\n--b\r\nContent-Type: application/pdf\r\n"
      "Content-Disposition: attachment; filename*=utf-8''%C3%9Cber.pdf\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nSGlkZGVu\r\n--b--\r\n",
      {}, 0, 0);
  BOOST_TEST(message.header_text ==
             "subject: j\xC3\xB6rg \xC3\xA4\nto: a b <a@b>\nempty: \n"
             "content-type: multipart/mixed; boundary=b\n");
  BOOST_TEST(message.body_text.find("gr\xC3\xBCsse an alle") != std::string::npos);
  BOOST_TEST(message.body_text.find("subject: inner\ninside text") != std::string::npos);
  BOOST_TEST(message.body_text.find("\xC3\xBC"
                                    "ber.pdf") != std::string::npos);
  BOOST_TEST(message.body_text.find("hidden") == std::string::npos);
  // A line each: what is searched for is in one of them.
  BOOST_TEST(std::ranges::count(message.body_text, '\n') == 3 + 6);  // with fields of parts
  const SummaryView view(message.summary);
  BOOST_TEST(view.has(has_attachment));
  BOOST_TEST(view.preview() ==
             "Gr\xC3\xBC\xC3\x9F"
             "e an alle");
}

BOOST_AUTO_TEST_SUITE_END()
