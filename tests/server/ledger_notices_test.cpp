#include "server/ledger_notices.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(ledger_notices)

namespace {

constexpr UnixTime day = 24 * 3600;

struct House : test_support::Installation {
  storage::Account ada = make_account("ada@example.org"), bob = make_account("bob@example.org");
  policy::Recipients recipients{directory, {"example.org"}};
  server::Delivery delivery{recipients, mailboxes, clock, "mail.example.org"};
  policy::Ledger ledger{ledger_rows, directory, clock};
  policy::OwnerLedger words{ledger, [](crypto::AdminId) { return "eve"; }};

  House() { crypto::take_crossings(); }
  void send() { server::LedgerNotices(ledger, words, delivery).send({}); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(it_is_in_the_inbox_of_who_wants_it_on_the_first_and_once, House) {
  ledger.want_notices(ada.mailbox, true);
  send();
  BOOST_TEST(inbox(ada).empty());
  clock.advance(17 * day);  // 2027-02-01
  send();
  send();
  BOOST_REQUIRE(inbox(ada).size() == 1U);
  BOOST_TEST(inbox(bob).empty());
  clock.advance(27 * day);
  send();
  BOOST_TEST(inbox(ada).size() == 1U);
  clock.advance(1 * day);  // 2027-03-01
  send();
  BOOST_TEST(inbox(ada).size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(it_is_a_message_of_its_own, House) {
  const auto message =
      server::ledger_notice_message({"The subject", "One line.\nAnd another.\n"}, "ada@example.org",
                                    "mail.example.org", clock.now());
  const auto end = message.find("\r\n\r\n");
  BOOST_REQUIRE(end != std::string::npos);
  BOOST_TEST(message.substr(end + 4) == "One line.\r\nAnd another.\r\n");
  const auto header = message.substr(0, end + 2);
  for (const auto* field :
       {"Return-Path: <>\r\n", "\r\nDate: Fri, 15 Jan 2027 08:00:00 +0000\r\n",
        "\r\nFrom: Sealpost <postmaster@mail.example.org>\r\n", "\r\nTo: <ada@example.org>\r\n",
        "\r\nSubject: The subject\r\n", "@mail.example.org>\r\n", "\r\nMIME-Version: 1.0\r\n",
        "\r\nAuto-Submitted: auto-generated\r\n",
        "\r\nContent-Type: text/plain; charset=utf-8\r\n"})
    BOOST_TEST(header.find(field) != std::string::npos, "no " << field << " in " << header);
}

// It waits, sealed, like other mail (decision D11).
BOOST_FIXTURE_TEST_CASE(who_is_locked_out_gets_it_later, House) {
  deps.create({.name = "own",
               .description = "",
               .root_a = root_a,
               .root_b = root_b,
               .availability = policy::AvailabilityKey::none});
  assign(ada, "own");
  swept();
  ledger.want_notices(ada.mailbox, true);
  mailboxes.open(ada.mailbox, crypto::ActorClass::system);
  clock.advance(17 * day);
  mailboxes.close_idle();
  for (const auto& vault : {test_support::vault_a, test_support::vault_b})
    roots.steer(vault, test_support::FakeRoots::Mode::denied);
  send();
  BOOST_TEST(mailboxes.has_arrivals(ada.mailbox));
  BOOST_TEST(ledger.due_notices().empty());
}

BOOST_FIXTURE_TEST_CASE(an_account_that_is_gone_wants_nothing, House) {
  ledger.want_notices(ada.mailbox, true);
  mailboxes.remove(ada);
  clock.advance(17 * day);
  send();
  BOOST_TEST(!ledger.wants_notices(ada.mailbox));
}

BOOST_AUTO_TEST_SUITE_END()
