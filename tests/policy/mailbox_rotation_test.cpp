#include "policy/mailbox_rotation.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(mailbox_rotation)

namespace {

constexpr auto system = crypto::ActorClass::system;

using storage::Renewal;
using test_support::FakeRoots;
using test_support::Installation;
using Mode = FakeRoots::Mode;

auto with(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

struct Ada : Installation {
  explicit Ada() : Installation(std::chrono::seconds(900), std::chrono::seconds(0)) {
    for (int n = 0; n < 5; ++n) add_mail(account, "message " + std::to_string(n));
  }
  storage::MailboxRecord record() { return directory.mailbox(account.mailbox); }
  void close() {
    mailboxes.close_idle();
    BOOST_TEST(mailboxes.open_count() == 0u);
  }
  bool whole(std::size_t messages) {
    const auto all = inbox(account);
    for (std::size_t n = 0; n < all.size(); ++n)
      if (all[n] != "message " + std::to_string(n)) return false;
    return all.size() == messages;
  }
  storage::Account account = make_account("ada@example.org", make_dep());
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_mailbox_gets_a_new_key_while_it_is_open) {
  for (const auto renewal : {Renewal::message_keys, Renewal::contents}) {
    Ada house;
    const auto session = house.mailboxes.open(house.account.mailbox, system);
    const auto before = house.record();
    house.mailbox_rotation.begin(house.account.mailbox, renewal);
    BOOST_TEST(house.record().epoch == before.epoch + 1);
    BOOST_CHECK(house.record().former->key.blob == before.key.blob);
    BOOST_TEST(house.whole(5));
    BOOST_CHECK_EXCEPTION(house.mailbox_rotation.begin(house.account.mailbox, renewal), Error,
                          with(Fault::exists));
    BOOST_TEST(house.mailbox_rotation.all().size() == 1u);
    house.mailbox_rotation.pass({});
    BOOST_CHECK(!house.record().former);
    BOOST_TEST(house.mailbox_rotation.all().empty());
    BOOST_TEST(house.audit.events("mailbox key changed").size() == 1u);
    BOOST_CHECK(house.mailbox_rotation.progress(house.account.mailbox).renewal == Renewal::none);
    BOOST_TEST(house.whole(5));
    house.add_mail(house.account, "message 5");
    BOOST_TEST(house.whole(6));
  }
}

BOOST_AUTO_TEST_CASE(it_opens_at_every_step_after_a_cut) {
  Ada house;
  house.mailbox_rotation.begin(house.account.mailbox, Renewal::message_keys);
  house.close();
  BOOST_TEST(house.whole(5));  // the rows are still under the former key
  house.close();
  {
    const auto record = house.record();
    house.mailboxes.open(house.account.mailbox, system)
        ->seal_under({house.ring.mailbox_key(record, system), record.epoch}, storage_test::reading);
  }
  house.close();
  BOOST_TEST(house.whole(5));  // tree and blocks under the new one, message keys under the former
  house.add_mail(house.account, "message 5");
  house.close();
  house.mailbox_rotation.pass({});
  BOOST_CHECK(!house.record().former);
  house.close();
  BOOST_TEST(house.whole(6));
}

BOOST_AUTO_TEST_CASE(a_mailbox_in_rotation_is_moved_with_both_keys) {
  Ada house;
  house.mailbox_rotation.begin(house.account.mailbox, Renewal::message_keys);
  house.deps.unassign(std::span(&house.account.mailbox, 1), policy::Run::change);
  BOOST_CHECK(house.record().under() == house.deps.default_dep().newest());
  BOOST_CHECK(house.record().former.has_value());
  house.close();
  BOOST_TEST(house.whole(5));
  house.mailbox_rotation.pass({});
  house.close();
  BOOST_TEST(house.whole(5));
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_opened_waits_and_says_why) {
  Ada house;
  house.mailbox_rotation.begin(house.account.mailbox, Renewal::message_keys);
  house.close();
  house.service_keys.destroy_availability_keys(house.record().dep);
  house.roots.steer(test_support::vault_a, Mode::denied);
  house.roots.steer(test_support::vault_b, Mode::denied);
  house.clock.advance(900);
  const auto other = house.make_account("bob@example.org");
  house.mailbox_rotation.begin(other.mailbox, Renewal::message_keys);
  house.mailbox_rotation.pass({});
  BOOST_CHECK(!house.directory.mailbox(other.mailbox).former);
  BOOST_TEST(!house.mailbox_rotation.progress(house.account.mailbox).reason.empty());
  house.roots.steer(test_support::vault_a, Mode::ok);
  house.clock.advance(policy::DepKeys::recheck);
  house.mailbox_rotation.pass({});
  BOOST_TEST(house.whole(5));
  BOOST_CHECK(!house.record().former);
}

BOOST_AUTO_TEST_CASE(under_a_denial_the_system_goes_on_by_the_availability_key) {
  Ada house;
  house.mailbox_rotation.begin(house.account.mailbox, Renewal::message_keys);
  house.close();
  house.roots.steer(test_support::vault_a, Mode::denied);
  house.roots.steer(test_support::vault_b, Mode::denied);
  house.clock.advance(900);
  house.mailbox_rotation.pass({});
  BOOST_CHECK(!house.record().former);
  house.roots.steer(test_support::vault_a, Mode::ok);
  house.clock.advance(policy::DepKeys::user_retry);
  BOOST_TEST(house.whole(5));
}

BOOST_AUTO_TEST_SUITE_END()
