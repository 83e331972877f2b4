#include "imap/search/query.h"

#include <boost/test/unit_test.hpp>

namespace {

using imap::search::Key;
using Kind = Key::Kind;

imap::search::Query parsed(const std::string& text) {
  imap::Request request("a SEARCH " + text);
  request.space();
  return imap::search::parse_query(request);
}

std::string written(const imap::SequenceSet& set) {
  std::string text;
  const auto number = [](std::uint32_t n) { return n == 0 ? "*" : std::to_string(n); };
  for (const auto& range : set.ranges()) {
    if (!text.empty()) text += ',';
    text += number(range.first);
    if (range.last != range.first) text += ':' + number(range.last);
  }
  return text;
}

std::string written(const Key& key);

std::string written(const char* name, const std::vector<Key>& keys) {
  std::string text = name;
  for (const auto& key : keys) text += (&key == keys.data() ? "(" : " ") + written(key);
  return text + ")";
}

std::string written(const Key& key) {
  switch (key.kind) {
    case Kind::everything:
      return "all";
    case Kind::numbers:
      return written(key.set);
    case Kind::uids:
      return "uid=" + written(key.set);
    case Kind::flag:
      return "flag" + std::to_string(key.flag);
    case Kind::keyword:
      return "keyword=" + key.name;
    case Kind::recent:
      return "recent";
    case Kind::larger:
      return ">" + std::to_string(key.size);
    case Kind::smaller:
      return "<" + std::to_string(key.size);
    case Kind::internal_before:
      return "date<" + std::to_string(key.day);
    case Kind::internal_on:
      return "date=" + std::to_string(key.day);
    case Kind::internal_since:
      return "date>=" + std::to_string(key.day);
    case Kind::email_id:
      return "emailid=" + key.name;
    case Kind::thread_id:
      return "threadid=" + key.name;
    case Kind::modseq:
      return "modseq>=" + std::to_string(key.size);
    case Kind::sent_before:
      return "sent<" + std::to_string(key.day);
    case Kind::sent_on:
      return "sent=" + std::to_string(key.day);
    case Kind::sent_since:
      return "sent>=" + std::to_string(key.day);
    case Kind::younger:
      return "younger=" + std::to_string(key.size);
    case Kind::older:
      return "older=" + std::to_string(key.size);
    case Kind::saved_before:
      return "saved<" + std::to_string(key.day);
    case Kind::saved_on:
      return "saved=" + std::to_string(key.day);
    case Kind::saved_since:
      return "saved>=" + std::to_string(key.day);
    case Kind::header:
      return key.name + "~" + key.needle;
    case Kind::body:
      return "body~" + key.needle;
    case Kind::text:
      return "text~" + key.needle;
    case Kind::all_of:
      return written("and", key.keys);
    case Kind::any_of:
      return written("or", key.keys);
    case Kind::none_of:
      return written("not", key.keys);
  }
  return "?";
}

std::string nested(std::size_t depth) {
  return std::string(depth, '(') + "ALL" + std::string(depth, ')');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_query)

BOOST_AUTO_TEST_CASE(every_key_of_rfc_3501_is_read) {
  struct {
    std::string asked, means;
  } const rows[] = {
      {"ALL", "all"},
      {"1,3:5,*", "1,3:5,*"},
      {"*", "*"},
      {"ANSWERED", "flag2"},
      {"UNANSWERED", "not(flag2)"},
      {"DELETED", "flag8"},
      {"UNDELETED", "not(flag8)"},
      {"DRAFT", "flag16"},
      {"UNDRAFT", "not(flag16)"},
      {"FLAGGED", "flag4"},
      {"UNFLAGGED", "not(flag4)"},
      {"SEEN", "flag1"},
      {"UNSEEN", "not(flag1)"},
      {"NEW", "and(recent not(flag1))"},
      {"OLD", "not(recent)"},
      {"RECENT", "recent"},
      {"KEYWORD $Junk", "keyword=$Junk"},
      {"UNKEYWORD $Junk", "not(keyword=$Junk)"},
      {"BCC x", "bcc~x"},
      {"CC x", "cc~x"},
      {"FROM \"Ada L\"", "from~Ada L"},
      {"SUBJECT {3}\r\na)b", "subject~a)b"},
      {"TO x", "to~x"},
      {"BODY x", "body~x"},
      {"TEXT x", "text~x"},
      {"HEADER Message-ID \"\"", "message-id~"},
      {"BEFORE 1-Feb-1994", "date<8797"},
      {"ON \"1-Feb-1994\"", "date=8797"},
      {"SINCE 01-feb-1994", "date>=8797"},
      {"SENTBEFORE 2-Jan-1970", "sent<1"},
      {"SENTON 31-Dec-1969", "sent=-1"},
      {"SENTSINCE 29-Feb-2000", "sent>=11016"},
      {"YOUNGER 60", "younger=60"},
      {"emailid M2-a", "emailid=M2-a"},
      {"OR THREADID T1 SEEN", "or(threadid=T1 flag1)"},
      {"OLDER 60", "older=60"},
      {"SAVEDBEFORE 2-Jan-1970", "saved<1"},
      {"SAVEDON 2-Jan-1970", "saved=1"},
      {"SAVEDSINCE 2-Jan-1970", "saved>=1"},
      {"SAVEDATESUPPORTED", "all"},
      {"LARGER 4294967296", ">4294967296"},
      {"SMALLER 0", "<0"},
      {"MODSEQ 0", "modseq>=0"},
      {"modseq \"/flags/\\\\draft\" all 620162338", "modseq>=620162338"},
      {"UID 5:*", "uid=5:*"},
      {"NOT SEEN", "not(flag1)"},
      {"NOT NOT SEEN", "not(not(flag1))"},
      {"OR SEEN DRAFT", "or(flag1 flag16)"},
      {"OR SEEN OR DRAFT OR DELETED 1", "or(flag1 flag16 flag8 1)"},
      {"OR OR SEEN DRAFT 1", "or(or(flag1 flag16) 1)"},
      {"(SEEN)", "and(flag1)"},
      {"or (seen 1:2) not from ada", "or(and(flag1 1:2) not(from~ada))"},
  };
  for (const auto& row : rows) {
    BOOST_TEST(written(parsed(row.asked).root) == "and(" + row.means + ")");
  }
}

BOOST_AUTO_TEST_CASE(several_keys_are_all_wanted) {
  BOOST_TEST(written(parsed("2:4 UNSEEN UID 7 FROM ada").root) ==
             "and(2:4 not(flag1) uid=7 from~ada)");
}

BOOST_AUTO_TEST_CASE(a_charset_comes_first) {
  const auto query = parsed("CHARSET UTF-8 TEXT {4}\r\n\xc3\xa9\xc3\xa9");
  BOOST_TEST(query.charset == "UTF-8");
  BOOST_TEST(written(query.root) == "and(text~\xc3\xa9\xc3\xa9)");
  BOOST_TEST(parsed("CC x").charset == "");
}

BOOST_AUTO_TEST_CASE(needles_are_decoded_and_folded) {
  const auto latin = parsed("CHARSET ISO-8859-1 SUBJECT {4}\r\nCAF\xc9");
  BOOST_TEST(written(imap::search::decoded(latin)) == "and(subject~caf\xc3\xa9)");
  const auto utf8 = parsed("CHARSET UTF-8 NOT BODY {5}\r\nCaF\xc3\x89");
  BOOST_TEST(written(imap::search::decoded(utf8)) == "and(not(body~caf\xc3\xa9))");
  const auto unsaid = parsed("OR FROM ADA TO {5}\r\nCaF\xc3\x89");
  BOOST_TEST(written(imap::search::decoded(unsaid)) == "and(or(from~ada to~caf\xc3\xa9))");
}

BOOST_AUTO_TEST_CASE(charsets_that_icu_knows_are_known) {
  for (const auto* name : {"", "UTF-8", "us-ascii", "ISO-8859-1", "windows-1252", "KOI8-R"}) {
    BOOST_TEST(imap::search::is_known_charset(name), name);
  }
  for (const auto* name : {"X-NONE", "UTF-9", "?"}) {
    BOOST_TEST(!imap::search::is_known_charset(name), name);
  }
}

BOOST_AUTO_TEST_CASE(broken_queries_are_bad) {
  for (const auto* text : {"",
                           "NONSENSE",
                           "ALL,",
                           "(ALL",
                           "ALL)",
                           "()",
                           "NOT",
                           "OR SEEN",
                           "OR SEEN ",
                           "FROM",
                           "FROM ",
                           "HEADER x",
                           "KEYWORD",
                           "KEYWORD (x)",
                           "BEFORE 1994",
                           "ON 30-Feb-1994",
                           "SINCE 1-Foo-1994",
                           "LARGER x",
                           "LARGER -1",
                           "SMALLER 99999999999999999999",
                           "UID",
                           "UID x",
                           "0",
                           "1:",
                           "CHARSET",
                           "CHARSET UTF-8",
                           "CHARSET UTF-8 ",
                           "SEEN  )",
                           "ALL CHARSET UTF-8 ALL"}) {
    BOOST_TEST_CONTEXT(text) BOOST_CHECK_THROW(parsed(text), imap::BadSyntax);
  }
}

BOOST_AUTO_TEST_CASE(nesting_has_a_limit) {
  BOOST_CHECK_NO_THROW(parsed(nested(100)));
  BOOST_CHECK_THROW(parsed(nested(101)), imap::BadSyntax);
  BOOST_CHECK_THROW(parsed(nested(60000)), imap::BadSyntax);
  std::string nots;
  for (int i = 0; i < 101; ++i) nots += "NOT ";
  BOOST_CHECK_THROW(parsed(nots + "ALL"), imap::BadSyntax);
}

BOOST_AUTO_TEST_CASE(long_chains_of_or_are_no_nesting) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "OR FROM a ";
  BOOST_CHECK_NO_THROW(parsed(text + "FROM b"));
}

BOOST_AUTO_TEST_CASE(the_number_of_keys_has_a_limit) {
  std::string text = "ALL";
  for (int i = 0; i < 4999; ++i) text += " ALL";
  BOOST_CHECK_NO_THROW(parsed(text));
  BOOST_CHECK_THROW(parsed(text + " ALL"), imap::BadSyntax);
}

BOOST_AUTO_TEST_SUITE_END()
