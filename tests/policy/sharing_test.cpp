#include "policy/sharing.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(sharing)

namespace {

using policy::Sharing;
using test_support::FakeRoots;
using test_support::Installation;

auto with(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

constexpr auto user = crypto::ActorClass::user;

struct House : Installation {
  storage::Account ada = make_account("ada@example.org");
  storage::Account bob = make_account("bob@example.org", make_dep());
  Sharing sharing{directory, audit, Sharing::Anyone::refused};

  std::shared_ptr<storage::Mailbox> bobs() { return mailboxes.open(bob.mailbox, user); }
  void give(const std::string& identifier, const char* rights) {
    const auto mailbox = bobs();
    sharing.set_rights(bob, *mailbox, mailbox->tree()->folder("INBOX"), sharing.grantee(identifier),
                       storage::Rights::parsed(rights).value());
  }
  std::string rights_of_ada() {
    return rights_of(bobs()->tree()->find("INBOX")->acl, ada.id).text();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(whoever_is_given_something_finds_its_owner) {
  House house;
  BOOST_TEST(house.sharing.owners(house.ada.id).empty());
  house.give("Ada@Example.org", "lr");
  const auto owners = house.sharing.owners(house.ada.id);
  BOOST_TEST_REQUIRE(owners.size() == 1u);
  BOOST_TEST(owners[0].name == "bob@example.org");
  BOOST_CHECK(house.sharing.owner(house.ada.id, "BOB@example.org")->mailbox == house.bob.mailbox);
  BOOST_TEST(!house.sharing.owner(house.ada.id, "eve@example.org").has_value());
  BOOST_TEST(house.sharing.owners(house.bob.id).empty());
  house.give("ada@example.org", "");
  BOOST_TEST(house.sharing.owners(house.ada.id).empty());
}

BOOST_AUTO_TEST_CASE(what_is_given_on_a_second_folder_keeps_the_owner_listed) {
  House house;
  house.give("ada@example.org", "lr");
  const auto mailbox = house.bobs();
  const auto sent = mailbox->tree()->folder("Sent");
  const auto ada = house.sharing.grantee("ada@example.org");
  house.sharing.set_rights(house.bob, *mailbox, sent, ada, storage::Right::lookup);
  house.give("ada@example.org", "");
  BOOST_TEST(house.sharing.owners(house.ada.id).size() == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_given_that_cannot_be_put_on_record) {
  House house;
  house.audit.fail(true);
  BOOST_CHECK_EXCEPTION(house.give("ada@example.org", "lr"), Error, with(Fault::unavailable));
  BOOST_TEST(house.rights_of_ada().empty());
  house.audit.fail(false);
  house.give("ada@example.org", "lr");
  const auto events = house.audit.events("acl set");
  BOOST_TEST_REQUIRE(!events.empty());
  BOOST_TEST(events.back().actor == "bob@example.org (IMAP)");
  BOOST_TEST(events.back().account == "bob@example.org");
  for (const auto& [name, value] : events.back().details) BOOST_TEST(value != "INBOX", name);
}

BOOST_AUTO_TEST_CASE(identifiers_are_accounts_and_anyone_only_where_that_is_allowed) {
  House house;
  for (const char* name : {"ada@example.org", "-ada@example.org"})
    BOOST_TEST(house.sharing.identifier(house.sharing.grantee(name)) == name);
  BOOST_CHECK_EXCEPTION(house.sharing.grantee("eve@example.org"), Error, with(Fault::not_found));
  BOOST_CHECK_EXCEPTION(house.sharing.grantee("anyone"), Error, with(Fault::invalid));
  Sharing open(house.directory, house.audit, Sharing::Anyone::allowed);
  BOOST_TEST(open.identifier(open.grantee("-anyone")) == "-anyone");
  house.give("ada@example.org", "l");
  const auto gone = house.sharing.grantee("ada@example.org");
  house.mailboxes.remove(house.ada);
  BOOST_TEST(house.sharing.identifier(gone).empty());
}

BOOST_AUTO_TEST_CASE(an_owner_who_is_gone_shares_nothing) {
  House house;
  house.give("ada@example.org", "lr");
  house.mailboxes.remove(house.bob);
  BOOST_TEST(house.sharing.owners(house.ada.id).empty());
}

BOOST_AUTO_TEST_CASE(the_owners_roots_end_it_for_the_other_user_too) {
  House house;
  house.give("ada@example.org", "lr");
  std::optional<Fault> ended;
  const auto visit =
      house.mailboxes.visit(house.bob.mailbox, [&](const Error& why) { ended = why.fault(); });
  house.roots.steer(test_support::vault_a, FakeRoots::Mode::denied);
  house.roots.steer(test_support::vault_b, FakeRoots::Mode::denied);
  const auto mailbox = house.bobs();
  for (int second = 0; !ended && second < 900; ++second) {
    house.clock.advance(1);
    house.mailboxes.review();
    for (const auto& version : house.ring.due()) house.ring.renew(version);
    house.mailboxes.review();
  }
  BOOST_TEST((ended == Fault::denied));
  const storage::Reason of_ada{crypto::Cause::fetch, {user, house.ada.id}};
  BOOST_CHECK_EXCEPTION(mailbox->state(mailbox->tree()->folder("INBOX"), of_ada), Error,
                        with(Fault::denied));
}

BOOST_AUTO_TEST_CASE(what_waits_for_the_key_is_as_much_as_the_mailbox_may_hold) {
  House house;
  house.bobs();
  house.mailboxes.set_quota(house.bob.mailbox,
                            {.messages = {storage::Allowance::Kind::limited, 2}});
  for (int n = 0; n < 2; ++n) house.mailboxes.arrive(house.bob.mailbox, "mail\r\n", 0, 0);
  BOOST_CHECK_EXCEPTION(house.mailboxes.arrive(house.bob.mailbox, "mail\r\n", 0, 0), Error,
                        with(Fault::over_quota));
}

BOOST_AUTO_TEST_CASE(a_quota_is_in_force_at_once_and_after_a_restart) {
  House house;
  house.mailboxes.set_default_limits({.octets = std::nullopt, .messages = 5, .folders = {}});
  const auto mailbox = house.bobs();
  house.mailboxes.set_quota(house.bob.mailbox,
                            {.messages = {storage::Allowance::Kind::limited, 1}});
  BOOST_TEST((mailbox->limits().messages == 1u));
  house.mailboxes.set_quota(house.bob.mailbox, {});
  BOOST_TEST((mailbox->limits().messages == 5u));
  BOOST_TEST((house.mailboxes.limits(house.ada.mailbox).messages == 5u));
}

BOOST_AUTO_TEST_SUITE_END()
