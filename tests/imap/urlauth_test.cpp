// URLAUTH (RFC 4467): URLs that carry the right to read what they name.

#include <boost/test/unit_test.hpp>
#include <span>

#include "crypto/crossing.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(urlauth)

namespace {

using test_support::Begin;
using test_support::FakeRoots;
using test_support::MailServer;
using test_support::TestClient;

const MailServer::Options on_host{.host = "mail.example.org"};
const std::string ada = "ada@example.org", bob = "bob@example.org";
const std::string poem = "Subject: x\r\n\r\nSi vis pacem, para bellum.\r\n";
const std::string of_ada = "imap://ada%40example.org@mail.example.org/";
const std::string inbox = of_ada + "INBOX/;uid=1";
const std::string text_for = inbox + "/;section=TEXT;urlauth=";

std::unique_ptr<TestClient> logged_in(MailServer& server, const std::string& name) {
  auto client = server.client();
  client->line();
  client->send("a LOGIN " + name + " engine\r\n");
  while (!client->line().starts_with("a OK")) continue;
  return client;
}

std::string reply(TestClient& client, const std::string& command) {
  client.send("t " + command + "\r\n");
  auto line = client.line();
  while (line.starts_with("* ")) line = client.line();
  return line;
}

// What GENURLAUTH makes of it.
std::string authorized(TestClient& client, const std::string& rump) {
  client.send("g GENURLAUTH \"" + rump + "\" INTERNAL\r\n");
  const auto line = client.line();
  const std::string before = "* GENURLAUTH \"";
  if (!line.starts_with(before) || client.line() != "g OK GENURLAUTH completed")
    throw std::runtime_error(line);
  return line.substr(before.size(), line.size() - before.size() - 1);
}

// What URLFETCH gives; "NIL" for nothing, the reply when it is NO.
std::string fetched(TestClient& client, const std::string& url) {
  client.send("f URLFETCH \"" + url + "\"\r\n");
  const auto line = client.line();
  const auto before = "* URLFETCH \"" + url + "\" ";
  if (!line.starts_with(before)) return line;
  auto octets = line.substr(before.size());
  if (octets != "NIL") {
    octets = client.octets(std::stoul(octets.substr(1)));
    if (!client.line().empty()) throw std::runtime_error("more than the literal has");
  }
  if (client.line() != "f OK URLFETCH completed") throw std::runtime_error(line);
  return octets;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

// Section 7, the examples of GENURLAUTH and URLFETCH.
BOOST_AUTO_TEST_CASE(the_owner_makes_it_and_another_fetches) {
  MailServer server(on_host);
  server.deliver(poem);
  const auto owner = logged_in(server, ada), other = logged_in(server, bob);
  const auto url = authorized(*owner, text_for + "authuser");
  BOOST_TEST(url.starts_with(text_for + "authuser:internal:01"));
  BOOST_TEST(url.size() == (text_for + "authuser:internal:").size() + 66);
  BOOST_TEST(authorized(*owner, text_for + "authuser") == url);
  BOOST_TEST(fetched(*owner, url) == "Si vis pacem, para bellum.\r\n");
  const auto before = crypto::crossings(crypto::Cause::fetch, crypto::ActorClass::user);
  BOOST_TEST(fetched(*other, url) == "Si vis pacem, para bellum.\r\n");
  const auto after = crypto::crossings(crypto::Cause::fetch, crypto::ActorClass::user);
  BOOST_TEST(after.operations > before.operations);
  // RFC 5092 section 11: less than the whole part.
  const auto part = authorized(*owner, inbox + "/;section=TEXT/;partial=3.3;urlauth=authuser");
  BOOST_TEST(fetched(*other, part) == "vis");
  BOOST_TEST(fetched(*other, authorized(*owner, inbox + ";urlauth=anonymous")) == poem);
}

BOOST_AUTO_TEST_CASE(a_message_that_was_fetched_so_stays_unseen) {
  MailServer server(on_host);
  server.deliver(poem);
  const auto owner = logged_in(server, ada);
  BOOST_TEST(fetched(*owner, authorized(*owner, text_for + "authuser")) != "NIL");
  server.plays(Begin::logged_in, R"(
    C: a1 STATUS INBOX (UNSEEN)
    S: * STATUS INBOX (UNSEEN 1)
    S: a1 OK STATUS completed
  )");
}

// Section 2.3
BOOST_AUTO_TEST_CASE(it_is_for_whom_it_says) {
  MailServer server(on_host);
  server.deliver(poem);
  const auto owner = logged_in(server, ada), other = logged_in(server, bob);
  const auto for_bob = authorized(*owner, inbox + ";urlauth=user+Bob%40example.org");
  BOOST_TEST(fetched(*other, for_bob) == poem);
  BOOST_TEST(fetched(*owner, for_bob) == "NIL");
  const auto for_nobody = authorized(*owner, inbox + ";urlauth=user+nobody%40example.org");
  BOOST_TEST(fetched(*other, for_nobody) == "NIL");
  for (const auto& name : {"ada", "bob"}) {
    const auto rump = inbox + ";urlauth=submit+" + name + "%40example.org";
    const auto for_submission = authorized(*owner, rump);
    BOOST_TEST(fetched(*owner, for_submission) == "NIL");
    BOOST_TEST(fetched(*other, for_submission) == "NIL");
  }
}

// 1800000000, when the server starts, is 2027-01-15T08:00:00Z.
BOOST_AUTO_TEST_CASE(it_expires) {
  MailServer server(on_host);
  server.deliver(poem);
  const auto owner = logged_in(server, ada), other = logged_in(server, bob);
  const auto rump = inbox + ";expire=2027-01-15T09:00:10+01:00;urlauth=authuser";
  const auto url = authorized(*owner, rump);
  BOOST_TEST(fetched(*other, url) == poem);
  server.advance(9);
  BOOST_TEST(fetched(*other, url) == poem);
  server.advance(1);
  BOOST_TEST(fetched(*other, url) == poem);  // the latest time that it is good
  server.advance(1);
  BOOST_TEST(fetched(*other, url) == "NIL");
  BOOST_TEST(fetched(*other, replaced(url, "09:00:10", "19:00:10")) == "NIL");
}

BOOST_AUTO_TEST_CASE(whatever_was_altered_gives_nothing) {
  MailServer server(on_host);
  server.deliver(poem);
  server.deliver("Subject: y\r\n\r\nsecret");
  const auto owner = logged_in(server, ada), other = logged_in(server, bob);
  owner->send("d APPEND Sent {14+}\r\nA: b\r\n\r\nsecret\r\n");
  BOOST_TEST(owner->line().starts_with("d OK "));
  const auto of_sent = authorized(*owner, replaced(text_for, "INBOX", "Sent") + "authuser");
  const auto url = authorized(*owner, text_for + "authuser");
  const auto token = url.substr(url.find(":internal:"));
  const std::vector<std::string> others{
      replaced(url, "uid=1", "uid=2"),
      replaced(url, "TEXT", "HEADER"),
      replaced(url, "authuser", "anonymous"),
      replaced(url, "mail.example.org", "mail.example.net"),
      replaced(url, "mail.example.org", "mail.example.org:143"),
      replaced(url, "ada%40", "bob%40"),
      replaced(url, "ada%40", "nobody%40"),
      replaced(url, "ada%40", "ADA%40"),
      replaced(url, ":internal:", ":xsample:"),
      replaced(url, ":internal:01", ":internal:02"),
      replaced(url, ";urlauth", ";expire=2028-01-15T08:00:00Z;urlauth"),
      url.substr(0, url.size() - 1) + (url.back() == '0' ? '1' : '0'),
      url + "0",
      url.substr(0, url.find(":internal")),
      // The key of one folder is not that of another.
      replaced(url, "INBOX", "Sent"),
      of_sent.substr(0, of_sent.find(":internal:")) + token,
      // Whole servers, folders and lists of messages (section 7).
      of_ada,
      of_ada + "INBOX",
      of_ada + "INBOX?ALL",
      inbox,
      "nonsense",
      of_ada + "%ff/;uid=1;urlauth=authuser:internal:01" + std::string(64, 'a'),
      of_ada + "%00/;uid=1;urlauth=authuser:internal:01" + std::string(64, 'a'),
  };
  for (const auto& altered : others) BOOST_TEST(fetched(*other, altered) == "NIL", altered);
  BOOST_TEST(fetched(*other, of_sent) == "secret");
  BOOST_TEST(fetched(*other, url) == "Si vis pacem, para bellum.\r\n");
  auto shouted = url;  // digits are digits in either case
  for (auto& c : std::span(shouted).last(64))
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  BOOST_TEST(fetched(*other, shouted) == "Si vis pacem, para bellum.\r\n");
}

// Section 7, the examples of RESETKEY.
BOOST_AUTO_TEST_CASE(a_new_key_ends_it) {
  MailServer server(on_host);
  server.deliver(poem);
  const auto rump = inbox + ";urlauth=authuser";
  auto owner = logged_in(server, ada);
  auto url = authorized(*owner, rump);
  server.restart();
  owner = logged_in(server, ada);
  const auto other = logged_in(server, bob);
  BOOST_TEST(fetched(*other, url) == poem);
  BOOST_TEST(reply(*owner, "RESETKEY Sent").starts_with("t OK [URLMECH INTERNAL] "));
  BOOST_TEST(reply(*other, "RESETKEY INBOX").starts_with("t OK [URLMECH INTERNAL] "));
  BOOST_TEST(reply(*other, "RESETKEY").starts_with("t OK "));
  BOOST_TEST(fetched(*other, url) == poem);
  BOOST_TEST(reply(*owner, "RESETKEY INBOX").starts_with("t OK [URLMECH INTERNAL] "));
  BOOST_TEST(fetched(*other, url) == "NIL");
  url = authorized(*owner, rump);
  BOOST_TEST(fetched(*other, url) == poem);
  BOOST_TEST(reply(*owner, "RESETKEY INBOX internal").starts_with("t OK [URLMECH INTERNAL] "));
  BOOST_TEST(fetched(*other, url) == "NIL");
  url = authorized(*owner, rump);
  BOOST_TEST(reply(*owner, "RESETKEY").starts_with("t OK RESETKEY completed"));
  BOOST_TEST(fetched(*other, url) == "NIL");
  BOOST_TEST(authorized(*owner, rump) != url);
}

// Section 7, RESETKEY: whoever has it selected, and is the same user, is told.
BOOST_AUTO_TEST_CASE(sessions_that_have_the_folder_selected_are_told_of_a_new_key) {
  MailServer server(on_host);
  const auto told = "* OK [URLMECH INTERNAL] URLs of messages here that were made before are void";
  const auto owner = logged_in(server, ada), idle = logged_in(server, ada);
  const auto busy = logged_in(server, ada), elsewhere = logged_in(server, ada);
  const auto other = logged_in(server, bob);
  const auto told_at_noop = [&](auto& client) {
    client.send("n NOOP\r\n");
    std::vector<std::string> lines;
    for (auto line = client.line(); !line.starts_with("n OK"); line = client.line())
      lines.push_back(line);
    return std::ranges::count(lines, told);
  };
  BOOST_TEST(reply(*owner, "SETACL Sent bob@example.org lrswa").starts_with("t OK"));
  for (auto* client : {owner.get(), idle.get(), busy.get()})
    BOOST_TEST(reply(*client, "SELECT Sent").starts_with("t OK"));
  BOOST_TEST(reply(*elsewhere, "SELECT INBOX").starts_with("t OK"));
  BOOST_TEST(reply(*other, "SELECT \"Other Users/ada@example.org/Sent\"").starts_with("t OK"));
  idle->send("i IDLE\r\n");
  BOOST_TEST(idle->line().starts_with("+ "));

  BOOST_TEST(reply(*owner, "RESETKEY Sent").starts_with("t OK [URLMECH INTERNAL] "));
  BOOST_TEST(idle->line() == told);
  BOOST_TEST(told_at_noop(*busy) == 1);
  BOOST_TEST(told_at_noop(*busy) == 0);
  for (auto* client : {owner.get(), elsewhere.get(), other.get()})
    BOOST_TEST(told_at_noop(*client) == 0);

  BOOST_TEST(reply(*elsewhere, "RESETKEY").starts_with("t OK RESETKEY completed"));
  BOOST_TEST(idle->line() == told);
  BOOST_TEST(told_at_noop(*busy) == 1);
  BOOST_TEST(told_at_noop(*owner) == 1);
  BOOST_TEST(reply(*busy, "EXAMINE INBOX").starts_with("t OK"));
  BOOST_TEST(reply(*owner, "RESETKEY Sent").starts_with("t OK [URLMECH INTERNAL] "));
  BOOST_TEST(idle->line() == told);
  BOOST_TEST(told_at_noop(*busy) == 0);

  // The reply of one for all folders says nothing of this one.
  owner->send("t RESETKEY\r\n");
  BOOST_TEST(owner->line() == told);
  BOOST_TEST(owner->line().starts_with("t OK RESETKEY completed"));
  BOOST_TEST(idle->line() == told);
  BOOST_TEST(told_at_noop(*owner) == 0);
}

BOOST_AUTO_TEST_CASE(a_folder_made_anew_has_nothing_of_the_former_one) {
  MailServer server(on_host);
  const auto owner = logged_in(server, ada);
  const std::string make = "c CREATE Plans\r\nd APPEND Plans {5+}\r\nhello\r\n";
  owner->send(make);
  BOOST_TEST(owner->line().starts_with("c OK "));
  BOOST_TEST(owner->line().starts_with("d OK "));
  const auto url = authorized(*owner, of_ada + "Plans/;UID=1;URLAUTH=authuser");
  BOOST_TEST(fetched(*owner, url) == "hello");
  owner->send("e DELETE Plans\r\n" + make);
  for (int n = 0; n < 3; ++n) owner->line();
  BOOST_TEST(fetched(*owner, url) == "NIL");
}

BOOST_AUTO_TEST_CASE(it_goes_as_far_as_its_owner) {
  MailServer server(on_host);
  server.deliver(poem);
  server.separate(ada);
  auto owner = logged_in(server, ada);
  const auto other = logged_in(server, bob);
  const auto url = authorized(*owner, inbox + ";urlauth=authuser");
  BOOST_TEST(fetched(*other, url) == poem);
  auto account = server.account(ada);
  account.enabled = false;
  server.directory().update_account(account);
  BOOST_TEST(fetched(*other, url) == "NIL");
  account.enabled = true;
  server.directory().update_account(account);
  BOOST_TEST(fetched(*other, url) == poem);

  // What is revoked is not told; what is but away may be asked for again.
  const auto steer = [&](FakeRoots::Mode mode) {
    for (const auto& vault : {test_support::vault_a, test_support::vault_b})
      server.roots().steer(vault, mode);
    server.advance(900);
  };
  steer(FakeRoots::Mode::denied);
  BOOST_TEST(fetched(*other, url) == "NIL");
  steer(FakeRoots::Mode::ok);
  BOOST_TEST(fetched(*other, url) == poem);
}

BOOST_AUTO_TEST_CASE(the_key_is_nobodys_annotation) {
  MailServer server(on_host);
  server.deliver(poem);
  server.plays(Begin::logged_in, R"(
    C: a1 NOTIFY SET (inboxes (MailboxMetadataChange))
    S: a1 OK NOTIFY completed
    C2: b1 GENURLAUTH "imap://ada%40example.org@MAIL.example.org:143/INBOX/;uid=1;urlauth=authuser" internal
    S2: * GENURLAUTH "imap://ada%40example.org@MAIL.example.org:143/INBOX/;uid=1;urlauth=authuser:internal:01...
    S2: b1 OK GENURLAUTH completed
    C2: b2 SETMETADATA INBOX (/private/comment "x")
    S2: b2 OK SETMETADATA completed
    S: * METADATA INBOX /private/comment
    C: a2 GETMETADATA (DEPTH infinity) INBOX (/private /shared)
    S: * METADATA INBOX (/private/comment "x")
    S: a2 OK GETMETADATA completed
    C: a3 GETMETADATA INBOX "urlauth key"
    S: a3 BAD ...
    C: a4 SETMETADATA INBOX ("urlauth key" NIL)
    S: a4 BAD ...
  )");
}

// Section 7. A mechanism that is not known here is no matter of syntax (section 9).
BOOST_AUTO_TEST_CASE(what_cannot_be_authorized_is_bad_and_an_unknown_mechanism_refused) {
  MailServer server(on_host);
  server.plays(Begin::logged_in, R"(
    C: a0 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX/;uid=20/;section=1.2" INTERNAL
    S: a0 BAD ...
    C: a1 GENURLAUTH "imap://mail.example.org/INBOX/;uid=20/;section=1.2;urlauth=submit+fred" INTERNAL
    S: a1 BAD ...
    C: a2 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX/;uid=1;urlauth=nobody" INTERNAL
    S: a2 BAD ...
    C: a3 GENURLAUTH "imap://bob%40example.org@mail.example.org/INBOX/;uid=1;urlauth=authuser" INTERNAL
    S: a3 BAD ...
    C: a4 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX;urlauth=authuser" INTERNAL
    S: a4 BAD ...
    C: a5 GENURLAUTH "imap://ada%40example.org@mail.example.org/Nowhere/;uid=1;urlauth=authuser" INTERNAL
    S: a5 BAD ...
    C: a6 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX/;uid=1;urlauth=authuser" XSAMPLE
    S: a6 NO ...
    C: a6.1 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX/;uid=1;urlauth=authuser" X_SAMPLE
    S: a6.1 BAD ...
    C: a6.2 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX/;uid=1;urlauth=authuser" INTERNAL "imap://ada%40example.org@mail.example.org/INBOX/;uid=2;urlauth=authuser" XSAMPLE
    S: a6.2 NO ...
    C: a7 GENURLAUTH "imap://ada%40example.org@mail.example.net/INBOX/;uid=1;urlauth=authuser" INTERNAL
    S: a7 BAD ...
    C: a8 GENURLAUTH "/INBOX/;uid=1;urlauth=authuser" INTERNAL
    S: a8 BAD ...
    C: a9 GENURLAUTH "imap://ada%40example.org@mail.example.org/INBOX/;uid=1;urlauth=authuser"
    S: a9 BAD ...
    C: b1 URLFETCH
    S: b1 BAD ...
    C: b2 RESETKEY Nowhere
    S: b2 NO [NONEXISTENT] ...
    C: b3 RESETKEY INBOX XSAMPLE
    S: b3 NO ...
    C: b3.1 RESETKEY INBOX INTERNAL X-SAMPLE.1
    S: b3.1 NO ...
    C: b3.2 RESETKEY INBOX XSAMPLE "INTERNAL"
    S: b3.2 BAD ...
    C: b4 URLFETCH "a b" {3+}
    C: c"d
    S: * URLFETCH "a b" NIL
    S: * URLFETCH "c\"d" NIL
    S: b4 OK URLFETCH completed
    C: b5 EXAMINE Sent
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 0 EXISTS
    S: * 0 RECENT
    S: * OK [UIDVALIDITY ...
    S: * OK [MAILBOXID ...
    S: * OK [UIDNEXT ...
    S: * OK [HIGHESTMODSEQ ...
    S: * OK [URLMECH INTERNAL] ...
    S: b5 OK [READ-ONLY] EXAMINE completed
  )");
}

BOOST_AUTO_TEST_CASE(only_the_owner_resets_keys_of_what_is_shared) {
  MailServer server(on_host);
  const auto owner = logged_in(server, ada), other = logged_in(server, bob);
  BOOST_TEST(reply(*owner, "SETACL Sent bob@example.org lrswa").starts_with("t OK"));
  const std::string shared = "\"Other Users/ada@example.org/Sent\"";
  BOOST_TEST(reply(*other, "RESETKEY " + shared).starts_with("t NO [NOPERM] "));
  const auto rump =
      "imap://bob%40example.org@mail.example.org/Other%20Users/"
      "ada%40example.org/Sent/;uid=1;urlauth=authuser";
  BOOST_TEST(
      reply(*other, std::string("GENURLAUTH \"") + rump + "\" INTERNAL").starts_with("t BAD"));
}

BOOST_AUTO_TEST_CASE(many_are_answered_one_by_one_up_to_a_limit) {
  MailServer server(on_host);
  server.deliver(poem);
  const auto owner = logged_in(server, ada);
  owner->send("g GENURLAUTH \"" + text_for + "authuser\" INTERNAL \"" + text_for +
              "anonymous\" INTERNAL\r\n");
  const auto line = owner->line();
  BOOST_TEST(owner->line() == "g OK GENURLAUTH completed");
  const auto urls = line.substr(std::string("* GENURLAUTH ").size());
  owner->send("f URLFETCH x " + urls + "\r\n");
  BOOST_TEST(owner->line() == "* URLFETCH \"x\" NIL");
  for (const auto& url : {urls.substr(0, urls.find(' ')), urls.substr(urls.find(' ') + 1)}) {
    BOOST_TEST(owner->line() == "* URLFETCH " + url + " {28}");
    BOOST_TEST(owner->line() == "Si vis pacem, para bellum.");
    BOOST_TEST(owner->line().empty());
  }
  BOOST_TEST(owner->line() == "f OK URLFETCH completed");
  std::string hundred;
  for (int n = 0; n < 100; ++n) hundred += " x";
  BOOST_TEST(reply(*owner, "URLFETCH" + hundred) == "t OK URLFETCH completed");
  BOOST_TEST(reply(*owner, "URLFETCH" + hundred + " x").starts_with("t BAD "));
}

// RFC 4469 section 3
BOOST_AUTO_TEST_CASE(catenate_takes_urls_of_this_server_only) {
  MailServer server(on_host);
  server.deliver(poem);
  auto client = logged_in(server, ada);
  const auto catenated = [&](const std::string& url) {
    return reply(*client, "APPEND Drafts CATENATE (URL \"" + url + "\")").substr(0, 14);
  };
  BOOST_TEST(catenated(inbox) == "t OK [APPENDUI");
  BOOST_TEST(catenated(replaced(inbox, "mail.", "other.")) == "t NO [BADURL \"");
  BOOST_TEST(catenated(replaced(inbox, "ada", "bob")) == "t NO [BADURL \"");
}

BOOST_AUTO_TEST_CASE(a_server_without_a_name_offers_none) {
  MailServer named(on_host), unnamed;
  for (auto* server : {&named, &unnamed}) {
    const auto client = server->client(Begin::logged_in);
    client->send("a CAPABILITY\r\n");
    const bool is_offered = client->line().find(" URLAUTH ") != std::string::npos;
    BOOST_TEST(is_offered == (server == &named));
  }
  const auto client = unnamed.client(Begin::logged_in);
  for (const auto& command : {"GENURLAUTH x INTERNAL", "URLFETCH x", "RESETKEY"})
    BOOST_TEST(reply(*client, command).starts_with("t NO [CANNOT] "), command);
}

BOOST_AUTO_TEST_SUITE_END()
