// UTF8=ACCEPT (RFC 6855): UTF-8 in quoted strings, names and headers.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(utf8)

namespace {
using test_support::Begin;
using test_support::MailServer;
}  // namespace

BOOST_AUTO_TEST_CASE(names_are_utf8_once_it_is_enabled) {
  MailServer server;
  server.plays(Begin::logged_in,
               "C: a1 CREATE \"Entw&APw-rfe/A&-B\"\n"
               "S: a1 OK ...\n"
               "C: a2 SELECT \"Entw\xc3\xbcrfe\"\n"
               "S: a2 BAD ...\n"
               "C: a3 ENABLE UTF8=ACCEPT\n"
               "S: * ENABLED UTF8=ACCEPT\n"
               "S: a3 OK ENABLE completed\n"
               "C: a4 LIST \"\" \"Entw\xc3\xbc*\"\n"
               "S: * LIST (\\Noselect \\HasChildren) \"/\" \"Entw\xc3\xbcrfe\"\n"
               "S: * LIST (\\HasNoChildren) \"/\" \"Entw\xc3\xbcrfe/A&B\"\n"
               "S: a4 OK LIST completed\n"
               "C: a5 LSUB \"\" \"%\"\n"
               "S: ...\n"
               "S: a5 OK LSUB completed\n"
               "C: a6 STATUS \"Entw\xc3\xbcrfe/A&B\" (MESSAGES)\n"
               "S: * STATUS \"Entw\xc3\xbcrfe/A&B\" (MESSAGES 0)\n"
               "S: a6 OK STATUS completed\n"
               "C: a7 STATUS \"Entw&APw-rfe/A&-B\" (MESSAGES)\n"
               "S: a7 NO [NONEXISTENT] ...\n"
               "C: a8 CREATE {7}\n"
               "S: + ...\n"
               "C: \xe6\x97\xa5\xe6\x9c\xac!\n"
               "S: a8 OK ...\n"
               "C: a9 CREATE \"\xff\"\n"
               "S: a9 BAD ...\n"
               "C: b1 CREATE \"a\xe2\x80\xa8\"\n"
               "S: b1 NO [CANNOT] ...\n"
               "C2: a1 LIST \"\" *!\n"
               "S2: * LIST (\\HasNoChildren) \"/\" &ZeVnLA-!\n"
               "S2: a1 OK LIST completed\n");
}

BOOST_AUTO_TEST_CASE(new_names_are_normalized_and_old_ones_found_either_way) {
  MailServer server;
  server.plays(
      Begin::logged_in,
      "C: a1 ENABLE UTF8=ACCEPT\n"
      "S: ...\n"
      "S: a1 OK ENABLE completed\n"
      "C: a2 CREATE \"Cafe\xcc\x81\"\n"
      "S: * LIST (\\HasNoChildren) \"/\" \"Caf\xc3\xa9\" (\"OLDNAME\" (\"Cafe\xcc\x81\"))\n"
      "S: a2 OK ...\n"
      "C: a3 CREATE \"Caf\xc3\xa9\"\n"
      "S: a3 NO [ALREADYEXISTS] ...\n"
      "C: a4 STATUS \"Cafe\xcc\x81\" (MESSAGES)\n"
      "S: * STATUS \"Caf\xc3\xa9\" (MESSAGES 0)\n"
      "S: a4 OK STATUS completed\n"
      "C: a5 LIST \"\" \"C*e\xcc\x81\"\n"
      "S: * LIST (\\HasNoChildren) \"/\" \"Caf\xc3\xa9\"\n"
      "S: a5 OK LIST completed\n"
      "C2: b1 LIST \"\" Cafe&AwE-\n"
      "S2: * LIST (\\HasNoChildren) \"/\" Caf&AOk-\n"
      "S2: b1 OK LIST completed\n"
      "C: a6 SUBSCRIBE \"Cafe\xcc\x81\"\n"
      "S: a6 OK SUBSCRIBE completed\n"
      "C: a7 LSUB \"\" \"Cafe\xcc\x81\"\n"
      "S: * LSUB (\\HasNoChildren) \"/\" \"Caf\xc3\xa9\"\n"
      "S: a7 OK LSUB completed\n"
      "C: a8 UNSUBSCRIBE \"Cafe\xcc\x81\"\n"
      "S: a8 OK UNSUBSCRIBE completed\n"
      "C: a9 APPEND \"Cafe\xcc\x81\" {4+}\n"
      "C: A: b\n"
      "S: * LIST (\\HasNoChildren) \"/\" \"Caf\xc3\xa9\" (\"OLDNAME\" (\"Cafe\xcc\x81\"))\n"
      "S: a9 OK ...\n"
      "C: a10 RENAME \"Cafe\xcc\x81\" Bar\n"
      "S: * LIST (\\HasNoChildren) \"/\" Bar (\"OLDNAME\" (\"Cafe\xcc\x81\"))\n"
      "S: a10 OK RENAME completed\n"
      "C: a11 RENAME Bar \"Cafe\xcc\x81\"\n"
      "S: * LIST (\\HasNoChildren) \"/\" \"Caf\xc3\xa9\" (\"OLDNAME\" (Bar))\n"
      "S: a11 OK RENAME completed\n"
      "C: a12 DELETE \"Cafe\xcc\x81\"\n"
      "S: * LIST (\\NonExistent) \"/\" \"Caf\xc3\xa9\" (\"OLDNAME\" (\"Cafe\xcc\x81\"))\n"
      "S: a12 OK DELETE completed\n");
}

// Section 3.
BOOST_AUTO_TEST_CASE(searches_take_utf8_and_no_charset) {
  MailServer server;
  server.deliver("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n");
  server.deliver("Subject: Gr\xc3\xbc\xc3\x9f Gott\r\n\r\nx\r\n");
  server.plays(Begin::in_inbox,
               "C: a1 SEARCH CHARSET UTF-8 SUBJECT x\n"
               "S: * SEARCH\n"
               "S: a1 OK SEARCH completed\n"
               "C: a2 ENABLE UTF8=ACCEPT\n"
               "S: ...\n"
               "S: a2 OK ENABLE completed\n"
               "C: a3 SEARCH SUBJECT \"gr\xc3\xbc\xc3\x9f\"\n"
               "S: * SEARCH 1 2\n"
               "S: a3 OK SEARCH completed\n"
               "C: a4 SEARCH CHARSET UTF-8 SUBJECT x\n"
               "S: a4 BAD ...\n"
               "C: a5 SEARCH SUBJECT \"\xc3\"\n"
               "S: a5 BAD ...\n"
               "C: a6 SORT (SUBJECT) UTF-8 SUBJECT \"gr\xc3\xbc\xc3\x9f\"\n"
               "S: * SORT 2 1\n"
               "S: a6 OK SORT completed\n"
               "C: a7 THREAD ORDEREDSUBJECT US-ASCII ALL\n"
               "S: * THREAD (1)(2)\n"
               "S: a7 OK THREAD completed\n"
               "C: a8 ESEARCH IN (personal) CHARSET UTF-8 SUBJECT x\n"
               "S: a8 BAD ...\n");
}

// Section 4: Thunderbird sends its drafts and sent mail so.
BOOST_AUTO_TEST_CASE(append_takes_utf8_literals) {
  MailServer server;
  server.plays(Begin::in_inbox,
               "C: a1 APPEND INBOX (\\Seen) UTF8 (~{15}\n"
               "S: + ...\n"
               "C: Subject: \xc3\xbc\n"
               "C: \n"
               "C: )\n"
               "S: a1 NO [CANNOT] ...\n"
               "C: a2 ENABLE UTF8=ACCEPT\n"
               "S: ...\n"
               "S: a2 OK ENABLE completed\n"
               "C: a3 APPEND INBOX (\\Seen) \"17-Jul-1996 02:44:25 -0700\" UTF8 (~{15}\n"
               "S: + ...\n"
               "C: Subject: \xc3\xbc\n"
               "C: \n"
               "C: )\n"
               "S: * 1 EXISTS\n"
               "S: * 1 RECENT\n"
               "S: a3 OK [APPENDUID ... 1] APPEND completed\n"
               "C: a4 FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[HEADER])\n"
               "S: * 1 FETCH (FLAGS (\\Seen \\Recent) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" "
               "BODY[HEADER] {15}\n"
               "S: Subject: \xc3\xbc\n"
               "S: \n"
               "S: )\n"
               "S: a4 OK FETCH completed\n"
               "C: b1 APPEND INBOX CATENATE (UTF8 (~{9+}\n"
               "C: Subject: ) UTF8 (~{2+}\n"
               "C: \xc3\xa9) TEXT {4+}\n"
               "C: \n"
               "C: \n"
               "C: )\n"
               "S: * 2 EXISTS\n"
               "S: * 2 RECENT\n"
               "S: b1 OK [APPENDUID ... 2] APPEND completed\n"
               "C: a5 APPEND INBOX UTF8 ({3+}\n"
               "C: abc)\n"
               "S: a5 BAD ...\n"
               "C: a6 APPEND INBOX UTF9 (~{3+}\n"
               "C: abc)\n"
               "S: a6 BAD ...\n");
}

BOOST_AUTO_TEST_SUITE_END()
