// The client of the smart host, against one that does what a test wants.

#include "server/outgoing/relay.h"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>

#include "tests/support/scripted_host.h"

BOOST_AUTO_TEST_SUITE(outgoing_relay)

namespace {

using namespace server::outgoing;
using test_support::ScriptedHost;
using Tls = ScriptedHost::Tls;

Letter letter(std::string_view octets = "Subject: hi\r\n\r\nhello\r\n") {
  Letter out;
  out.sender = "ada@example.org";
  out.recipients = {{"bob@example.net", ""}};
  out.octets = octets;
  return out;
}

struct Sending {
  explicit Sending(SmartHost host) : settings(std::move(host)) {}
  Sent send(const Letter& what) {
    relay.connect();
    return relay.send(what, [&] { ++ends; });
  }

  SmartHost settings;
  std::stop_source stop;
  int ends = 0;
  Relay relay{settings, "mail.example.org", stop.get_token()};
};

bool all_by(Said::By by, const Sent& sent) {
  return std::ranges::all_of(sent.replies, [&](const Said& said) { return said.by == by; });
}

std::vector<int> codes(const Sent& sent) {
  std::vector<int> out;
  for (const auto& reply : sent.replies) out.push_back(reply.code);
  return out;
}

ScriptedHost::Script saying(std::string verb, std::string said) {
  return [verb, said](const std::string& line) -> std::optional<std::string> {
    if (line.substr(0, line.find(' ')) == verb) return said;
    return std::nullopt;
  };
}

std::string failure(const SmartHost& host) {
  Sending sending(host);
  try {
    sending.relay.connect();
  } catch (const HostFailure& error) {
    BOOST_TEST(error.reply().code / 100 == 4);
    return error.reply().status + ' ' + error.reply().text;
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_goes_over_tls_after_a_login) {
  for (const auto tls : {Tls::start_tls, Tls::from_the_start}) {
    ScriptedHost host({.tls = tls});
    Sending sending(host.settings());
    const auto sent = sending.send(letter("Subject: hi\r\n\r\n.dots\r\n..\r\n.\r\nno end"));
    BOOST_CHECK((codes(sent) == std::vector{250}));
    BOOST_TEST(sent.reports);
    BOOST_TEST(!sent.uncertain);
    BOOST_TEST(sending.ends == 1);
    const auto taken = host.taken();
    BOOST_TEST_REQUIRE(taken.size() == 1u);
    BOOST_TEST(taken[0].octets == "Subject: hi\r\n\r\n.dots\r\n..\r\n.\r\nno end\r\n");
    BOOST_TEST(taken[0].mail == "MAIL FROM:<ada@example.org> SIZE=35");
    sending.relay.quit();
    BOOST_TEST(host.lines().back() == "QUIT");
  }
}

BOOST_AUTO_TEST_CASE(one_connection_takes_several_messages) {
  ScriptedHost host;
  Sending sending(host.settings());
  for (int n = 0; n < 3; ++n) BOOST_CHECK((codes(sending.send(letter())) == std::vector{250}));
  BOOST_TEST(host.connections() == 1u);
  BOOST_TEST(host.taken().size() == 3u);
}

BOOST_AUTO_TEST_CASE(each_recipient_has_the_reply_that_was_his) {
  const auto script = [](const std::string& line) -> std::optional<std::string> {
    if (line.find("unknown") != line.npos) return "550-5.1.1 there is\r\n550 5.1.1 no such user";
    if (line.find("full") != line.npos) return "452 4.2.2 full";
    return std::nullopt;
  };
  ScriptedHost host({}, script);
  Sending sending(host.settings());
  auto what = letter();
  what.recipients = {
      {"unknown@example.net", ""}, {"bob@example.net", ""}, {"full@example.net", ""}};
  const auto sent = sending.send(what);
  BOOST_CHECK((codes(sent) == std::vector{550, 250, 452}));
  BOOST_TEST(sent.replies[0].status == "5.1.1");
  BOOST_TEST(sent.replies[0].text == "there is\nno such user");
  BOOST_TEST(host.taken().at(0).recipients.size() == 1u);

  what.recipients = {{"unknown@example.net", ""}, {"full@example.net", ""}};
  BOOST_CHECK((codes(sending.send(what)) == std::vector{550, 452}));
  BOOST_TEST(sending.ends == 1);  // nothing was left to be sent
  BOOST_CHECK((codes(sending.send(letter())) == std::vector{250}));
}

BOOST_AUTO_TEST_CASE(what_is_said_of_the_whole_message_is_said_of_all_who_hope) {
  struct Row {
    const char *verb, *said;
    int code, ends;
  };
  const Row rows[] = {
      {"MAIL", "550 5.7.1 not from you", 550, 0}, {"MAIL", "451 4.3.0 later", 451, 0},
      {"RCPT", "421 4.3.2 closing", 421, 0},      {"DATA", "554 5.5.0 no", 554, 0},
      {"DATA", "451 4.3.0 later", 451, 0},        {"DATA", "250 what", 450, 0},
      {".", "552 5.3.4 too big", 552, 1},         {".", "451 4.3.0 later", 451, 1},
      {".", "421 4.3.2 closing", 421, 1}};
  for (const auto& [verb, said, code, ends] : rows) {
    ScriptedHost host({}, saying(verb, said));
    Sending sending(host.settings());
    const auto sent = sending.send(letter());
    BOOST_TEST(sent.replies.at(0).code == code, verb << ' ' << said);
    BOOST_TEST(all_by(code == 450 ? Said::By::us : Said::By::host, sent));
    BOOST_TEST(sending.ends == ends);
    BOOST_TEST(!sent.uncertain);
    BOOST_TEST(host.taken().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_cut_is_uncertain_only_once_the_end_was_sent) {
  for (const std::string verb : {"MAIL", "RCPT", "DATA", "."}) {
    ScriptedHost host({}, saying(verb, ""));
    Sending sending(host.settings());
    const auto sent = sending.send(letter());
    BOOST_TEST(sent.replies.at(0).code == 450, verb);
    BOOST_TEST(all_by(Said::By::us, sent));
    BOOST_TEST(sent.uncertain == (verb == "."), verb);
    BOOST_TEST(!sending.relay.is_connected());
    host.set_script({});
    BOOST_CHECK((codes(sending.send(letter())) == std::vector{250}));
  }
}

BOOST_AUTO_TEST_CASE(rubbish_after_the_end_is_uncertain_too) {
  ScriptedHost host({}, saying(".", "what?"));
  Sending sending(host.settings());
  BOOST_TEST(sending.send(letter()).uncertain);
}

BOOST_AUTO_TEST_CASE(where_the_end_must_not_be_sent_it_is_not) {
  ScriptedHost host;
  Sending sending(host.settings());
  sending.relay.connect();
  const auto refuse = [] { throw Error(Fault::unavailable, "the disk is full"); };
  BOOST_CHECK_THROW(sending.relay.send(letter(), refuse), Error);
  BOOST_TEST(!sending.relay.is_connected());
  BOOST_TEST(host.taken().empty());
}

BOOST_AUTO_TEST_CASE(a_host_that_cannot_be_had_or_trusted_says_nothing_of_the_mail) {
  struct Row {
    const char *line, *said, *told;
  };
  const Row rows[] = {
      {"", "554 5.7.1 go away", "4.7.0 the smart host refuses connections: 554 5.7.1"},
      {"", "", "4.4.1 the smart host hung up"},
      {"", "HTTP/1.1 400", "4.5.0 the smart host speaks no SMTP: a reply without a code"},
      {"EHLO", "502 5.5.1 what", "4.7.0 the smart host refuses EHLO: 502 5.5.1"},
      {"STARTTLS", "454 4.7.0 not now", "4.7.0 the smart host refuses STARTTLS: 454 4.7.0"},
      {"STARTTLS", "220 go\r\n250 injected",
       "4.5.0 the smart host spoke ahead of the TLS handshake"},
      {"AUTH", "535 5.7.8 wrong", "4.7.0 the smart host refuses our login: 535 5.7.8"},
      {"AUTH", "", "4.4.1 the answer: the connection was cut"}};
  for (const auto& [line, said, told] : rows) {
    ScriptedHost host({}, saying(line, said));
    BOOST_TEST(failure(host.settings()) == told, line);
  }
}

BOOST_AUTO_TEST_CASE(without_tls_to_the_right_host_nothing_is_said) {
  {
    ScriptedHost host({.tls = Tls::none});
    BOOST_TEST(failure(host.settings()) == "4.7.5 the smart host offers no STARTTLS");
  }
  {
    ScriptedHost host({.names = {"another.example"}});
    BOOST_TEST(failure(host.settings()).starts_with("4.7.5 the certificate of 127.0.0.1"));
    for (const auto& line : host.lines()) BOOST_TEST(!line.starts_with("AUTH"));
  }
  {
    ScriptedHost host, other;
    auto settings = host.settings();
    settings.ca = other.settings().ca;
    BOOST_TEST(failure(settings).starts_with("4.7.5 the certificate of 127.0.0.1"));
  }
  {
    ScriptedHost host({.tls = Tls::from_the_start});
    auto settings = host.settings();
    settings.tls = SmartHost::Tls::start_tls;
    settings.waits.command = std::chrono::seconds(1);
    BOOST_TEST(failure(settings).starts_with("4.4.1"));
  }
}

BOOST_AUTO_TEST_CASE(a_login_is_plain_or_else_login_and_the_password_is_read_anew) {
  ScriptedHost host({.offers = "AUTH LOGIN"}, [](const std::string& line) {
    std::optional<std::string> said;
    if (line == "AUTH LOGIN") said = "334 VXNlcm5hbWU6";
    if (line == to_base64(bytes_of("relay"))) said = "334 UGFzc3dvcmQ6";
    if (line == to_base64(bytes_of("other"))) said = "235 2.7.0 in";
    if (line == to_base64(bytes_of("secret"))) said = "535 5.7.8 wrong";
    return said;
  });
  BOOST_TEST(failure(host.settings()) == "4.7.0 the smart host refuses our login: 535 5.7.8");
  std::ofstream(host.settings().password_file) << "other\n";
  BOOST_TEST(failure(host.settings()) == "none");
  ScriptedHost neither({.offers = "AUTH CRAM-MD5"});
  BOOST_TEST(failure(neither.settings()) ==
             "4.7.0 the smart host offers no AUTH of SCRAM-SHA-256, PLAIN and LOGIN");
}

namespace {

std::vector<std::string> logins(const ScriptedHost& host) {
  std::vector<std::string> out;
  for (const auto& line : host.lines())
    if (line.starts_with("AUTH ")) out.push_back(line.substr(5, line.find(' ', 5) - 5));
  return out;
}

using Mechanisms = std::vector<std::string>;

}  // namespace

// RFC 5802, RFC 7677, RFC 9266: the password stays here.
BOOST_AUTO_TEST_CASE(scram_is_preferred_and_bound_to_the_connection_where_that_is_offered) {
  for (const auto tls : {Tls::start_tls, Tls::from_the_start}) {
    ScriptedHost bound(
        {.tls = tls, .offers = "AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS SCRAM-SHA-1"});
    BOOST_TEST(failure(bound.settings()) == "none");
    BOOST_CHECK((logins(bound) == Mechanisms{"SCRAM-SHA-256-PLUS"}));
  }
  ScriptedHost unbound({.offers = "AUTH PLAIN SCRAM-SHA-256 LOGIN"});
  BOOST_TEST(failure(unbound.settings()) == "none");
  BOOST_CHECK((logins(unbound) == Mechanisms{"SCRAM-SHA-256"}));
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_tried_once) {
  ScriptedHost host({.offers = "AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS"});
  std::ofstream(host.settings().password_file) << "other\n";
  BOOST_TEST(failure(host.settings()) == "4.7.0 the smart host refuses our login: 535 5.7.8");
  BOOST_CHECK((logins(host) == Mechanisms{"SCRAM-SHA-256-PLUS"}));
}

BOOST_AUTO_TEST_CASE(what_the_host_refuses_before_a_proof_is_followed_by_the_next_best) {
  ScriptedHost host({.offers = "AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS"},
                    [](const std::string& line) -> std::optional<std::string> {
                      if (line.starts_with("AUTH SCRAM")) return "535 5.7.8 not for this account";
                      return std::nullopt;
                    });
  BOOST_TEST(failure(host.settings()) == "none");
  BOOST_CHECK((logins(host) == Mechanisms{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"}));
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_know_the_password_gets_no_mail) {
  for (const std::string said : {"v=AAAA", "e=other-error", "235 2.7.0 in"}) {
    ScriptedHost host({.offers = "AUTH PLAIN SCRAM-SHA-256"}, saying("v=", said));
    BOOST_TEST(failure(host.settings()).starts_with("4.7.0 SCRAM-SHA-256: "), said);
  }
}

// RFC 3030
BOOST_AUTO_TEST_CASE(chunks_are_sent_where_they_are_offered) {
  const std::string offers = "PIPELINING\nSIZE 5000000\n8BITMIME\nCHUNKING\nBINARYMIME\nAUTH PLAIN";
  ScriptedHost host({.offers = offers});
  Sending sending(host.settings());
  BOOST_CHECK(
      (codes(sending.send(letter("Subject: hi\r\n\r\n.dots\r\n.\r\nno end"))) == std::vector{250}));
  const std::string binary("Subject: hi\r\n\r\n\n\0\r.", 18);
  BOOST_CHECK((codes(sending.send(letter(binary))) == std::vector{250}));
  std::string big = "Subject: big\r\n\r\n";
  while (big.size() < 3'000'000) big += ".a line of text that begins with a dot\r\n";
  BOOST_CHECK((codes(sending.send(letter(big))) == std::vector{250}));
  BOOST_TEST(sending.ends == 3);
  const auto taken = host.taken();
  BOOST_TEST_REQUIRE(taken.size() == 3u);
  BOOST_TEST(taken[0].octets == "Subject: hi\r\n\r\n.dots\r\n.\r\nno end\r\n");
  BOOST_TEST(taken[0].mail == "MAIL FROM:<ada@example.org> SIZE=31");
  BOOST_TEST((taken[1].octets == binary));
  BOOST_TEST(taken[1].mail == "MAIL FROM:<ada@example.org> SIZE=18 BODY=BINARYMIME");
  BOOST_TEST((taken[2].octets == big));
}

BOOST_AUTO_TEST_CASE(what_is_binary_goes_to_no_host_that_takes_none) {
  ScriptedHost host({.offers = "8BITMIME\nCHUNKING\nAUTH PLAIN"});
  Sending sending(host.settings());
  for (const auto* octets : {"Subject: hi\r\n\r\na\0b\r\n", "Subject: hi\r\n\r\na\nb\r\n\r"}) {
    const auto sent = sending.send(letter(std::string(octets, 20)));
    BOOST_TEST(sent.replies.at(0).code == 550);
    BOOST_TEST(sent.replies.at(0).status == "5.6.3");
  }
  BOOST_TEST(host.taken().empty());
}

BOOST_AUTO_TEST_CASE(a_cut_between_chunks_is_uncertain_only_once_the_last_was_sent) {
  for (const std::string verb : {"BDAT 22", "BDAT 0 LAST"}) {
    const auto cut = [verb](const std::string& line) -> std::optional<std::string> {
      if (line == verb) return "";
      return std::nullopt;
    };
    ScriptedHost host({.offers = "CHUNKING\nAUTH PLAIN"}, cut);
    Sending sending(host.settings());
    const auto sent = sending.send(letter());
    BOOST_TEST(sent.replies.at(0).code == 450, verb);
    BOOST_TEST(sent.uncertain == (verb == "BDAT 0 LAST"), verb);
    BOOST_TEST(sending.ends == (verb == "BDAT 0 LAST" ? 1 : 0));
  }
}

BOOST_AUTO_TEST_CASE(what_was_asked_is_passed_on_where_it_is_offered) {
  auto what = letter("Subject: hi\r\n\r\n\xc3\xa9\r\n");
  what.parameters = " RET=HDRS ENVID=QQ314159";
  what.recipients = {{"bob@example.net", " NOTIFY=SUCCESS ORCPT=rfc822;bob@example.net"}};
  {
    ScriptedHost host({.offers = "8BITMIME\nDSN\nAUTH PLAIN"});
    Sending sending(host.settings());
    sending.send(what);
    const auto taken = host.taken().at(0);
    BOOST_TEST(taken.mail == "MAIL FROM:<ada@example.org> BODY=8BITMIME RET=HDRS ENVID=QQ314159");
    BOOST_TEST(taken.recipients.at(0) ==
               "RCPT TO:<bob@example.net> NOTIFY=SUCCESS ORCPT=rfc822;bob@example.net");
  }
  ScriptedHost host({.offers = "8BITMIME\nAUTH PLAIN"});
  Sending sending(host.settings());
  BOOST_TEST(!sending.send(what).reports);
  BOOST_TEST(host.taken().at(0).mail == "MAIL FROM:<ada@example.org> BODY=8BITMIME");
  BOOST_TEST(host.taken().at(0).recipients.at(0) == "RCPT TO:<bob@example.net>");
}

BOOST_AUTO_TEST_CASE(what_the_host_cannot_take_is_refused_without_asking) {
  struct Row {
    const char* offers;
    Letter what;
    const char* status;
  };
  auto international = letter();
  international.utf8 = true;
  international.recipients = {
      {"b\xc3\xb6"
       "b@example.net",
       ""}};
  auto header = letter("Subject: \xc3\xa9\r\n\r\nx\r\n");
  header.utf8 = true;
  auto secure = letter();
  secure.require_tls = true;
  const Row rows[] = {{"8BITMIME\nAUTH PLAIN", international, "5.6.7"},
                      {"8BITMIME\nAUTH PLAIN", header, "5.6.7"},
                      {"AUTH PLAIN", letter("Subject: x\r\n\r\n\xc3\xa9\r\n"), "5.6.3"},
                      {"8BITMIME\nCHUNKING\nAUTH PLAIN", letter("a: b\r\n\r\n\nx"), "5.6.3"},
                      {"SIZE 10\nAUTH PLAIN", letter(), "5.3.4"},
                      {"AUTH PLAIN", secure, "5.7.30"}};
  for (const auto& [offers, what, status] : rows) {
    ScriptedHost host({.offers = offers});
    Sending sending(host.settings());
    const auto sent = sending.send(what);
    BOOST_TEST(sent.replies.at(0).status == status);
    BOOST_TEST(sent.replies.at(0).code / 100 == 5);
    BOOST_TEST(all_by(Said::By::us, sent));
    for (const auto& line : host.lines()) BOOST_TEST(!line.starts_with("MAIL"));
  }
  // Marked, but ASCII: it may go anywhere.
  ScriptedHost host({.offers = "AUTH PLAIN"});
  Sending sending(host.settings());
  auto plain = letter();
  plain.utf8 = true;
  BOOST_CHECK((codes(sending.send(plain)) == std::vector{250}));
  ScriptedHost all({.offers = "8BITMIME\nSMTPUTF8\nREQUIRETLS\nAUTH PLAIN"});
  Sending to_all(all.settings());
  international.require_tls = true;
  to_all.send(international);
  BOOST_TEST(all.taken().at(0).mail == "MAIL FROM:<ada@example.org> SMTPUTF8 REQUIRETLS");
}

BOOST_AUTO_TEST_CASE(a_thousand_recipients_and_a_big_message_go_over) {
  ScriptedHost host({.offers = "PIPELINING\nAUTH PLAIN"});
  Sending sending(host.settings());
  std::string octets = "Subject: big\r\n\r\n";
  while (octets.size() < 3'000'000) octets += ".a line of text that begins with a dot\r\n";
  auto what = letter(octets);
  what.recipients.assign(1000, {"bob@example.net", ""});
  BOOST_CHECK((codes(sending.send(what)) == std::vector<int>(1000, 250)));
  BOOST_TEST(host.taken().at(0).recipients.size() == 1000u);
  BOOST_TEST((host.taken().at(0).octets == octets));
}

BOOST_AUTO_TEST_CASE(a_silent_host_is_left_in_time_and_at_once_when_we_stop) {
  ScriptedHost host({}, [](const std::string& line) -> std::optional<std::string> {
    if (line.starts_with("MAIL")) std::this_thread::sleep_for(std::chrono::seconds(3));
    return std::nullopt;
  });
  auto settings = host.settings();
  settings.waits.command = std::chrono::seconds(1);
  Sending impatient(settings);
  BOOST_TEST(impatient.send(letter()).replies.at(0).status == "4.4.2");
  Sending stopped(host.settings());
  stopped.relay.connect();
  stopped.stop.request_stop();
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(stopped.relay.send(letter(), [] {}).replies.at(0).code == 450);
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(2)));
}

namespace {

// How long `work` goes on once it is told to stop.
std::chrono::duration<double> after_stop(Sending& sending, const std::function<void()>& work) {
  auto begin = std::chrono::steady_clock::now();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    begin = std::chrono::steady_clock::now();
    sending.stop.request_stop();
  });
  work();
  return std::chrono::steady_clock::now() - begin;
}

}  // namespace

// A host that takes the connection and reads nothing: in the handshake, and within a big message.
BOOST_AUTO_TEST_CASE(a_stop_ends_connecting_and_sending_at_once) {
  std::atomic<bool> reads{false};
  const test_support::LoopbackServer mute([&](test_support::LoopbackPeer&) {
    while (!reads) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
  ScriptedHost any;
  auto settings = any.settings();
  settings.port = mute.port();
  settings.tls = SmartHost::Tls::from_the_start;
  settings.waits = {};
  Sending connecting(settings);
  const auto connect =
      after_stop(connecting, [&] { BOOST_CHECK_THROW(connecting.relay.connect(), HostFailure); });
  BOOST_TEST(connect.count() < 2.0);
  reads = true;

  std::atomic<bool> goes_on{false};
  ScriptedHost stuck({}, [&](const std::string& line) -> std::optional<std::string> {
    while (line == "DATA" && goes_on) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return std::nullopt;
  });
  settings = stuck.settings();
  settings.waits.data = settings.waits.block = std::chrono::seconds(180);
  Sending sending(settings);
  sending.relay.connect();
  goes_on = true;
  const auto send = after_stop(sending, [&] {
    const auto sent = sending.relay.send(letter(), [] {});
    BOOST_TEST(sent.replies.at(0).code == 450);
    BOOST_TEST(!sent.uncertain);
  });
  BOOST_TEST(send.count() < 2.0);
  goes_on = false;
}

// The end has been sent: its answer is waited for a little, and then nobody knows.
BOOST_AUTO_TEST_CASE(a_stop_at_the_end_of_a_message_waits_a_little) {
  std::atomic<bool> stays{true};
  ScriptedHost host({.offers = "CHUNKING\nAUTH PLAIN"},
                    [&](const std::string& line) -> std::optional<std::string> {
                      while (line == "BDAT 0 LAST" && stays)
                        std::this_thread::sleep_for(std::chrono::milliseconds(10));
                      return std::nullopt;
                    });
  Sending sending(host.settings());
  sending.relay.connect();
  const auto end =
      after_stop(sending, [&] { BOOST_TEST(sending.relay.send(letter(), [] {}).uncertain); });
  BOOST_TEST(end.count() > 0.8);
  BOOST_TEST(end.count() < 3.0);
  stays = false;
}

BOOST_AUTO_TEST_SUITE_END()
