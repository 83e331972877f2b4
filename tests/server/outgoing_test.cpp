// From the spool to the smart host and back into the sender's INBOX.

#include "server/outgoing/outgoing.h"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "crypto/password.h"
#include "tests/support/installation.h"
#include "tests/support/scripted_host.h"

BOOST_AUTO_TEST_SUITE(outgoing)

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using server::outgoing::Outgoing;
using server::outgoing::Queued;
using server::outgoing::Settings;
using server::outgoing::Uncertain;
using server::outgoing::Waits;
using storage::SpoolState;
using test_support::FakeRoots;
using test_support::Installation;
using test_support::ScriptedHost;

constexpr std::string_view octets = "Subject: secret\r\n\r\nhello\r\n";

bool becomes_true(const std::function<bool()>& fact) {
  for (const auto until = std::chrono::steady_clock::now() + 20s;
       std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(20ms))
    if (fact()) return true;
  return false;
}

struct Post {
  Installation house;
  ScriptedHost host;
  policy::Recipients recipients{house.directory, {"example.org"}};
  server::Delivery delivery{recipients, house.mailboxes, house.clock, "mail.example.org"};
  storage::Account ada = house.make_account("ada@example.org", house.make_dep());
  Settings settings;
  std::unique_ptr<Outgoing> outgoing;

  Post() {
    settings.host = host.settings();
    settings.connections = 2;
  }

  void start() {
    outgoing = std::make_unique<Outgoing>(house.spool, house.directory, house.mailboxes, delivery,
                                          house.clock, settings);
    outgoing->start();
  }
  static storage::SpoolEnvelope envelope(std::vector<storage::SpoolRecipient> to) {
    storage::SpoolEnvelope out;
    out.sender = "ada@example.org";
    out.accepted = test_support::test_start;
    out.recipients = std::move(to);
    return out;
  }
  std::int64_t submit(storage::SpoolEnvelope what) {
    const auto id = outgoing->prepare(ada.mailbox, std::move(what), octets);
    outgoing->take_over(id);
    return id;
  }
  std::int64_t submit(std::string to = "bob@example.net") {
    return submit(envelope({{std::move(to), ""}}));
  }
  bool empties() {
    return becomes_true([&] { return house.spool.entries().empty(); });
  }
  bool waits_for(std::int64_t id, Waits what) {
    return becomes_true([&] {
      const auto one = outgoing->show(id, crypto::Actor::service()).scheduled;
      return !one.busy && one.waits == what && one.due != 0 && !one.why.empty();
    });
  }
  std::vector<std::string> inbox() { return house.inbox(ada); }
  bool told(std::size_t reports) {
    return becomes_true([&] { return inbox().size() >= reports; });
  }
  void refuse(std::string verb, std::string said) {
    host.set_script([verb, said](const std::string& line) -> std::optional<std::string> {
      if (line.substr(0, line.find(' ')) == verb) return said;
      return std::nullopt;
    });
  }
  void revoke() {
    for (const auto& vault : {test_support::vault_a, test_support::vault_b})
      house.roots.steer(vault, FakeRoots::Mode::denied);
    house.clock.advance(3600);
    house.mailboxes.close_idle();
  }
  void give_back() {
    for (const auto& vault : {test_support::vault_a, test_support::vault_b})
      house.roots.steer(vault, FakeRoots::Mode::ok);
    house.clock.advance(3600);
  }
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_taken_over_is_sent_once_and_gone) {
  Post post;
  post.start();
  for (int n = 0; n < 20; ++n) post.submit();
  BOOST_TEST(post.empties());
  BOOST_TEST(post.host.taken().size() == 20u);
  BOOST_TEST(post.host.taken()[0].octets == octets);
  BOOST_TEST(post.outgoing->list(crypto::Actor::service()).empty());
  BOOST_TEST(post.inbox().empty());
  BOOST_TEST(post.host.connections() <= 2u);
}

BOOST_AUTO_TEST_CASE(what_was_only_prepared_is_not_sent) {
  Post post;
  post.start();
  const auto prepared =
      post.outgoing->prepare(post.ada.mailbox, Post::envelope({{"b@example.net", ""}}), octets);
  const auto withdrawn =
      post.outgoing->prepare(post.ada.mailbox, Post::envelope({{"c@example.net", ""}}), octets);
  post.outgoing->withdraw(withdrawn);
  post.outgoing->stop();
  post.start();
  BOOST_CHECK_THROW(post.outgoing->take_over(withdrawn), Error);
  BOOST_TEST(post.host.taken().empty());
  post.outgoing->take_over(prepared);
  BOOST_TEST(post.host.wait_for(1));
}

BOOST_AUTO_TEST_CASE(what_a_former_process_left_is_sent) {
  Post post;
  auto without = post.settings;
  without.host.reset();
  Outgoing silent(post.house.spool, post.house.directory, post.house.mailboxes, post.delivery,
                  post.house.clock, without);
  silent.start();
  BOOST_TEST(!silent.takes_mail());
  silent.take_over(
      silent.prepare(post.ada.mailbox, Post::envelope({{"b@example.net", ""}}), octets));
  BOOST_TEST(silent.list(crypto::Actor::service()).size() == 1u);
  silent.stop();
  post.start();
  BOOST_TEST(post.host.wait_for(1));
  BOOST_TEST(post.empties());
}

BOOST_AUTO_TEST_CASE(whom_the_host_refuses_the_sender_is_told_of) {
  Post post;
  post.host.set_script([](const std::string& line) -> std::optional<std::string> {
    if (has(line, "<no")) return "550 5.1.1 no such user";
    return std::nullopt;
  });
  post.start();
  post.submit(Post::envelope({{"nobody@example.net", ""},
                              {"bob@example.net", ""},
                              {"nothing@example.net", " NOTIFY=NEVER"}}));
  BOOST_TEST(post.empties());
  BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
  const auto report = post.inbox()[0];
  for (const auto& part :
       {"Return-Path: <>"s, "nobody@example.net"s, "Subject: secret"s,
        "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; " + post.settings.host->host +
            "\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"})
    BOOST_TEST(has(report, part), part);
  for (const auto* part : {"bob@", "nothing@"}) BOOST_TEST(!has(report, part), part);
  BOOST_TEST(post.host.taken().size() == 1u);

  auto notice = Post::envelope({{"nobody@example.net", ""}});
  notice.sender.clear();
  post.submit(notice);
  BOOST_TEST(post.empties());
  BOOST_TEST(post.inbox().size() == 1u);  // RFC 5321 4.5.5
}

BOOST_AUTO_TEST_CASE(what_cannot_be_had_now_is_tried_again_in_its_time) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  const auto id = post.submit();
  BOOST_TEST(post.waits_for(id, Waits::turn));
  const auto queued = post.outgoing->show(id, crypto::Actor::service());
  BOOST_TEST(queued.envelope->tries == 1u);
  BOOST_TEST(queued.scheduled.due >= post.house.clock.now() + 60);
  BOOST_TEST(queued.scheduled.due <= post.house.clock.now() + 76);
  BOOST_TEST(queued.envelope->recipients.at(0).reply.text == "greylisted");
  post.refuse("", "220 ready");
  std::this_thread::sleep_for(1s);
  BOOST_TEST(post.host.taken().empty());
  // A restart does not bring it forward.
  post.outgoing->stop();
  post.start();
  std::this_thread::sleep_for(1s);
  BOOST_TEST(post.host.taken().empty());
  post.house.clock.advance(76);
  BOOST_TEST(post.host.wait_for(1));
  BOOST_TEST(post.empties());
}

BOOST_AUTO_TEST_CASE(an_admin_brings_it_forward_or_drops_it) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  const auto one = post.submit(), other = post.submit("carol@example.net");
  BOOST_TEST(post.waits_for(one, Waits::turn));
  BOOST_TEST(post.waits_for(other, Waits::turn));
  BOOST_TEST(post.outgoing->drop(other, "sent by a thief"));
  BOOST_CHECK_THROW(post.outgoing->drop(other, "again"), Error);
  BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
  BOOST_TEST(has(post.inbox()[0], "sent by a thief"));
  BOOST_TEST(has(post.inbox()[0], "carol@example.net"));
  post.host.set_script({});
  post.outgoing->retry(one);
  BOOST_TEST(post.host.wait_for(1));
  BOOST_TEST(post.empties());
  BOOST_CHECK_THROW(post.outgoing->retry(one), Error);
  BOOST_TEST(post.outgoing->retry_all() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_tried_for_too_long_goes_back) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.settings.retry.delay_notice = 30 * 24h;
  post.start();
  const auto id = post.submit();
  BOOST_TEST(post.waits_for(id, Waits::turn));
  post.house.clock.advance(5 * 24 * 3600);
  BOOST_TEST(post.empties());
  BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
  for (const auto& part :
       {"tried for too long; at last:\r\n    450 4.2.1 greylisted\r\n"s,
        "Action: failed\r\nStatus: 4.4.7\r\nRemote-MTA: dns; " + post.settings.host->host +
            "\r\nDiagnostic-Code: smtp; 450 4.2.1 greylisted\r\nLast-Attempt-Date: "})
    BOOST_TEST(has(post.inbox()[0], part), part);
}

// RFC 3464 2.3.5, 2.3.6: no other server has said that it failed.
BOOST_AUTO_TEST_CASE(what_we_refuse_ourselves_names_no_other_server) {
  struct Row {
    const char *status, *reason;
    std::function<void(Post&)> refuse;
  };
  const Row rows[] = {
      {"5.7.1", "taken out of the queue by an administrator: sent by a thief",
       [](Post& post) {
         post.refuse("RCPT", "450 4.2.1 greylisted");
         post.start();
         const auto id = post.submit();
         BOOST_TEST(post.waits_for(id, Waits::turn));
         BOOST_TEST(post.outgoing->drop(id, "sent by a thief"));
       }},
      {"5.7.30", "the next server does not support REQUIRETLS",
       [](Post& post) {
         post.start();
         auto what = Post::envelope({{"bob@example.net", ""}});
         what.require_tls = true;
         post.submit(what);
       }},
      {"4.4.7", "tried for too long; at last: the smart host refuses EHLO: 502 5.5.1",
       [](Post& post) {
         post.refuse("EHLO", "502 5.5.1 what");
         post.settings.retry.delay_notice = 30 * 24h;
         post.start();
         BOOST_TEST(post.waits_for(post.submit(), Waits::host));
         post.house.clock.advance(5 * 24 * 3600);
       }},
  };
  for (const auto& [status, reason, refuse] : rows) {
    Post post;
    refuse(post);
    BOOST_TEST(post.empties());
    BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
    const auto report = post.inbox()[0];
    const auto verdict = "Action: failed\r\nStatus: " + std::string(status) + "\r\n\r\n";
    for (const auto& part : {verdict, "    " + std::string(reason) + "\r\n"})
      BOOST_TEST(has(report, part), part);
    for (const auto* part : {"Remote-MTA", "Diagnostic-Code", "Last-Attempt-Date"})
      BOOST_TEST(!has(report, part), part);
  }
}

BOOST_AUTO_TEST_CASE(a_drop_says_nothing_new_of_whom_the_host_has_refused) {
  Post post;
  auto what = Post::envelope({{"bob@example.net", ""}, {"carol@example.net", ""}});
  what.recipients[1].outcome = storage::SpoolOutcome::failed;
  what.recipients[1].reply = {550, "5.1.1", "no such user"};
  post.settings.host.reset();  // nobody tries it
  post.start();
  BOOST_TEST(post.outgoing->drop(post.submit(what), "sent by a thief"));
  BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
  BOOST_TEST(has(post.inbox()[0], "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"));
  BOOST_TEST(has(post.inbox()[0], "taken out of the queue by an administrator: sent by a thief"));
}

BOOST_AUTO_TEST_CASE(that_it_is_late_is_told_once_and_to_those_who_want_to_know) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  auto what = Post::envelope({{"bob@example.net", ""}, {"silent@example.net", " NOTIFY=FAILURE"}});
  what.parameters = " ENVID=QQ314159";
  const auto id = post.submit(what);
  BOOST_TEST(post.waits_for(id, Waits::turn));
  for (int n = 0; n < 3; ++n) {
    post.house.clock.advance(4 * 3600 + 10);
    BOOST_TEST(becomes_true([&] {
      return post.outgoing->show(id, crypto::Actor::service()).envelope->tries ==
             static_cast<std::uint32_t>(n + 2);
    }));
  }
  BOOST_TEST(post.told(1));
  BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
  const auto report = post.inbox()[0];
  for (const auto* part : {"Action: delayed", "bob@example.net", "greylisted", "Will-Retry-Until",
                           "Original-Envelope-Id: QQ314159"})
    BOOST_TEST(has(report, part), part);
  BOOST_TEST(!has(report, "silent@"));
}

BOOST_AUTO_TEST_CASE(where_the_host_makes_no_reports_we_say_that_it_was_relayed) {
  Post post;
  ScriptedHost without({.offers = "AUTH PLAIN"});
  post.settings.host = without.settings();
  post.start();
  post.submit(Post::envelope({{"bob@example.net", " NOTIFY=SUCCESS"}, {"carol@example.net", ""}}));
  BOOST_TEST(post.empties());
  BOOST_TEST_REQUIRE(post.inbox().size() == 1u);
  BOOST_TEST(has(post.inbox()[0], "Action: relayed"));
  BOOST_TEST(has(post.inbox()[0], "bob@example.net"));
  BOOST_TEST(!has(post.inbox()[0], "carol@"));
  BOOST_TEST(without.taken().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_host_that_is_away_is_waited_for) {
  Post post;
  post.refuse("", "554 5.3.2 not now");
  post.start();
  const auto one = post.submit(), other = post.submit();
  BOOST_TEST(post.waits_for(one, Waits::host));
  BOOST_TEST(post.waits_for(other, Waits::host));
  BOOST_TEST(post.outgoing->host_failure().has_value());
  BOOST_TEST(post.outgoing->show(one, crypto::Actor::service()).envelope->tries == 0u);
  post.host.set_script({});
  post.house.clock.advance(30);  // two may have failed at once
  BOOST_TEST(post.empties());
  BOOST_TEST(post.host.taken().size() == 2u);
  BOOST_TEST(!post.outgoing->host_failure().has_value());
  BOOST_TEST(post.inbox().empty());
}

BOOST_AUTO_TEST_CASE(what_the_owner_of_the_roots_has_locked_is_neither_sent_nor_shown) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  const auto id = post.submit();
  BOOST_TEST(post.waits_for(id, Waits::turn));
  post.host.set_script({});
  post.revoke();
  BOOST_TEST(post.waits_for(id, Waits::key));
  const auto queued = post.outgoing->list(crypto::Actor::service()).at(0);
  BOOST_TEST(!queued.envelope.has_value());
  BOOST_TEST(queued.scheduled.why == "key denied");
  BOOST_TEST(post.host.taken().empty());
  // It can be taken out all the same, untold.
  const auto more =
      post.outgoing->prepare(post.ada.mailbox, Post::envelope({{"c@example.net", ""}}), octets);
  post.outgoing->take_over(more);
  BOOST_TEST(post.waits_for(more, Waits::key));
  BOOST_TEST(!post.outgoing->drop(more, "not wanted"));
  post.give_back();
  BOOST_TEST(post.host.wait_for(1));
  BOOST_TEST(post.empties());
  BOOST_TEST(post.host.taken().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_new_mailbox_key_and_another_dep_send_what_was_queued_before) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  const auto id = post.submit();
  BOOST_TEST(post.waits_for(id, Waits::turn));
  for (const auto renewal : {storage::Renewal::message_keys, storage::Renewal::contents}) {
    post.house.mailbox_rotation.begin(post.ada.mailbox, renewal);
    post.house.mailbox_rotation.pass({});
    BOOST_TEST(post.house.mailbox_rotation.all().empty());
  }
  post.house.make_dep("Fabrikam");
  post.house.assign(post.ada, "Fabrikam");
  post.house.swept();
  post.host.set_script({});
  post.outgoing->retry(id);
  BOOST_TEST(post.host.wait_for(1));
  BOOST_TEST(post.empties());
}

BOOST_AUTO_TEST_CASE(an_end_without_an_answer_is_sent_again_or_held) {
  for (const auto policy : {Uncertain::send_again, Uncertain::hold}) {
    Post post;
    post.settings.uncertain = policy;
    post.refuse(".", "");
    post.start();
    const auto id = post.submit();
    const auto waits = policy == Uncertain::hold ? Waits::person : Waits::turn;
    BOOST_TEST(becomes_true([&] {
      const auto one = post.outgoing->show(id, crypto::Actor::service());
      return !one.scheduled.busy && one.envelope->uncertain == 1 && one.scheduled.waits == waits;
    }));
    post.host.set_script({});
    post.house.clock.advance(80);
    if (policy == Uncertain::hold) {
      std::this_thread::sleep_for(1s);
      BOOST_TEST(post.host.taken().empty());
      post.outgoing->retry(id);
    }
    BOOST_TEST(post.host.wait_for(1));
    BOOST_TEST(post.empties());
  }
}

BOOST_AUTO_TEST_CASE(what_a_kill_left_between_end_and_answer_is_told_apart) {
  for (const auto policy : {Uncertain::send_again, Uncertain::hold}) {
    Post post;
    post.settings.uncertain = policy;
    const auto to = post.house.directory.delivery_public(post.ada.mailbox);
    const auto id =
        post.house.spool.add(post.ada.mailbox, *to, Post::envelope({{"b@example.net", ""}}), octets,
                             SpoolState::handing_over);
    if (policy == Uncertain::send_again) post.refuse("RCPT", "450 4.2.1 greylisted");
    post.start();
    BOOST_TEST(becomes_true([&] {
      const auto one = post.outgoing->show(id, crypto::Actor::service());
      return !one.scheduled.busy && one.envelope && one.envelope->uncertain == 1 &&
             one.envelope->tries == (policy == Uncertain::hold ? 0u : 1u);
    }));
    BOOST_TEST(post.host.taken().empty());
    post.host.set_script({});
    post.outgoing->retry(id);
    BOOST_TEST(post.host.wait_for(1));
    BOOST_TEST(post.empties());
  }
}

BOOST_AUTO_TEST_CASE(mail_of_an_account_that_goes_goes_with_it) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  const auto id = post.submit();
  BOOST_TEST(post.waits_for(id, Waits::turn));
  post.house.mailboxes.remove(post.ada);
  BOOST_TEST(post.empties());
  BOOST_TEST(becomes_true([&] { return post.outgoing->list(crypto::Actor::service()).empty(); }));
}

BOOST_AUTO_TEST_CASE(a_row_that_was_altered_is_not_sent) {
  Post post;
  post.refuse("RCPT", "450 4.2.1 greylisted");
  post.start();
  const auto id = post.submit();
  BOOST_TEST(post.waits_for(id, Waits::turn));
  post.outgoing->stop();
  storage_test::tamper(post.house.data() / "spool.db", "update spooled set chunks = 2");
  post.host.set_script({});
  post.start();
  BOOST_TEST(post.waits_for(id, Waits::repair));
  post.house.clock.advance(4000);
  std::this_thread::sleep_for(1s);
  BOOST_TEST(post.host.taken().empty());
}

BOOST_AUTO_TEST_CASE(waits_double_up_to_the_longest_with_a_chance_of_a_quarter) {
  using server::outgoing::Retry;
  using server::outgoing::wait_after;
  struct Row {
    std::uint32_t tries;
    std::uint16_t chance;
    std::int64_t seconds;
  };
  const Row rows[] = {{0, 0, 60},      {1, 0, 60},      {2, 0, 120},          {3, 0, 240},
                      {7, 0, 3600},    {100, 0, 3600},  {4'000'000, 0, 3600}, {1, 65535, 74},
                      {2, 32768, 135}, {9, 65535, 4499}};
  for (const auto& [tries, chance, seconds] : rows)
    BOOST_TEST(wait_after(Retry{}, tries, chance).count() == seconds, tries);
}

BOOST_AUTO_TEST_SUITE_END()
