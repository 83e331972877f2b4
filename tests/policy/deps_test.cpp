#include "policy/deps.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(deps)

namespace {

using test_support::FakeRoots;
using test_support::Installation;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;
using policy::Run;

auto with(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

constexpr std::streamoff first_page = 4096;  // SQLite counts openings there; no rows of ours

std::string pages_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(first_page);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t service_files(const Installation& house) {
  const auto& path = house.service_keys.path();
  using Files = std::filesystem::recursive_directory_iterator;
  return static_cast<std::size_t>(std::distance(Files(path), Files()));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_dep_has_exactly_three_wraps) {
  Installation house;
  const auto dep = house.make_dep();
  const auto keys = house.deps.keys(dep);
  BOOST_REQUIRE(keys.roots.size() == 2u);
  BOOST_TEST(keys.roots[0].key.vault() == vault_a);
  BOOST_TEST(keys.roots[1].key.vault() == vault_b);
  BOOST_TEST(!keys.roots[0].key.version().empty());
  BOOST_TEST(keys.availability.has_value());
  BOOST_TEST(house.service_keys.find_availability_key(dep.id, 1).has_value());
  BOOST_TEST(!dep.managed);
  BOOST_TEST(dep.created == test_support::test_start);
}

BOOST_AUTO_TEST_CASE(names_follow_the_rule) {
  Installation house;
  for (const std::string name : {"a", "Contoso-2026.x_y", "0"}) house.make_dep(name);
  for (const std::string& name : {std::string(), std::string("two words"), std::string("a/b"),
                                  std::string("caf\xc3\xa9"), std::string(65, 'a')})
    BOOST_CHECK_EXCEPTION(house.make_dep(name), Error, with(Fault::invalid));
  house.make_dep(std::string(64, 'b'));
  BOOST_CHECK_EXCEPTION(house.make_dep("CONTOSO-2026.X_Y"), Error, with(Fault::exists));
  BOOST_CHECK_EXCEPTION(house.make_dep("Managed"), Error, with(Fault::exists));
}

BOOST_AUTO_TEST_CASE(a_dep_that_fails_leaves_nothing_behind) {
  Installation house;
  const auto files = service_files(house);
  house.roots.steer(vault_b, Mode::denied);
  BOOST_CHECK_EXCEPTION(house.make_dep(), Error, with(Fault::denied));
  house.roots.steer(vault_b, Mode::transient);
  BOOST_CHECK_EXCEPTION(house.make_dep(), Error, with(Fault::unavailable));
  house.roots.steer(vault_b, Mode::ok);
  house.roots.info(house.root_b).enabled = false;
  BOOST_CHECK_EXCEPTION(house.make_dep(), Error, with(Fault::invalid));
  BOOST_TEST(house.deps.list().size() == 1u);
  BOOST_TEST(service_files(house) == files);
}

BOOST_AUTO_TEST_CASE(a_check_reports_and_changes_nothing) {
  Installation house;
  const auto files = service_files(house);
  const policy::NewDep wanted{"Contoso", "", house.root_a, house.root_b};
  BOOST_TEST(policy::all_passed(house.deps.check(wanted)));
  house.roots.info(house.root_a).type = "EC";
  BOOST_TEST(!policy::all_passed(house.deps.check(wanted)));
  BOOST_TEST(house.deps.list().size() == 1u);
  BOOST_TEST(service_files(house) == files);
}

BOOST_AUTO_TEST_CASE(the_managed_default_is_a_dep_like_any_other) {
  Installation house;
  const auto dep = house.deps.default_dep();
  BOOST_TEST(dep.name == policy::managed_dep_name);
  BOOST_TEST(dep.managed);
  BOOST_TEST(house.deps.keys(dep).roots.size() == 2u);
  BOOST_TEST(house.deps.keys(dep).availability.has_value());
  house.deps.ensure_managed(house.root_a, house.root_b);  // the next start
  BOOST_TEST(house.deps.list().size() == 1u);
}

BOOST_AUTO_TEST_CASE(assigning_rewraps_the_key_and_touches_no_mail) {
  Installation house;
  const auto account = house.make_account("ada@example.org");
  const auto octets = storage_test::sample_octets(200'000);
  house.add_mail(account, octets);
  const auto before = house.directory.mailbox(account.mailbox);
  const auto store = house.data() / "mail" / std::to_string(before.database.value) / "store.db";
  const auto settled = [&] {  // closing checkpoints all there is
    house.mailboxes.close_idle();
    house.clock.advance(30);
    house.mailboxes.close_idle();
    house.databases.clear();
    const auto pages = pages_of(store);
    for (const DatabaseId id : {DatabaseId(1), DatabaseId(2)})
      house.databases[id] = std::make_unique<storage::MailDatabase>(
          id, house.data() / "mail" / std::to_string(id.value));
    return pages;
  };
  const auto stored = settled();
  BOOST_TEST(stored.size() > octets.size() / 2);

  const auto dep = house.make_dep();
  house.assign(account, "Contoso");
  const auto after = house.directory.mailbox(account.mailbox);
  BOOST_CHECK(after.dep == dep.id);
  BOOST_CHECK(after.assigned == dep.id);
  BOOST_CHECK(after.key.blob != before.key.blob);
  BOOST_TEST(after.epoch == before.epoch);
  const auto still = settled();
  BOOST_CHECK(still == stored);
  BOOST_TEST(still.size() == stored.size());
  const auto inbox = house.inbox(account);
  BOOST_REQUIRE(inbox.size() == 1u);
  BOOST_CHECK(inbox[0] == octets);
}

BOOST_AUTO_TEST_CASE(taking_an_assignment_away_leads_to_the_default) {
  Installation house;
  const auto dep = house.make_dep();
  const auto account = house.make_account("ada@example.org", dep);
  house.add_mail(account, "first");
  BOOST_TEST(house.deps.mailboxes(dep).size() == 1u);
  house.deps.unassign(std::span(&account.mailbox, 1), Run::change);
  const auto after = house.directory.mailbox(account.mailbox);
  BOOST_CHECK(after.dep == house.deps.default_dep().id);
  BOOST_CHECK(!after.assigned);
  BOOST_TEST(house.deps.mailboxes(dep).empty());
  // Nothing of it hangs from the customer's roots any more.
  house.roots.steer(vault_a, Mode::denied);
  house.roots.steer(vault_b, Mode::denied);
  house.clock.advance(900);
  BOOST_TEST(house.inbox(account).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_assignment_waits_while_a_dep_key_is_not_to_be_had) {
  Installation house;
  const auto dep = house.make_dep();
  const auto account = house.make_account("ada@example.org");
  house.add_mail(account, "first");
  house.roots.steer(vault_a, Mode::denied);
  house.roots.steer(vault_b, Mode::denied);
  house.clock.advance(900);
  house.assign(account, "Contoso");
  auto record = house.directory.mailbox(account.mailbox);
  BOOST_CHECK(record.assigned == dep.id);
  BOOST_TEST(record.to_be_moved());
  BOOST_TEST(house.inbox(account).size() == 1u);  // where it was, it goes on
  house.roots.steer(vault_b, Mode::ok);
  house.clock.advance(policy::DepKeys::user_retry);
  house.inbox(account);  // opening moves it
  record = house.directory.mailbox(account.mailbox);
  BOOST_CHECK(record.under() == dep.newest());
}

BOOST_AUTO_TEST_CASE(a_disabled_dep_takes_no_mailboxes_and_keeps_those_it_has) {
  Installation house;
  const auto has = house.make_account("ada@example.org", house.make_dep());
  const auto wants = house.make_account("bob@example.org");
  BOOST_TEST(house.deps.disable("Contoso", Run::change).size() == 1u);
  BOOST_CHECK_EXCEPTION(house.assign(wants, "Contoso"), Error, with(Fault::denied));
  BOOST_CHECK_EXCEPTION(house.make_account("eve@example.org", house.deps.dep("Contoso")), Error,
                        with(Fault::denied));
  BOOST_CHECK_EXCEPTION(house.deps.set_tenant_wide("Contoso", Run::change), Error,
                        with(Fault::denied));
  house.add_mail(has, "still here");
  BOOST_TEST(house.inbox(has).size() == 1u);
  house.deps.enable("Contoso", Run::change);
  house.assign(wants, "Contoso");
}

BOOST_AUTO_TEST_CASE(a_dep_is_found_by_name_or_number) {
  Installation house;
  const auto dep = house.make_dep();
  const auto digits = house.make_dep("12");
  BOOST_CHECK(house.deps.dep("CONTOSO").id == dep.id);
  BOOST_CHECK(house.deps.dep(std::to_string(dep.id.value)).id == dep.id);
  BOOST_CHECK(house.deps.dep("12").id == digits.id);
}

BOOST_AUTO_TEST_CASE(unknown_and_empty_names_are_errors_not_all) {
  Installation house;
  BOOST_CHECK_EXCEPTION(house.deps.dep("99"), Error, with(Fault::not_found));
  BOOST_CHECK_EXCEPTION(house.deps.dep("nobody"), Error, with(Fault::not_found));
  BOOST_CHECK_EXCEPTION(house.deps.dep(""), Error, with(Fault::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
