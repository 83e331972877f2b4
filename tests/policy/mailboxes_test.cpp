#include "policy/mailboxes.h"

#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(mailboxes)

namespace {

using test_support::FakeRoots;
using test_support::Installation;
using Mode = FakeRoots::Mode;
using namespace std::chrono_literals;

constexpr auto user = crypto::ActorClass::user, system = crypto::ActorClass::system;

auto with(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

void deny(Installation& house) {
  house.roots.steer(test_support::vault_a, Mode::denied);
  house.roots.steer(test_support::vault_b, Mode::denied);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_account_has_its_folders) {
  Installation house;
  const auto account = house.make_account("Ada@Example.org");
  BOOST_TEST(account.name == "ada@example.org");
  const auto tree = house.mailboxes.open(account.mailbox, user)->tree();
  for (const auto* name : {"INBOX", "Drafts", "Sent", "Trash", "Junk", "Archive"})
    BOOST_TEST((tree->find(name) != nullptr));
  BOOST_TEST(house.directory.account("ada@example.org").id.value == account.id.value);
}

BOOST_AUTO_TEST_CASE(a_mailbox_whose_rows_are_lost_is_not_made_anew) {
  Installation house(900s, 0s);
  const auto account = house.make_account("ada@example.org");
  house.mailboxes.close_idle();
  for (const auto& [id, database] : house.databases) database->remove_mailbox(account.mailbox);
  const auto opened = [&] { house.mailboxes.open(account.mailbox, user); };
  BOOST_CHECK_EXCEPTION(opened(), Error, with(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(everybody_gets_the_same_open_mailbox) {
  Installation house(900s, 0s);
  const auto account = house.make_account("ada@example.org");
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 0u);
  std::vector<std::future<std::shared_ptr<storage::Mailbox>>> all;
  for (int i = 0; i < 8; ++i)
    all.push_back(std::async(std::launch::async,
                             [&] { return house.mailboxes.open(account.mailbox, user); }));
  const auto first = all[0].get();
  for (std::size_t i = 1; i < all.size(); ++i) BOOST_TEST((all[i].get() == first));
  BOOST_TEST(house.mailboxes.open_count() == 1u);
}

BOOST_AUTO_TEST_CASE(background_work_keeps_no_mailbox_open_for_longer) {
  Installation house(0s, 30s);
  const auto account = house.make_account("ada@example.org");
  house.mailboxes.open(account.mailbox, user);
  house.mailboxes.close_idle();
  auto aside = house.mailboxes.aside(account.mailbox);
  BOOST_REQUIRE(aside);
  house.clock.advance(29);
  house.mailboxes.close_idle();
  BOOST_TEST((house.mailboxes.aside(account.mailbox) == aside));
  house.clock.advance(1);
  BOOST_TEST(!house.mailboxes.aside(account.mailbox));  // it is to be closed
  house.mailboxes.close_idle();
  BOOST_TEST((house.mailboxes.open(account.mailbox, user) == aside));  // but not under its work
  aside.reset();
  house.mailboxes.close_idle();
  house.clock.advance(30);
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 0u);
  BOOST_TEST(!house.mailboxes.aside(account.mailbox));
}

BOOST_AUTO_TEST_CASE(an_idle_mailbox_lingers_then_its_key_is_wiped) {
  Installation house(0s, 30s);
  const auto account = house.make_account("ada@example.org");
  auto mailbox = house.mailboxes.open(account.mailbox, user);
  house.clock.advance(60);
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 1u);  // in use
  const auto alive = crypto::locked_keys_alive();
  mailbox.reset();
  house.mailboxes.close_idle();
  house.clock.advance(29);
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 1u);
  house.clock.advance(1);
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 0u);
  // The writer's thread may still be letting go of its last work.
  for (int tries = 0; crypto::locked_keys_alive() >= alive && tries < 1000; ++tries)
    std::this_thread::sleep_for(5ms);
  BOOST_TEST(crypto::locked_keys_alive() == alive - 1);
}

BOOST_AUTO_TEST_CASE(opening_it_again_ends_the_lingering) {
  Installation house(900s, 30s);
  const auto account = house.make_account("ada@example.org");
  house.mailboxes.close_idle();
  house.clock.advance(29);
  house.mailboxes.open(account.mailbox, user);
  house.mailboxes.close_idle();
  house.clock.advance(29);
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 1u);
}

BOOST_AUTO_TEST_CASE(a_revoked_mailbox_is_refused_also_while_others_have_it_open) {
  Installation house(900s);
  const auto account = house.make_account("ada@example.org", house.make_dep());
  const auto other = house.make_account("bob@example.org");
  const auto open = house.mailboxes.open(account.mailbox, user);
  deny(house);
  house.clock.advance(900);
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(account.mailbox, user), Error, with(Fault::denied));
  house.mailboxes.open(other.mailbox, user);
}

// ---- users and the system

namespace {

constexpr storage::Reason for_user{crypto::Cause::fetch, {crypto::ActorClass::user, {}}};
constexpr storage::Reason for_system{crypto::Cause::index, crypto::Actor::service()};

struct Shared : Installation {
  explicit Shared(std::chrono::seconds ttl = 900s) : Installation(ttl) {
    add_mail(account, "secret");
  }
  std::string read(storage::Mailbox& mailbox, const storage::Reason& reason) {
    const auto inbox = mailbox.tree()->folder("INBOX");
    const auto entries = mailbox.select(inbox, storage::Mailbox::Recent::look, reason).entries;
    return mailbox.octets(entries[0], 0, 100, reason);
  }
  void job() {
    mailboxes.review();
    for (const auto& version : ring.due()) ring.renew(version);
    mailboxes.review();
  }
  policy::Mailboxes::Visit visit() {
    return mailboxes.visit(account.mailbox,
                           [this](const Error& why) { ended.push_back(why.fault()); });
  }

  storage::Dep dep = make_dep();
  storage::Account account = make_account("ada@example.org", dep);
  std::vector<Fault> ended;
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_the_system_has_open_under_a_denial_no_user_reads) {
  Shared house;
  deny(house);
  house.clock.advance(900);
  const auto open = house.mailboxes.open(house.account.mailbox, system);
  BOOST_TEST(house.read(*open, for_system) == "secret");
  BOOST_CHECK_EXCEPTION(house.read(*open, for_user), Error, with(Fault::unavailable));
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(house.account.mailbox, user), Error,
                        with(Fault::denied));
}

BOOST_AUTO_TEST_CASE(users_read_to_the_end_of_the_ttl_and_not_a_second_longer) {
  Shared house;
  const auto open = house.mailboxes.open(house.account.mailbox, user);
  house.clock.advance(899);
  BOOST_TEST(house.read(*open, for_user) == "secret");
  house.clock.advance(1);
  BOOST_CHECK_EXCEPTION(house.read(*open, for_user), Error, with(Fault::unavailable));
  BOOST_TEST(house.read(*open, for_system) == "secret");
}

BOOST_AUTO_TEST_CASE(users_with_a_visit_read_on_while_the_roots_confirm) {
  Shared house(80s);
  const auto open = house.mailboxes.open(house.account.mailbox, user);
  const auto visit = house.visit();
  for (int second = 0; second < 300; ++second) {
    house.clock.advance(1);
    house.job();
    BOOST_TEST(house.read(*open, for_user) == "secret");
  }
  BOOST_TEST(house.ended.empty());
}

BOOST_AUTO_TEST_CASE(a_denial_ends_the_visits_of_its_mailboxes_and_no_others) {
  Shared house(80s);
  const auto bob = house.make_account("bob@example.org");
  const auto open = house.mailboxes.open(house.account.mailbox, user);
  const auto bobs = house.mailboxes.open(bob.mailbox, user);
  std::vector<Fault> bob_ended;
  const auto visits = std::make_pair(
      house.visit(), house.mailboxes.visit(
                         bob.mailbox, [&](const Error& why) { bob_ended.push_back(why.fault()); }));
  deny(house);
  int seconds = 0;
  for (; house.ended.empty() && seconds < 100; ++seconds) {
    house.clock.advance(1);
    house.job();
  }
  BOOST_TEST(seconds <= 80);
  BOOST_TEST((house.ended == std::vector{Fault::denied}));
  BOOST_TEST(bob_ended.empty());
  BOOST_CHECK_EXCEPTION(house.read(*open, for_user), Error, with(Fault::denied));
  house.job();
  BOOST_TEST(house.ended.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_login_ends_the_other_sessions_at_once) {
  Shared house(80s);
  const auto open = house.mailboxes.open(house.account.mailbox, user);
  const auto visit = house.visit();
  deny(house);
  house.clock.advance(80);
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(house.account.mailbox, user), Error,
                        with(Fault::denied));
  house.mailboxes.review();
  BOOST_TEST((house.ended == std::vector{Fault::denied}));
}

BOOST_AUTO_TEST_CASE(a_mailbox_moved_to_another_dep_goes_on_by_that_one) {
  Shared house(80s);
  const auto open = house.mailboxes.open(house.account.mailbox, user);
  const auto visit = house.visit();
  house.deps.unassign(std::span(&house.account.mailbox, 1), policy::Run::change);
  deny(house);
  for (int second = 0; second < 200; ++second) {
    house.clock.advance(1);
    house.job();
  }
  BOOST_TEST(house.ended.empty());
  BOOST_TEST(house.read(*open, for_user) == "secret");
}

BOOST_AUTO_TEST_CASE(the_key_of_a_mailbox_that_serves_nobody_is_wiped_at_once) {
  Shared house(80s);
  auto open = house.mailboxes.open(house.account.mailbox, user);
  auto visit = house.visit();
  deny(house);
  house.clock.advance(79);
  house.job();
  BOOST_TEST(house.ended.size() == 1u);
  visit.reset();
  open.reset();
  house.mailboxes.close_idle();
  BOOST_TEST(house.mailboxes.open_count() == 0u);
}

BOOST_AUTO_TEST_CASE(a_mailbox_that_could_not_be_opened_is_not_kept) {
  Installation house(0s, 0s);
  const auto account = house.make_account("ada@example.org", house.make_dep());
  house.mailboxes.close_idle();
  deny(house);
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(account.mailbox, user), Error, with(Fault::denied));
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(MailboxId(99), user), Error, with(Fault::not_found));
  BOOST_TEST(house.mailboxes.open_count() == 0u);
  house.roots.steer(test_support::vault_a, Mode::ok);
  house.clock.advance(policy::DepKeys::user_retry);
  house.mailboxes.open(account.mailbox, user);
}

BOOST_AUTO_TEST_CASE(a_refused_account_leaves_nothing_behind) {
  Installation house(0s);
  const auto dep = house.make_dep();
  house.make_account("ada@example.org");
  BOOST_CHECK_EXCEPTION(house.make_account("ADA@example.org"), Error, with(Fault::exists));
  BOOST_CHECK_EXCEPTION(house.make_account("no name"), Error, with(Fault::invalid));
  deny(house);
  BOOST_CHECK_EXCEPTION(house.make_account("bob@example.org", dep), Error, with(Fault::denied));
  BOOST_TEST(house.directory.accounts().size() == 1u);
  BOOST_TEST(house.directory.mailboxes().size() == 1u);
}

BOOST_AUTO_TEST_CASE(accounts_spread_over_the_databases) {
  Installation house;
  std::map<std::int64_t, int> count;
  for (int i = 0; i < 6; ++i) {
    const auto account = house.make_account("user" + std::to_string(i));
    ++count[house.directory.mailbox(account.mailbox).database.value];
  }
  BOOST_TEST(count[1] == 3);
  BOOST_TEST(count[2] == 3);
}

BOOST_AUTO_TEST_CASE(a_removed_account_leaves_no_rows_and_frees_its_name) {
  Installation house;
  const auto account = house.make_account("ada@example.org");
  house.add_mail(account, "gone soon");
  const auto record = house.directory.mailbox(account.mailbox);
  house.mailboxes.remove(account);
  BOOST_TEST(house.databases.at(record.database)->mailboxes().empty());
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(account.mailbox, user), Error, with(Fault::not_found));
  const auto again = house.make_account("ada@example.org");
  BOOST_TEST((again.mailbox != account.mailbox));
  BOOST_TEST(house.inbox(again).empty());
}

BOOST_AUTO_TEST_SUITE_END()
