#include "policy/roles.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "crypto/service_keys.h"
#include "tests/support/fake_audit.h"
#include "tests/support/storage_store.h"

using namespace policy;
using enum policy::Role;

namespace {

constexpr uid_t root = 0, own = 900, ada = 1000, bob = 1001, eve = 1002;

using Grants = std::vector<storage::RoleGrant>;

Grants held(std::initializer_list<std::pair<uid_t, Role>> pairs) {
  Grants grants;
  for (const auto& [user, role] : pairs)
    grants.push_back({0, user, static_cast<std::uint8_t>(role), 0, {}});
  return grants;
}

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// Those who may connect: root, the server's own user, ada and bob.
class House {
 public:
  storage_test::TempDirectory directory_;
  ManualClock clock{1'800'000'000};
  test_support::FakeAudit audit;
  crypto::ServiceKeys keys{directory_.path() / "keys", directory_.path() / "data"};
  storage::Anchors anchors{keys.path()};
  storage::Directory directory{directory_.path() / "data", keys.directory_key(), anchors};
  Roles roles{directory, audit, clock, own, {ada, bob}};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(roles)

BOOST_AUTO_TEST_CASE(names_lead_to_roles_and_back) {
  for (const auto role : all_roles) BOOST_CHECK(role_named(name_of(role)) == role);
  BOOST_CHECK_EXCEPTION(role_named("boss"), Error, is(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(nobody_holds_both_purge_steps) {
  const struct {
    Grants grants;
    uid_t user;
    Role role;
    bool allowed;
  } rules[] = {
      {held({}), ada, purge_requester, true},
      {held({}), root, purge_approver, true},
      {held({{ada, purge_requester}}), ada, purge_approver, false},
      {held({{ada, purge_approver}}), ada, purge_requester, false},
      {held({{root, purge_approver}}), root, purge_requester, false},
      {held({{ada, purge_requester}}), bob, purge_approver, true},
      {held({{ada, purge_requester}}), ada, policy_admin, true},
  };
  for (const auto& [grants, user, role, allowed] : rules)
    BOOST_TEST(why_not_granted(grants, user, role).empty() == allowed);
}

BOOST_AUTO_TEST_CASE(the_last_policy_admin_who_may_connect_stays) {
  const struct {
    Grants grants;
    std::set<uid_t> connecting;
    uid_t user;
    Role role;
    bool allowed;
  } rules[] = {
      {held({{root, policy_admin}}), {root, ada}, root, policy_admin, false},
      {held({{root, policy_admin}, {ada, policy_admin}}), {root, ada}, root, policy_admin, true},
      {held({{root, policy_admin}, {eve, policy_admin}}), {root, ada}, root, policy_admin, false},
      {held({{root, policy_admin}, {eve, policy_admin}}), {root, ada}, eve, policy_admin, true},
      {held({{root, auditor}}), {root}, root, auditor, true},
  };
  for (const auto& [grants, connecting, user, role, allowed] : rules)
    BOOST_TEST(why_not_revoked(grants, connecting, user, role).empty() == allowed);
}

BOOST_AUTO_TEST_CASE(root_steps_in_where_no_policy_admin_may_connect) {
  const auto grants = held({{eve, policy_admin}, {ada, auditor}});
  BOOST_TEST(roles_of(grants, {root, ada}, root).has(policy_admin));
  BOOST_TEST(!roles_of(grants, {root, ada}, root).has(auditor));
  BOOST_TEST(!roles_of(grants, {root, ada}, ada).has(policy_admin));
  BOOST_TEST(!roles_of(grants, {root, eve}, root).has(policy_admin));
}

BOOST_AUTO_TEST_CASE(the_first_start_gives_root_and_the_own_user_all_but_the_purge_steps) {
  House house;
  for (const auto user : {root, own}) {
    BOOST_CHECK(house.roles.of(user) == RoleSet({policy_admin, assigner, auditor, account_admin}));
    BOOST_TEST(house.roles.may_connect(user));
  }
  BOOST_TEST(house.roles.of(ada).empty());
  BOOST_TEST(!house.roles.may_connect(eve));
  BOOST_TEST(house.audit.events("role grant").size() == 8u);
}

BOOST_AUTO_TEST_CASE(grants_stay_and_what_was_revoked_does_not_come_back) {
  House house;
  house.clock.advance(100);
  house.roles.grant(ada, policy_admin, "root (uid 0)");
  BOOST_CHECK_EXCEPTION(house.roles.grant(ada, policy_admin, "x"), Error, is(Fault::exists));
  house.roles.revoke(root, policy_admin);
  BOOST_CHECK_EXCEPTION(house.roles.revoke(root, policy_admin), Error, is(Fault::not_found));

  Roles again(house.directory, house.audit, house.clock, own, {ada});
  BOOST_TEST(again.of(ada).has(policy_admin));
  BOOST_TEST(!again.of(root).has(policy_admin));
  BOOST_CHECK(again.held_since(ada, policy_admin) == house.clock.now());
  BOOST_CHECK(again.held_since(root, policy_admin) == std::nullopt);
  BOOST_CHECK(again.holders(policy_admin) == std::vector<uid_t>({own, ada}));
  BOOST_TEST(house.audit.events("role grant").size() == 8u);  // no second first start
}

BOOST_AUTO_TEST_CASE(refusals_name_the_rule) {
  House house;
  house.roles.revoke(own, policy_admin);
  BOOST_CHECK_EXCEPTION(house.roles.revoke(root, policy_admin), Error, is(Fault::denied));
  house.roles.grant(ada, purge_requester, "root (uid 0)");
  BOOST_CHECK_EXCEPTION(house.roles.grant(ada, purge_approver, "root (uid 0)"), Error,
                        is(Fault::denied));
  house.roles.revoke(ada, purge_requester);
  house.roles.grant(ada, purge_approver, "root (uid 0)");
}

BOOST_AUTO_TEST_CASE(no_first_start_without_a_record) {
  storage_test::TempDirectory place;
  ManualClock clock{0};
  test_support::FakeAudit audit;
  audit.fail(true);
  crypto::ServiceKeys keys(place.path() / "keys", place.path() / "data");
  storage::Anchors anchors(keys.path());
  storage::Directory directory(place.path() / "data", keys.directory_key(), anchors);
  BOOST_CHECK_EXCEPTION(Roles(directory, audit, clock, own, {}), Error, is(Fault::unavailable));
  BOOST_TEST(directory.role_grants().empty());
}

BOOST_AUTO_TEST_CASE(a_thief_with_a_pen_gives_himself_no_role) {
  House house;
  storage_test::tamper(house.directory_.path() / "data/directory.db",
                       "insert into role_grant select 99, sealed from role_grant where id = 1;");
  BOOST_CHECK_EXCEPTION(house.directory.role_grants(), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
