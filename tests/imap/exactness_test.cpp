// Every search key is exact over decoded text: charsets, case and width folded, HTML stripped,
// encoded words and RFC 2231 names decoded, sub-string and not word. Odd mail, as clients find it.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;

struct Row {
  std::string mail;
  std::string key;
  std::string needle;  // in the charset
  bool found;
  std::string charset = "UTF-8";
};

std::string text(const std::string& type, const std::string& encoding, const std::string& body) {
  return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" +
         body + "\r\n";
}

std::string latin(const std::string& body) {
  return text("text/plain; charset=iso-8859-1", "quoted-printable", body);
}

std::string html(const std::string& body) { return text("text/html; charset=utf-8", "8bit", body); }

std::string base64(const std::string& charset, const std::string& body) {
  return text("text/plain; charset=" + charset, "base64", body);
}

std::string header(const std::string& fields) { return fields + "\r\n\r\nnothing\r\n"; }

std::string parts(const std::string& subtype, const std::vector<std::string>& bodies) {
  std::string mail = "Content-Type: multipart/" + subtype + "; boundary=b\r\n\r\n";
  for (const auto& body : bodies) mail += "--b\r\n" + body + "\r\n";
  return mail + "--b--\r\n";
}

bool finds(test_support::TestClient& client, std::size_t uid, const Row& row) {
  client.send("a UID SEARCH CHARSET " + row.charset + " UID " + std::to_string(uid) + ' ' +
              row.key + " {" + std::to_string(row.needle.size()) + "+}\r\n" + row.needle + "\r\n");
  const auto line = client.line();
  BOOST_TEST(line.starts_with("* SEARCH"), line);
  BOOST_TEST(client.line() == "a OK SEARCH completed");
  return line == "* SEARCH " + std::to_string(uid);
}

void all_hold(const std::vector<Row>& rows) {
  MailServer server;
  for (const auto& row : rows) server.deliver(row.mail);
  const auto client = server.client(Begin::in_inbox);
  for (std::size_t n = 0; n < rows.size(); ++n)
    BOOST_TEST(finds(*client, n + 1, rows[n]) == rows[n].found, n << ": " << rows[n].key << ' '
                                                                  << rows[n].needle << " in\n"
                                                                  << rows[n].mail);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exactness)

BOOST_AUTO_TEST_CASE(charsets_and_transfer_encodings) {
  all_hold({
      {latin("un caf=E9 noir"), "BODY", "café noir", true},
      {latin("un caf=E9 noir"), "BODY", "CAFÉ", true},
      {latin("un caf=E9 noir"), "BODY", "cafe", false},
      {latin("soft bro=\r\nken word"), "BODY", "broken", true},
      {latin("a=3Db"), "TEXT", "a=b", true},
      {base64("windows-1251", "z/Do4uXy"), "BODY", "привет", true},
      {base64("koi8-r", "8NLJ18XU"), "BODY", "ПРИВЕТ", true},
      {base64("shift_jis", "k/qWe4zq"), "BODY", "日本", true},
      {base64("iso-2022-jp", "GyRCRnxLXDhsGyhC"), "BODY", "本語", true},
      {base64("euc-jp", "xvzL3Ljs"), "BODY", "日本語", true},
      {base64("gb18030", "1tDOxA=="), "BODY", "中文", true},
      {base64("big5", "pKSk5Q=="), "BODY", "中文", true},
      {base64("euc-kr", "x9GxuQ=="), "BODY", "한국", true},
      {base64("utf-16", "/v8AaABpIKw="), "BODY", "hi€", true},
      {base64("x-nobody-knows", "cGxhaW4gd29yZHM="), "BODY", "plain", true},
      {text("text/plain; charset=us-ascii", "8bit", "na\xc3\xafve"), "BODY", "naïve", true},
      {text("text/plain", "8bit", "na\xc3\xafve"), "BODY", "NAÏVE", true},
      {latin("caf=E9"), "BODY", "caf\xe9", true, "ISO-8859-1"},
      {latin("caf=E9"), "BODY", "\x63\x61\x66\xe9", true, "windows-1252"},
  });
}

BOOST_AUTO_TEST_CASE(case_width_and_blanks) {
  const auto plain = [](const std::string& body) {
    return text("text/plain; charset=utf-8", "8bit", body);
  };
  all_hold({
      {plain("Straße"), "BODY", "STRASSE", true},
      {plain("STRASSE"), "BODY", "straße", true},
      {plain("ＡＢＣ１２３"), "BODY", "abc123", true},
      {plain("ABC"), "BODY", "ａｂｃ", true},
      {plain("ｶﾀｶﾅ"), "BODY", "カタカナ", true},
      {plain("ﬁne"), "BODY", "fine", true},
      {plain("e\xcc\x81t\xc3\xa9"), "BODY", "été", true},
      {plain("ΟΔΟΣ"), "BODY", "οδος", true},
      {plain("co\xc2\xadoperate"), "BODY", "cooperate", true},
      {plain("one\xc2\xa0two"), "BODY", "one two", true},
      {plain("one\r\ntwo \r\n  three"), "BODY", "one two three", true},
      {plain("concatenation"), "BODY", "caten", true},
      {plain("concatenation"), "BODY", "cat enation", false},
      {plain("one two"), "BODY", "two one", false},
      {plain("50% off_now * ?"), "BODY", "50% off_now *", true},
      {plain("anything"), "BODY", "any%", false},
      {plain("quote \"and\\ back"), "BODY", "\"and\\ b", true},
      {plain("x"), "BODY", "", true},
  });
}

BOOST_AUTO_TEST_CASE(html_is_read_as_it_is_shown) {
  all_hold({
      {html("<p>Hel<b>lo</b> &eacute;&#x20AC;&#8364;</p>"), "BODY", "hello é€€", true},
      {html("<p class=secret style='secret'>x</p>"), "BODY", "secret", false},
      {html("<a href='https://x.example/link' title='tip'>x</a>"), "BODY", "x.example/link", true},
      {html("<script>secret</script><style>secret</style><!-- secret -->x"), "BODY", "secret",
       false},
      {html("<p>one</p><p>two</p>"), "BODY", "onetwo", false},
      {html("<p>one</p><p>two</p>"), "BODY", "one two", true},
      {html("a &lt;b&gt; c"), "BODY", "a <b> c", true},
      {html("fish &amp; chips&nbsp;now"), "BODY", "fish & chips now", true},
      {text("text/html; charset=utf-8", "quoted-printable", "<p>bro=\r\nken =C3=A9</p>"), "BODY",
       "broken é", true},
      {parts("alternative", {text("text/plain", "7bit", "short"), html("<i>only</i> here")}),
       "BODY", "only here", true},
  });
}

BOOST_AUTO_TEST_CASE(headers_are_decoded_field_by_field) {
  all_hold({
      {header("Subject: =?iso-8859-1?Q?caf=E9?="), "SUBJECT", "CAFÉ", true},
      {header("Subject: =?utf-8?B?w6l0w6k=?="), "SUBJECT", "été", true},
      {header("Subject: =?utf-8?Q?one?=\r\n =?utf-8?Q?two?="), "SUBJECT", "onetwo", true},
      {header("Subject: =?utf-8?Q?one=20?= two"), "SUBJECT", "one two", true},
      {header("Subject: =?utf-8*en?Q?tagged?="), "SUBJECT", "tagged", true},
      {header("Subject: =?utf-8?Q?caf=C3=A9?="), "SUBJECT", "utf-8", false},
      {header("Subject: folded\r\n\tline"), "SUBJECT", "folded line", true},
      {header("Subject: raw caf\xc3\xa9"), "SUBJECT", "café", true},
      {header("Subject: =?iso-2022-jp?B?GyRCRnxLXDhsGyhC?="), "SUBJECT", "日本語", true},
      {header("From: =?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <jm@x.example>"), "FROM", "müller, jörg",
       true},
      {header("From: \"Lovelace, Ada\" <ada@x.example>"), "FROM", "lovelace, ada", true},
      {header("From: ada@x.example"), "FROM", "DA@X.EX", true},
      {header("To: Friends: bob@x.example, eve@x.example;"), "TO", "eve@", true},
      {header("Cc: bob@x.example"), "TO", "bob", false},
      {header("Cc: bob@x.example\r\nCc: eve@x.example"), "CC", "eve", true},
      {header("Subject: one\r\nComments: two"), "HEADER Comments", "two", true},
      {header("Subject: one\r\nComments: two"), "HEADER Comment", "two", false},
      {header("Subject: one\r\nComments: two"), "HEADER Subject", "two", false},
      {header("Subject: one\r\nComments: two"), "HEADER X-Not-There", "", false},
      {header("Subject: one"), "HEADER subJECT", "", true},
      {header("Subject: re: one"), "HEADER \"subject: re\"", "one", false},
      {header("Subject: one"), "BODY", "one", false},
      {header("Subject: one"), "TEXT", "one", true},
      {header("Subject: one"), "TEXT", "nothing", true},
      {header("Content-Disposition: attachment; filename*0*=utf-8''%e2%82%ac%20ra;\r\n"
              " filename*1=tes"),
       "HEADER Content-Disposition", "€ rates", true},
      {header("Content-Disposition: attachment; filename*0=abc; filename*1=def.pdf"),
       "HEADER Content-Disposition", "abcdef.pdf", true},
      // As ENVELOPE has them.
      {header(R"(To: "Q \"x\" Y" <q@z.example>)"), "TO", R"(q "x" y)", true},
      {header(R"(To: "Q \"x\" Y" <q@z.example>)"), "CC", R"(q "x" y)", false},
  });
}

// RFC 9051 6.4.4
BOOST_AUTO_TEST_CASE(reports_are_text_and_fields_of_parts_are_for_text) {
  const auto report = parts(
      "report", {"Content-Type: text/plain\r\nContent-Description: notice\r\n\r\nfailed\r\n",
                 "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a.example\r\n"
                 "\r\nFinal-Recipient: rfc822; needle@x.example\r\n",
                 "Content-Type: message/rfc822\r\nContent-ID: <outer@x>\r\n\r\nSubject: within\r\n"
                 "Content-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\n"
                 "Content-ID: <deep@x>\r\n\r\nx\r\n--inner--\r\n"});
  all_hold({
      {report, "BODY", "needle@x", true},
      {report, "TEXT", "rfc822; needle", true},
      {report, "TEXT", "content-description: notice", true},
      {report, "TEXT", "notice", true},
      {report, "BODY", "notice", false},
      {report, "BODY", "failed", true},
      {report, "TEXT", "message/delivery-status", true},
      {report, "BODY", "message/delivery-status", false},
      {report, "TEXT", "outer@x", true},
      {report, "TEXT", "deep@x", true},
      {report, "BODY", "deep@x", false},
      {report, "BODY", "within", true},
      {report, "HEADER Content-Description", "notice", false},
  });
}

BOOST_AUTO_TEST_CASE(parts_that_hold_text_are_searched_and_others_are_not) {
  const std::string inner = "Content-Type: message/rfc822\r\n\r\nSubject: within\r\n\r\ninside\r\n";
  const std::string pdf =
      "Content-Type: application/pdf; name=\"=?utf-8?Q?rapport_=C3=A9t=C3=A9.pdf?=\"\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nc2VjcmV0\r\n";
  const std::string named =
      "Content-Type: application/octet-stream\r\n"
      "Content-Disposition: attachment; filename*=utf-8''%E5%A0%B1%E5%91%8A.bin\r\n\r\nsecret\r\n";
  const std::string twice =
      "Content-Type: application/pdf; name*0*=utf-8''r%C3%A9s; name*1*=um%C3%A9.pdf\r\n"
      "Content-Disposition: attachment; filename=other.pdf\r\n\r\nsecret\r\n";
  const std::string csv =
      "Content-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\ncm93cyBhbmQgY29sdW1ucw==\r\n";
  all_hold({
      {parts("mixed", {text("text/plain", "7bit", "cover"), inner}), "BODY", "inside", true},
      {parts("mixed", {text("text/plain", "7bit", "cover"), inner}), "BODY", "within", true},
      {parts("mixed", {pdf}), "BODY", "secret", false},
      {parts("mixed", {pdf}), "BODY", "rapport été", true},
      {parts("mixed", {named}), "BODY", "報告", true},
      {parts("mixed", {twice}), "BODY", "résumé.pdf", true},
      {parts("mixed", {twice}), "BODY", "other.pdf", true},
      {parts("mixed", {named}), "BODY", "secret", false},
      {parts("mixed", {csv}), "BODY", "rows and columns", true},
      {parts("signed", {text("text/plain", "7bit", "signed words")}), "BODY", "signed words", true},
      {parts("mixed", {text("text/plain", "7bit", "one"), text("text/plain", "7bit", "two")}),
       "BODY", "two", true},
      {parts("mixed", {text("text/plain", "7bit", "x")}), "BODY", "--b", false},
  });
}

BOOST_AUTO_TEST_SUITE_END()
