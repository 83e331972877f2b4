// A mailbox at end-to-end (policy/RULES.md section 20): every way into it, and what its owner is
// told of what the server cannot see.

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "imap/mime/prepare.h"
#include "tests/support/mail_server.h"
#include "tests/support/openpgp_example.h"
#include "tests/support/recipient.h"

BOOST_AUTO_TEST_SUITE(end_to_end)

namespace {

using test_support::ada;
using test_support::Begin;
using test_support::MailServer;

constexpr storage::Reason looking{crypto::Cause::fetch, crypto::Actor::service()};
const std::string letter =
    "From: bob@example.org\r\nSubject: the canary\r\n\r\na canary in the text\r\n";

// As the server has them.
std::vector<std::string> stored(MailServer& server, std::string_view folder = "INBOX") {
  const auto mailbox = server.mailbox();
  std::vector<std::string> all;
  const auto id = mailbox->tree()->folder(folder);
  for (const auto& entry : mailbox->select(id, storage::Mailbox::Recent::look, looking).entries) {
    all.push_back(mailbox->octets(entry, 0, entry.size, looking));
    for (const auto& text : {all.back(), mailbox->summary(entry, looking)})
      BOOST_TEST(text.find("canary") == text.npos);
    mailbox->texts(
        std::span(&entry, 1), storage::Mailbox::Texts::both,
        [](std::size_t, std::string_view header, std::string_view body) {
          BOOST_TEST(header.find("canary") == header.npos);
          BOOST_TEST(body.find("canary") == body.npos);
          return true;
        },
        looking);
  }
  return all;
}

void check_opens(MailServer& server, const std::vector<std::string>& messages,
                 std::string_view folder = "INBOX") {
  const auto all = stored(server, folder);
  BOOST_REQUIRE(all.size() == messages.size());
  for (std::size_t n = 0; n < all.size(); ++n) BOOST_TEST(ada().opened(all[n]) == messages[n]);
}

auto with(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_delivered) {
  MailServer server;
  server.protect();
  server.deliver(letter);
  check_opens(server, {letter});
}

BOOST_AUTO_TEST_CASE(what_clients_append_put_together_and_replace) {
  MailServer server;
  server.protect();
  server.plays(Begin::in_inbox, R"(
    C: a APPEND INBOX (\Seen) {43+}
    C: Subject: the canary
    C: 
    C: a canary sings out
    C:  (\Flagged) {23+}
    C: Subject: another canary
    S: ...
    S: a OK [APPENDUID ...
    C: b APPEND INBOX CATENATE (TEXT {26+}
    C: Subject: canary catenate
    C:  TEXT {8+}
    C: 
    C: canary)
    S: ...
    S: b OK [APPENDUID ...
    C: c UID REPLACE 2 INBOX {21+}
    C: Subject: third canary
    S: ...
    S: c OK REPLACE completed
    C: d UID FETCH 1:* (FLAGS)
    S: * 1 FETCH (UID 1 FLAGS (...
    S: * 2 FETCH (UID 3 FLAGS (...
    S: * 3 FETCH (UID 4 FLAGS (...
    S: d OK ...
)");
  check_opens(server, {"Subject: the canary\r\n\r\na canary sings out\r\n",
                       "Subject: canary catenate\r\n\r\ncanary", "Subject: third canary"});
}

BOOST_AUTO_TEST_CASE(what_is_copied_from_another_mailbox) {
  MailServer server;
  server.protect();
  server.deliver(letter, "bob@example.org");
  const auto source = server.mailbox("bob@example.org");
  const auto inbox = source->tree()->folder("INBOX");
  const auto entries =
      source->select(inbox, storage::Mailbox::Recent::look, looking).entries.copied();
  const auto target = server.mailbox();
  target->copy_from(*source, entries, target->tree()->folder("Archive"), storage::all_flags,
                    looking);
  check_opens(server, {letter}, "Archive");
  BOOST_TEST(source->octets(entries.front(), 0, 1000, looking) == letter);
}

// The arrival itself is encrypted: it is so although the level is another one when it is filed.
BOOST_AUTO_TEST_CASE(what_arrives_while_nobody_has_the_key) {
  MailServer server;
  server.mailbox();
  server.protect();
  const auto id = server.account().mailbox;
  server.mailboxes().arrive(id, letter, 1'700'000'000, 0);
  server.mailboxes().set_protection(id, std::nullopt);
  const auto prepared = [](std::string octets, UnixTime date, std::int16_t zone) {
    return imap::mime::prepare(std::move(octets), {}, date, zone);
  };
  BOOST_TEST(server.mailbox()->file_arrivals(10, prepared, looking) == 1u);
  check_opens(server, {letter});
}

BOOST_AUTO_TEST_CASE(what_arrived_before_and_is_filed_later) {
  MailServer server;
  server.mailbox();
  server.mailboxes().arrive(server.account().mailbox, letter, 1'700'000'000, 0);
  server.protect();
  const auto prepared = [](std::string octets, UnixTime date, std::int16_t zone) {
    return imap::mime::prepare(std::move(octets), {}, date, zone);
  };
  BOOST_TEST(server.mailbox()->file_arrivals(10, prepared, looking) == 1u);
  check_opens(server, {letter});
}

// Octets that begin as S/MIME, and PGP/MIME with a word beside it.
BOOST_AUTO_TEST_CASE(what_only_looks_encrypted_is_encrypted) {
  MailServer server;
  server.protect();
  const std::string sealed =
      "Content-Type: multipart/encrypted; boundary=b;\r\n "
      "protocol=\"application/pgp-encrypted\"\r\n\r\n"
      "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
      "--b\r\nContent-Type: application/octet-stream\r\n\r\n" +
      test_support::openpgp_example + "\r\n--b--\r\n";
  const auto in_epilogue = sealed + "a canary\r\n";
  const auto smime =
      "Content-Type: application/pkcs7-mime\r\n\r\n" +
      std::string("\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 15) +
      "a canary\r\n";
  server.deliver(in_epilogue);
  server.deliver(smime);
  check_opens(server, {in_epilogue, smime});
  server.deliver(sealed);
  BOOST_TEST(stored(server).back() == sealed);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_there_already_is_no_way_round) {
  MailServer server;
  const auto client = server.client(Begin::in_inbox);
  server.protect();
  client->send("a APPEND INBOX {" + std::to_string(letter.size()) + "+}\r\n" + letter + "\r\n");
  auto line = client->line();
  while (line.starts_with("* ")) line = client->line();
  BOOST_TEST(line.starts_with("a OK"));
  check_opens(server, {letter});
  server.restart();
  server.deliver(letter);
  check_opens(server, {letter, letter});
}

BOOST_AUTO_TEST_CASE(without_a_certificate_that_can_be_encrypted_to_nothing_is_stored) {
  MailServer server;
  server.mailboxes().set_protection(
      server.account().mailbox,
      storage::Protection{.certificates = {Bytes{1, 2, 3}}, .since = 1, .by = "a test"});
  BOOST_CHECK_EXCEPTION(server.deliver(letter), Error, with(Fault::unavailable));
  BOOST_CHECK_EXCEPTION(
      server.mailboxes().arrive(server.account().mailbox, letter, 1'700'000'000, 0), Error,
      with(Fault::unavailable));
  server.plays(Begin::in_inbox, R"(
    C: a APPEND INBOX {3+}
    C: abc
    S: a NO [CONTACTADMIN] The certificates of this mailbox cannot encrypt mail: ...
)");
  BOOST_TEST(stored(server).empty());
  BOOST_TEST(!server.mailboxes().has_arrivals(server.account().mailbox));
}

// Sizes count as they are stored.
BOOST_AUTO_TEST_CASE(the_quota_is_of_what_is_stored) {
  MailServer::Options options;
  options.default_limits.octets = 1500;
  MailServer server(options);
  const std::string big(1200, 'x');
  server.protect();
  BOOST_CHECK_EXCEPTION(server.deliver(big), Error, with(Fault::over_quota));
  server.mailboxes().set_protection(server.account().mailbox, std::nullopt);
  server.deliver(big);
}

BOOST_AUTO_TEST_CASE(owners_are_told_what_is_not_seen) {
  MailServer server;
  server.protect();
  server.deliver(letter);
  server.plays(Begin::logged_in, R"(
    C: a SELECT INBOX
    S: ...
    S: * OK Messages here are encrypted end-to-end: ...
    S: ...
    S: a OK ...
    C: b SEARCH FROM bob
    S: * SEARCH 1
    S: b OK ...
    C: c SEARCH OR SUBJECT canary TEXT canary
    S: * SEARCH
    S: c OK ...
    C: d FETCH 1 (PREVIEW)
    S: * 1 FETCH (PREVIEW "")
    S: d OK ...
    C: e GETMETADATA "" /private/vendor/sealpost/protection
    S: * METADATA "" (/private/vendor/sealpost/protection "end-to-end: ... SEARCH, SORT and THREAD see ... Set 20... by ... SHA-256 ...
    S: e OK ...
    C: f SETMETADATA "" (/private/vendor/sealpost/protection "managed")
    S: f NO ...
)");
  server.mailboxes().set_protection(server.account().mailbox, std::nullopt);
  server.plays(Begin::logged_in, R"(
    C: a GETMETADATA "" /private/vendor/sealpost/protection
    S: * METADATA "" (/private/vendor/sealpost/protection "managed: ...
    S: a OK ...
)");
  server.separate("ada@example.org");
  server.plays(Begin::logged_in, R"(
    C: a GETMETADATA "" /private/vendor/sealpost/protection
    S: * METADATA "" (/private/vendor/sealpost/protection "customer key: ...
    S: a OK ...
)");
}

BOOST_AUTO_TEST_SUITE_END()
