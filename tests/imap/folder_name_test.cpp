#include "imap/folder_name.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "imap/request.h"

BOOST_AUTO_TEST_SUITE(folder_name)

namespace {

using imap::NameForm;

struct Row {
  const char* on_wire;
  const char* utf8;
};
constexpr Row rows[] = {
    {"INBOX", "INBOX"},
    {"Sent Items", "Sent Items"},
    {"A&-B", "A&B"},
    {"&-", "&"},
    {"&-&-", "&&"},
    {"Entw&APw-rfe", "Entw\xc3\xbcrfe"},
    {"~peter/mail/&U,BTFw-/&ZeVnLIqe-",
     "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
    {"&2D3eAA-", "\xf0\x9f\x98\x80"},
    {"&AOQA9gD8-", "\xc3\xa4\xc3\xb6\xc3\xbc"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(names_come_back_the_same) {
  for (const auto& [on_wire, utf8] : rows) {
    BOOST_TEST(imap::from_modified_utf7(on_wire) == utf8);
    BOOST_TEST(imap::to_modified_utf7(utf8) == on_wire);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_modified_utf7_is_refused) {
  for (const char* name : {
           "&",                // not closed
           "&AOQ",             // not closed
           "&A-",              // bits left over
           "&AOR-",            // bits that are not zero
           "&AGE-",            // 'a' needs no base64
           "&ACY-",            // nor does '&'
           "&AOQ-&APY-",       // one run in two
           "&2D0-",            // half a surrogate pair
           "&3gDYPQ-",         // the halves the wrong way round
           "&A/Q-",            // '/' is ',' here
           "&AO Q-",           // a blank
           "Entw\xc3\xbcrfe",  // UTF-8 as it is
           "a\x01",
       })
    BOOST_CHECK_THROW(imap::from_modified_utf7(name), imap::BadSyntax);
}

BOOST_AUTO_TEST_CASE(checked_names_are_what_storage_takes) {
  BOOST_TEST(imap::checked_name("inbox", NameForm::modified_utf7) == "INBOX");
  BOOST_TEST(imap::checked_name("Entw&APw-rfe", NameForm::modified_utf7) == "Entw\xc3\xbcrfe");
  BOOST_CHECK_THROW(imap::checked_name("a//b", NameForm::modified_utf7), Error);
  BOOST_CHECK_THROW(imap::checked_name("", NameForm::modified_utf7), Error);
  BOOST_CHECK_THROW(imap::checked_name("&AAA-", NameForm::modified_utf7), Error);  // a NUL
}

BOOST_AUTO_TEST_CASE(answers_quote_what_is_no_atom) {
  BOOST_TEST(imap::wire_name("INBOX", NameForm::modified_utf7) == "INBOX");
  BOOST_TEST(imap::wire_name("Sent Items", NameForm::modified_utf7) == "\"Sent Items\"");
  BOOST_TEST(imap::wire_name("a\"b\\c", NameForm::modified_utf7) == "\"a\\\"b\\\\c\"");
  BOOST_TEST(imap::wire_name("50%", NameForm::modified_utf7) == "\"50%\"");
  BOOST_TEST(imap::wire_name("NIL", NameForm::modified_utf7) == "\"NIL\"");
  BOOST_TEST(imap::wire_name("", NameForm::modified_utf7) == "\"\"");
  BOOST_TEST(imap::wire_name("Entw\xc3\xbcrfe", NameForm::modified_utf7) == "Entw&APw-rfe");
}

BOOST_AUTO_TEST_SUITE_END()
