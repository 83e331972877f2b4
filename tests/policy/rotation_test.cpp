#include "policy/rotation.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "policy/dep_health.h"

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(rotation)

namespace {

using policy::Run;
using test_support::FakeRoots;
using test_support::Installation;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

auto with(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// DEP "Contoso" with ada in it, who has one message.
struct Customer : Installation {
  storage::Dep dep() { return deps.dep("Contoso"); }
  storage::DepVersion under() { return directory.mailbox(ada.mailbox).under(); }
  void steer(Mode mode) {
    roots.steer(vault_a, mode);
    roots.steer(vault_b, mode);
  }
  void forget_keys() {
    clock.advance(900);
    mailboxes.close_idle();
    clock.advance(900);
    mailboxes.close_idle();
  }
  bool readable() {
    forget_keys();
    return inbox(ada) == std::vector<std::string>{"first"};
  }

  storage::Dep made = make_dep();
  storage::Account ada = [this] {
    auto account = make_account("ada@example.org", made);
    add_mail(account, "first");
    return account;
  }();
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_refresh_takes_the_newest_versions_of_both_roots) {
  Customer house;
  const auto old_a = house.deps.keys(house.dep()).roots[0].key;
  const auto new_a = house.roots.rotate(house.root_a);
  BOOST_CHECK(old_a != new_a);
  const auto seen = house.rotation.refresh("Contoso", Run::preview);
  BOOST_TEST(seen.size() == 1u);
  BOOST_TEST(house.dep().version == 1u);

  const auto moving = house.rotation.refresh("Contoso", Run::change);
  BOOST_REQUIRE(moving.size() == 1u);
  BOOST_CHECK((moving[0].to == storage::DepVersion{house.made.id, 2}));
  const auto keys = house.deps.keys(house.dep());
  BOOST_CHECK(keys.roots[0].key == new_a);
  BOOST_TEST(keys.generation == 1u);  // the availability key is as it was
  BOOST_TEST(house.under().version == 1u);
  BOOST_TEST(house.deps.versions(house.dep()).size() == 2u);
  BOOST_TEST(house.readable());  // and opening it has moved it
  BOOST_TEST(house.under().version == 2u);
  house.swept();
  BOOST_TEST(house.deps.versions(house.dep()).size() == 1u);
  // The former version of the root is not needed any more.
  house.roots.info(old_a).enabled = false;
  house.roots.steer(vault_b, Mode::denied);
  BOOST_TEST(house.readable());
}

BOOST_AUTO_TEST_CASE(a_root_is_replaced_only_by_one_that_works) {
  Customer house;
  const auto third = house.roots.add("https://c.example", "three");
  house.roots.steer_wrap("https://c.example", Mode::denied);
  BOOST_CHECK_EXCEPTION(
      house.rotation.replace_root("Contoso", storage::RootSlot::a, third, Run::change), Error,
      with(Fault::denied));
  BOOST_TEST(house.dep().version == 1u);
  house.roots.steer_wrap("https://c.example", Mode::ok);
  BOOST_CHECK_EXCEPTION(
      house.rotation.replace_root("Contoso", storage::RootSlot::a, house.root_b, Run::change),
      Error, with(Fault::invalid));  // both in one vault
  BOOST_CHECK_EXCEPTION(
      house.rotation.replace_root("managed", storage::RootSlot::a, third, Run::change), Error,
      with(Fault::invalid));
  house.rotation.replace_root("Contoso", storage::RootSlot::a, third, Run::change);
  house.swept();
  const auto keys = house.deps.keys(house.dep());
  BOOST_TEST(keys.roots[0].key.vault() == "https://c.example");
  BOOST_TEST(keys.roots[1].key.vault() == vault_b);
  house.roots.lose(house.root_a);
  house.roots.steer(vault_b, Mode::denied);
  BOOST_TEST(house.readable());
}

BOOST_AUTO_TEST_CASE(a_dep_key_is_rolled_under_the_same_roots) {
  Customer house;
  const auto before = house.deps.keys(house.dep());
  house.roots.rotate(house.root_a);
  house.rotation.roll_key("Contoso", Run::change);
  const auto after = house.deps.keys(house.dep());
  BOOST_TEST(after.version == 2u);
  BOOST_CHECK(after.roots[0].key == before.roots[0].key);
  BOOST_CHECK(after.availability->blob != before.availability->blob);
  house.swept();
  BOOST_TEST(house.readable());
  house.rotation.roll_key("managed", Run::change);
  house.swept();
  BOOST_TEST(house.deps.default_dep().version == 2u);
}

BOOST_AUTO_TEST_CASE(a_rolled_availability_key_serves_and_the_former_is_gone) {
  Customer house;
  house.rotation.roll_key("Contoso", Run::change);  // two versions are kept
  const auto wrapped = house.directory.mailbox(house.ada.mailbox).key.blob;
  house.rotation.roll_availability_key("Contoso", Run::preview);
  BOOST_TEST(house.service_keys.find_availability_key(house.made.id, 1).has_value());
  for (std::uint32_t generation = 2; generation <= 3; ++generation) {
    house.rotation.roll_availability_key("Contoso", Run::change);
    BOOST_TEST(!house.service_keys.find_availability_key(house.made.id, generation - 1));
    BOOST_TEST(house.service_keys.find_availability_key(house.made.id, generation).has_value());
  }
  BOOST_CHECK(house.directory.mailbox(house.ada.mailbox).key.blob == wrapped);
  house.steer(Mode::transient);
  BOOST_TEST(house.readable());
  BOOST_TEST(house.ring.statistics().availability_uses > 0u);
}

BOOST_AUTO_TEST_CASE(what_a_roll_that_was_killed_left_goes_at_the_start_but_no_later_key_does) {
  Customer house;
  const auto has = [&](std::uint32_t generation) {
    return house.service_keys.find_availability_key(house.made.id, generation).has_value();
  };
  const auto file =
      house.service_keys.path() / ("availability-" + std::to_string(house.made.id.value) + ".key");
  const auto kept = house.data().parent_path() / "kept";
  std::filesystem::copy_file(file, kept);
  house.rotation.roll_availability_key("Contoso", Run::change);
  std::filesystem::copy_file(kept, file);  // killed before the former was destroyed
  house.service_keys.make_availability_key(house.made.id, 3);
  house.rotation.destroy_former_availability_keys();
  BOOST_TEST(!has(1));
  BOOST_TEST(has(2));
  BOOST_TEST(has(3));
  std::filesystem::copy_file(kept, file);
  house.service_keys.destroy_availability_key(house.made.id, 2);
  house.rotation.destroy_former_availability_keys();
  BOOST_TEST(has(1));  // it may be all that there is
}

BOOST_AUTO_TEST_CASE(an_availability_key_is_rolled_while_roots_deny_and_made_anew_when_lost) {
  Customer house;
  house.steer(Mode::denied);
  house.rotation.roll_availability_key("Contoso", Run::change);
  house.service_keys.destroy_availability_keys(house.made.id);
  BOOST_CHECK_EXCEPTION(house.rotation.roll_availability_key("Contoso", Run::change), Error,
                        with(Fault::denied));
  BOOST_CHECK_EXCEPTION(house.rotation.roll_key("Contoso", Run::change), Error,
                        with(Fault::denied));
  house.roots.steer(vault_b, Mode::ok);
  house.rotation.roll_availability_key("Contoso", Run::change);
  house.steer(Mode::transient);
  BOOST_TEST(house.readable());
}

BOOST_AUTO_TEST_CASE(a_test_says_what_is_wrong_with_which_wrap) {
  Customer house;
  house.rotation.roll_key("Contoso", Run::change);
  BOOST_TEST(all_passed(house.rotation.test("Contoso")));
  BOOST_TEST(all_passed(house.rotation.test("managed")));
  house.roots.steer(vault_a, Mode::denied);
  const auto denied = house.rotation.test("Contoso");
  BOOST_TEST(!all_passed(denied));
  for (const auto& check : denied)
    BOOST_TEST((check.passed || check.kid.starts_with(vault_a)), check.kid << check.check);
  house.roots.steer(vault_a, Mode::ok);
  house.service_keys.destroy_availability_keys(house.made.id);
  const auto lost = house.rotation.test("Contoso");
  BOOST_TEST(std::ranges::count_if(lost, [](const policy::RootCheck& check) {
               return !check.passed && check.kid == policy::availability_kid;
             }) == 2);  // of each version
}

BOOST_AUTO_TEST_CASE(root_versions_are_needed_until_no_mailbox_is_under_them) {
  Customer house;
  const auto old_a = house.deps.keys(house.dep()).roots[0].key;
  const auto new_a = house.roots.rotate(house.root_a);
  auto needed = house.rotation.needed_roots("Contoso");
  BOOST_REQUIRE(needed.size() == 2u);
  BOOST_TEST(needed[0].mailboxes == 1u);
  BOOST_CHECK(needed[0].newer == new_a);  // a refresh is due
  BOOST_CHECK(!needed[1].newer);
  BOOST_CHECK(!policy::trouble(needed[0], test_support::test_start));

  house.rotation.refresh("Contoso", Run::change);
  house.roots.info(old_a).enabled = false;
  needed = house.rotation.needed_roots("Contoso");
  BOOST_REQUIRE(needed.size() == 4u);
  BOOST_CHECK(needed[0].key == old_a);
  BOOST_TEST(needed[0].mailboxes == 1u);
  BOOST_CHECK(policy::trouble(needed[0], test_support::test_start));
  BOOST_CHECK(needed[2].key == new_a);
  BOOST_TEST(needed[2].mailboxes == 0u);
  house.swept();
  needed = house.rotation.needed_roots("Contoso");
  BOOST_REQUIRE(needed.size() == 2u);
  BOOST_TEST(needed[0].mailboxes == 1u);

  auto& info = house.roots.info(new_a);
  info.expires = test_support::test_start + policy::near_expiry;
  BOOST_CHECK(policy::trouble(house.rotation.needed_roots("Contoso")[0], test_support::test_start));
  info.expires = test_support::test_start + policy::near_expiry + 1;
  BOOST_CHECK(
      !policy::trouble(house.rotation.needed_roots("Contoso")[0], test_support::test_start));
  house.roots.lose(house.root_b);
  needed = house.rotation.needed_roots(std::nullopt);
  BOOST_TEST(needed.size() == 4u);  // those of the managed default, too
  BOOST_CHECK(policy::trouble(needed[3], test_support::test_start));
}

BOOST_AUTO_TEST_CASE(both_roots_lost_and_every_message_comes_back_under_a_new_dep) {
  Customer house;
  house.steer(Mode::transient);
  const auto c = house.roots.add("https://c.example", "three");
  const auto d = house.roots.add("https://d.example", "four");
  house.deps.create({.name = "second", .description = "", .root_a = c, .root_b = d});
  house.forget_keys();
  house.assign(house.ada, "second");
  house.swept();
  house.roots.lose(house.root_a);
  house.roots.lose(house.root_b);
  BOOST_TEST(house.readable());
  BOOST_TEST(house.deps.mailboxes(house.dep()).empty());
  house.deps.remove("Contoso", Run::change);
  BOOST_TEST(house.readable());
}

BOOST_AUTO_TEST_SUITE_END()
