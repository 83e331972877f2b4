#include "imap/imap_url.h"

#include <boost/test/unit_test.hpp>

#include "imap/date_text.h"

using imap::parse_imap_url;

namespace {

// What was read, in one line.
std::string read(const std::string& text) {
  const auto url = parse_imap_url(text);
  if (!url) return "none";
  std::string line;
  if (url->server) line += "server " + *url->server + " user " + url->user + ' ';
  line += url->mailbox ? (url->from_root ? '/' : ' ') + *url->mailbox : "(relative)";
  if (url->uid_validity) line += " of " + std::to_string(*url->uid_validity);
  if (url->uid) line += " uid " + std::to_string(*url->uid);
  line += ' ' + url->section.name;
  if (url->section.partial)
    line += std::to_string(url->section.partial->offset) + '+' +
            std::to_string(url->section.partial->length);
  return line;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(imap_url)

// RFC 5092 section 11; RFC 4469 appendix A.
BOOST_AUTO_TEST_CASE(messages_and_parts_are_named) {
  struct {
    std::string url, said;
  } const rows[] = {
      {"/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER",
       "/Drafts of 385759045 uid 20 BODY[HEADER]"},
      {"/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.MIME",
       "/Drafts of 385759045 uid 20 BODY[1.MIME]"},
      {"/Drafts/;UID=3002", "/Drafts uid 3002 BODY[]"},
      {"Drafts/;UID=3002", " Drafts uid 3002 BODY[]"},
      {";UID=20/;SECTION=1", "(relative) uid 20 BODY[1]"},
      {"/;UID=20", "(relative) uid 20 BODY[]"},
      {";section=1.4", "(relative) BODY[1.4]"},
      {"/a/b%2fc%20d/;uid=1/;partial=5.10", "/a/b/c d uid 1 BODY[]5+10"},
      {"/INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=1024", "/INBOX uid 1 BODY[TEXT]1024+4294967295"},
      {"/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20(To%20Cc)",
       "/INBOX uid 1 BODY[HEADER.FIELDS (To Cc)]"},
      {"imap://joe@example.com/INBOX/;uid=20/;section=1.2",
       "server example.com user joe /INBOX uid 20 BODY[1.2]"},
      {"imap://;AUTH=*@minbari.example.org:143/gray-council;UIDVALIDITY=385759045/;UID=20",
       "server minbari.example.org:143 user  /gray-council of 385759045 uid 20 BODY[]"},
      {"IMAP://ada%40example.org;AUTH=PLAIN@[::1]/%E6%97%A5/;UID=7",
       "server [::1] user ada@example.org /\xE6\x97\xA5 uid 7 BODY[]"},
      {"//example.com/INBOX", "server example.com user  /INBOX BODY[]"},
      {"imap://example.com", "server example.com user  (relative) BODY[]"},
  };
  for (const auto& row : rows) BOOST_TEST(read(row.url) == row.said);
}

BOOST_AUTO_TEST_CASE(what_is_none) {
  for (const std::string& text : {"",
                                  "http://example.com/INBOX/;UID=1/x",
                                  "/INBOX/;UID=0",
                                  "/INBOX/;UID=4294967296",
                                  "/INBOX/;UID=1x",
                                  "/INBOX;UID=1",
                                  "/INBOX/;UIDVALIDITY=1/;UID=1",
                                  "/INBOX/;UID=1;SECTION=1",
                                  "/INBOX/;UID=1/;SECTION=1/;UID=2",
                                  "/INBOX/;UID=1/;SECTION=BAD",
                                  "/INBOX/;UID=1/;SECTION=",
                                  "/INBOX/;UID=1/;SECTION=1]<0.5>",
                                  "/INBOX/;UID=1/;PARTIAL=1.0",
                                  "/INBOX/;UID=1/;PARTIAL=a",
                                  "/INBOX/;UID=1/",
                                  "/INBOX?SUBJECT%20x",
                                  "/INBOX/;UID=1?ALL",
                                  "/%zz/;UID=1",
                                  "/a%2/;UID=1",
                                  "/IN BOX/;UID=1",
                                  "/INB\xC3\x96X/;UID=1",
                                  "imap:///INBOX/;UID=1",
                                  "/INBOX/;UID=1/;FOO=1",
                                  "/INBOX/;UID=1;EXPIRE=2027-01-01T00:00:00Z",
                                  "/INBOX/;UID=1;URLAUTH=nobody",
                                  "/INBOX/;UID=1;URLAUTH=user+",
                                  "/INBOX/;UID=1;URLAUTH=anonymous:internal:abc",
                                  "/INBOX/;UID=1;URLAUTH=anonymous:internal",
                                  "/INBOX/;UID=1;EXPIRE=now;URLAUTH=anonymous"})
    BOOST_TEST(read(text) == "none", text);
  BOOST_TEST(read('/' + std::string(imap::url_limit, 'x')) == "none");
}

// RFC 4467 sections 3 and 7.
BOOST_AUTO_TEST_CASE(authorizations_are_read) {
  using Access = imap::UrlAuthorization::Access;
  const std::string rump =
      "imap://joe@example.com/INBOX/;uid=20/;section=1.2;"
      "expire=2027-01-15T08:00:00Z;urlauth=submit+fr%65d";
  const auto asked = parse_imap_url(rump);
  BOOST_REQUIRE((asked && asked->authorization));
  BOOST_TEST(asked->rump == rump);
  BOOST_TEST((asked->authorization->access == Access::submit));
  BOOST_TEST(asked->authorization->user == "fred");
  BOOST_TEST(asked->authorization->expires.value() == 1800000000);
  BOOST_TEST(asked->authorization->mechanism.empty());

  const auto whole = parse_imap_url(rump + ":internal:91354A473744909de610943775f92038");
  BOOST_REQUIRE((whole && whole->authorization));
  BOOST_TEST(whole->rump == rump);
  BOOST_TEST(whole->authorization->mechanism == "INTERNAL");
  BOOST_TEST(whole->authorization->token == "91354a473744909de610943775f92038");
  BOOST_TEST(whole->section.name == "BODY[1.2]");
  const auto with = [](const std::string& access) {
    return parse_imap_url("/INBOX/;UID=1;URLAUTH=" + access)->authorization->access;
  };
  BOOST_TEST((with("anonymous") == Access::anonymous));
  BOOST_TEST((with("authuser") == Access::authenticated));
  BOOST_TEST((with("user+ada") == Access::user));
}

BOOST_AUTO_TEST_CASE(relative_ones_begin_where_the_client_is) {
  const auto resolved = [](const std::string& text, const std::string& base) {
    auto url = *parse_imap_url(text);
    resolve(url, base);
    return url.mailbox.value_or("(none)");
  };
  BOOST_TEST(resolved(";UID=1", "a/b") == "a/b");
  BOOST_TEST(resolved("/;UID=1", "a/b") == "a/b");
  BOOST_TEST(resolved(";UID=1", "") == "(none)");
  BOOST_TEST(resolved("c/;UID=1", "a/b") == "a/c");
  BOOST_TEST(resolved("c/;UID=1", "b") == "c");
  BOOST_TEST(resolved("/c/;UID=1", "a/b") == "c");
  BOOST_TEST(resolved("imap://x/c/;UID=1", "a/b") == "c");
}

BOOST_AUTO_TEST_CASE(a_url_cannot_break_out_of_a_response_code) {
  BOOST_TEST(imap::url_shown("a\"]\r\n\\\xff ") == "a%22%5D%0D%0A%5C%FF%20");
  BOOST_TEST(imap::url_shown(std::string(5000, 'a')).size() == 1000u);
}

BOOST_AUTO_TEST_CASE(times_are_those_of_rfc_3339) {
  using imap::parse_rfc3339;
  BOOST_TEST(parse_rfc3339("1985-04-12T23:20:50.52Z").value() == 482196050);
  BOOST_TEST(parse_rfc3339("1996-12-19T16:39:57-08:00").value() == 851042397);
  BOOST_TEST(parse_rfc3339("1937-01-01T12:00:27.87+00:20").value() == -1041337173);
  for (const auto* text :
       {"", "1985-04-12", "1985-04-12T23:20:50", "1985-02-30T23:20:50Z", "1985-04-12T24:20:50Z",
        "1985-04-12T23:20:50.Z", "1985-04-12T23:20:50+0100", "1985-04-12 23:20:50Z"})
    BOOST_TEST(!parse_rfc3339(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
