// The examples of RFC 3502 (MULTIAPPEND), 5032 (WITHIN), 8508 4.2 (REPLACE), 8514 (SAVEDATE) and
// 8970 (PREVIEW).
//
// Adapted: UIDs and UIDVALIDITY, numbers of messages where the RFC has hundreds, INTERNALDATE and
// SAVEDATE, which are now.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_of_mail)

namespace {

using namespace test_support;

const storage::FlagNames seen{.system = storage::seen, .keywords = {}};

}  // namespace

// RFC 3502, A004 and A005. What is refused has been read first, as a server may.
BOOST_AUTO_TEST_CASE(multiappend_is_refused_as_a_whole) {
  MailServer::Options options;
  options.default_limits.octets = 16 * 1024;
  MailServer server(options);
  create(server, {"test"});
  server.plays(Begin::logged_in, with(R"(
    C: A004 APPEND bogusname (\Flagged) {17}
    S: + ...
    C: Subject: hmm...
    C:  {17}
    S: + ...
    C: Subject: hmm...
    C:
    S: A004 NO [TRYCREATE] ...
    C: A005 APPEND test (\Flagged) {99}
    S: + ...
    C: Date: Mon, 7 Feb 2000 22:43:04 -0800 (PST)
    C: From: Fred Foobar <fred@example.com>
    C: Subject: hmm...
    C:  {35403}
    S: + ...
    C: <the rest>
    C:
    S: A005 NO [OVERQUOTA] ...
    C: A006 STATUS test (MESSAGES UIDNEXT)
    S: * STATUS test (MESSAGES 0 UIDNEXT 1)
    S: A006 OK STATUS completed
  )",
                                      "<the rest>", std::string(35401, 'x')));
}

// RFC 3502, A003.
BOOST_AUTO_TEST_CASE(multiappend) {
  MailServer server;
  create(server, {"saved-messages"});
  server.plays(Begin::logged_in, R"(
    C: A003 APPEND saved-messages (\Seen) {329}
    S: + ...
    C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
    C: From: Fred Foobar <foobar@Blurdybloop.example.COM>
    C: Subject: afternoon meeting
    C: To: mooch@owatagu.example.net
    C: Message-Id: <B27397-0100000@Blurdybloop.example.COM>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C:
    C: Hello Joe, do you think we can meet at 3:30 tomorrow?
    C:  (\Seen) " 7-Feb-1994 22:43:04 -0800" {295}
    S: + ...
    C: Date: Mon, 7 Feb 1994 22:43:04 -0800 (PST)
    C: From: Joe Mooch <mooch@OWaTaGu.example.net>
    C: Subject: Re: afternoon meeting
    C: To: foobar@blurdybloop.example.com
    C: Message-Id: <a0434793874930@OWaTaGu.example.net>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C:
    C: 3:30 is fine with me.
    C:
    S: A003 OK [APPENDUID ... 1:2] APPEND completed
    C: A004 EXAMINE saved-messages
    S: ...
    S: A004 OK ...
    C: A005 FETCH 1:2 (RFC822.SIZE FLAGS)
    S: * 1 FETCH (RFC822.SIZE 329 FLAGS (\Seen \Recent))
    S: * 2 FETCH (RFC822.SIZE 295 FLAGS (\Seen \Recent))
    S: A005 OK FETCH completed
  )");
}

// RFC 5032 section 4
BOOST_AUTO_TEST_CASE(within) {
  MailServer server;
  auto mail = letters(42, {letter_of(20), seen});
  for (const std::size_t number : {4, 8, 15, 16, 23, 42}) mail[number - 1].flags = {};
  mail[0] = {letter_of(20), {}, 1'700'000'000};
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH UNSEEN YOUNGER 259200
    S: * SEARCH 4 8 15 16 23 42
    S: a1 OK SEARCH completed
  )");
}

// RFC 8508 4.2, with a smaller photo.
BOOST_AUTO_TEST_CASE(replace_with_what_is_there) {
  MailServer server;
  fill(server, "Drafts", letters(3, {letter_of(20)}));
  server.plays(Begin::logged_in, R"rfc(
    C: A009 SELECT Drafts
    S: ...
    S: A009 OK ...
    C: A010 APPEND Drafts (\Seen \Draft) {700}
    S: + ...
    C: Date: Thu, 1 Jan 2015 00:10:00 -0500 (EST)
    C: From: Fritz Schmidt <fritz.ze@example.org>
    C: Message-ID: <B238822388-0100003@example.org>
    C: MIME-Version: 1.0
    C: Content-Type: multipart/mixed;
    C:         boundary="------------030305060306060609050804"
    C:
    C: --------------030305060306060609050804
    C: Content-Type: text/plain; charset=utf-8; format=flowed
    C: Content-Transfer-Encoding: 7bit
    C:
    C: Here is picture from the fireworks
    C:
    C: Yours...
    C: Fritz
    C:
    C: --------------030305060306060609050804
    C: Content-Type: image/jpeg;
    C:         name="Fireworks.jpg"
    C: Content-Transfer-Encoding: base64
    C: Content-Disposition: attachment;
    C:         filename="Fireworks.jpg"
    C:
    C: /9j/4AAQSkZJRgABAQ==
    C:
    C: --------------030305060306060609050804--
    C:
    S: * 4 EXISTS
    S: ...
    S: A010 OK [APPENDUID ... 4] APPEND completed
    C: A011 UID REPLACE 4 Drafts CATENATE (TEXT {71}
    S: + ...
    C: To: Mitzy <miss.mitzy@example.org>
    C: Subject: My view of the fireworks
    C:  URL "/Drafts/;UID=4")
    S: * OK [APPENDUID ... 5] ...
    S: * 4 EXPUNGE
    S: * 4 EXISTS
    S: ...
    S: A011 OK REPLACE completed
    C: A012 FETCH 4 (RFC822.SIZE ENVELOPE)
    S: * 4 FETCH (RFC822.SIZE 771 ENVELOPE ("Thu, 1 Jan 2015 00:10:00 -0500 (EST)" "My view of the fireworks" ...
    S: A012 OK FETCH completed
  )rfc");
}

// RFC 8514 4.2 and 4.3: nothing was saved on that day, and all since.
BOOST_AUTO_TEST_CASE(savedate) {
  MailServer server;
  fill(server, "INBOX", letters(9, {letter_of(20)}));
  server.plays(Begin::in_inbox, R"(
    C: A101 FETCH 8 (SAVEDATE)
    S: * 8 FETCH (SAVEDATE "...-...-... ...:...:... ...")
    S: A101 OK FETCH completed
    C: A102 SEARCH SAVEDON 28-Dec-2014
    S: * SEARCH
    S: A102 OK SEARCH completed
    C: A103 SEARCH SAVEDSINCE 28-Dec-2014
    S: * SEARCH 1 2 3 4 5 6 7 8 9
    S: A103 OK SEARCH completed
  )");
}

// RFC 8970 section 5. Previews are there from delivery on, and have no line ends.
BOOST_AUTO_TEST_CASE(preview) {
  MailServer server;
  auto mail = letters(9, {letter_of(20)});
  mail[4].octets = "From: foo@example.org\r\n\r\nPreview!\r\n";
  mail[8].octets = "From: foo@example.org\r\n\r\nAnother preview!\r\n";
  const std::string lorem =
      "Lorem ipsum dolor sit amet, consectetur adipiscing elit.\r\n"
      "Curabitur aliquam turpis et ante dictum, et pulvinar dui congue.\r\n"
      "Maecenas hendrerit, lorem non imperdiet pellentesque, nulla\r\n"
      "ligula nullam\r\n";
  fill(server, "Archive", {{"Subject: x\r\n\r\n" + lorem}});
  fill(server, "INBOX", mail);
  fill(server, "Sent",
       {{"Date: Wed, 23 Sep 2020 15:03:11 +0000\r\n\r\nPreview text for message 1.\r\n"},
        {"Date: Thu, 24 Sep 2020 12:17:23 +0000\r\n\r\n"},
        {"Date: Fri, 25 Sep 2020 09:13:45 +0000\r\n\r\nMessage data from message 3.\r\n"},
        {"Date: Sat, 26 Sep 2020 07:11:18 +0000\r\n\r\nMessage 4 preview\r\n"}});
  server.plays(Begin::in_inbox, R"(
    C: C1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 ... SEARCHRES ... PREVIEW ...
    S: C1 OK CAPABILITY completed
    C: C2 SEARCH RETURN (SAVE) FROM "FOO"
    C: C3 FETCH $ (UID PREVIEW (LAZY))
    S: C2 OK SEARCH completed
    S: * 5 FETCH (UID 5 PREVIEW "Preview!")
    S: * 9 FETCH (UID 9 PREVIEW "Another preview!")
    S: C3 OK FETCH completed
    C: C4 UID FETCH 9 (PREVIEW)
    S: * 9 FETCH (UID 9 PREVIEW "Another preview!")
    S: C4 OK FETCH completed
    C: A1 EXAMINE Archive
    S: ...
    S: A1 OK ...
    C: A2 FETCH 1 (RFC822.SIZE PREVIEW)
    S: * 1 FETCH (RFC822.SIZE 214 PREVIEW "Lorem ipsum dolor sit amet, consectetur adipiscing elit. Curabitur aliquam turpis et ante dictum, et pulvinar dui congue. Maecenas hendrerit, lorem non imperdiet pellentesque, nulla ligula nullam")
    S: A2 OK FETCH completed
    C: B0 EXAMINE Sent
    S: ...
    S: B0 OK ...
    C: B1 FETCH 1:4 (ENVELOPE PREVIEW (LAZY))
    S: * 1 FETCH (ENVELOPE ("Wed, 23 Sep 2020 15:03:11 +0000" ...) PREVIEW "Preview text for message 1.")
    S: * 2 FETCH (ENVELOPE ("Thu, 24 Sep 2020 12:17:23 +0000" ...) PREVIEW "")
    S: * 3 FETCH (ENVELOPE ("Fri, 25 Sep 2020 09:13:45 +0000" ...) PREVIEW "Message data from message 3.")
    S: * 4 FETCH (ENVELOPE ("Sat, 26 Sep 2020 07:11:18 +0000" ...) PREVIEW "Message 4 preview")
    S: B1 OK FETCH completed
    C: B2 FETCH 3:4 (PREVIEW)
    S: * 3 FETCH (PREVIEW "Message data from message 3.")
    S: * 4 FETCH (PREVIEW "Message 4 preview")
    S: B2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
