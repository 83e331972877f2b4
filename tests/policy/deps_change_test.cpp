#include <boost/test/unit_test.hpp>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(deps_change)

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

storage::DepVersion under(Installation& house, const storage::Account& account) {
  return house.directory.mailbox(account.mailbox).under();
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_and_texts_change_and_previews_do_not) {
  Installation house;
  const auto dep = house.make_dep();
  house.make_dep("other");
  house.make_account("ada@example.org", dep);
  BOOST_TEST(house.deps.rename("contoso", "Fabrikam", Run::preview).size() == 1u);
  BOOST_TEST(house.deps.dep("Contoso").name == "Contoso");
  house.deps.rename("Contoso", "CONTOSO", Run::change);  // its own name, spelt anew
  house.deps.rename("Contoso", "Fabrikam", Run::change);
  BOOST_CHECK(house.deps.dep("fabrikam").id == dep.id);
  BOOST_CHECK_EXCEPTION(house.deps.rename("Fabrikam", "Other", Run::preview), Error,
                        with(Fault::exists));
  BOOST_CHECK_EXCEPTION(house.deps.rename("Fabrikam", "a b", Run::change), Error,
                        with(Fault::invalid));
  BOOST_CHECK_EXCEPTION(house.deps.rename("managed", "mine", Run::change), Error,
                        with(Fault::invalid));
  house.deps.describe("Fabrikam", "all of it", Run::change);
  BOOST_TEST(house.deps.dep("fabrikam").description == "all of it");
  BOOST_CHECK_EXCEPTION(house.deps.describe("Fabrikam", std::string(1001, 'x'), Run::change), Error,
                        with(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(only_so_many_deps_are_enabled_at_once) {
  Installation house;
  for (std::size_t n = 0; n < policy::most_active_deps; ++n)
    house.make_dep("dep" + std::to_string(n));
  BOOST_CHECK_EXCEPTION(house.make_dep("one-too-many"), Error, with(Fault::limit));
  house.deps.disable("dep0", Run::change);
  house.make_dep("another");
  BOOST_CHECK_EXCEPTION(house.deps.enable("dep0", Run::change), Error, with(Fault::limit));
  house.deps.enable("another", Run::change);  // it is already
}

BOOST_AUTO_TEST_CASE(mailbox_before_tenant_wide_before_managed) {
  Installation house;
  const auto own = house.make_dep("own"), tenant = house.make_dep("tenant");
  const auto managed = house.deps.default_dep();
  const auto ada = house.make_account("ada@example.org");
  const auto bob = house.make_account("bob@example.org");
  house.assign(ada, "own");

  BOOST_TEST(house.deps.set_tenant_wide("tenant", Run::preview).size() == 1u);
  BOOST_CHECK(under(house, bob) == managed.newest());
  house.deps.set_tenant_wide("tenant", Run::change);
  house.swept();
  BOOST_CHECK(under(house, ada) == own.newest());  // untouched
  BOOST_CHECK(under(house, bob) == tenant.newest());
  const auto eve = house.make_account("eve@example.org", house.deps.default_dep());
  BOOST_CHECK(under(house, eve) == tenant.newest());
  BOOST_CHECK(!house.directory.mailbox(eve.mailbox).assigned);

  // Where an unassigned mailbox goes is said.
  const auto gone = house.deps.unassign(std::span(&ada.mailbox, 1), Run::change);
  BOOST_REQUIRE(gone.size() == 1u);
  BOOST_CHECK(gone[0].to == tenant.newest());
  BOOST_CHECK(under(house, ada) == tenant.newest());
  BOOST_CHECK_EXCEPTION(house.deps.unassign(std::span(&ada.mailbox, 1), Run::change), Error,
                        with(Fault::invalid));

  // Managed can be a mailbox's own choice.
  house.assign(bob, "managed");
  BOOST_CHECK(under(house, bob) == managed.newest());
  BOOST_CHECK_EXCEPTION(house.deps.disable("tenant", Run::change), Error, with(Fault::denied));
  house.deps.clear_tenant_wide(Run::change);
  house.swept();
  for (const auto* account : {&ada, &bob, &eve})
    BOOST_CHECK(under(house, *account) == managed.newest());
  BOOST_CHECK_EXCEPTION(house.deps.clear_tenant_wide(Run::change), Error, with(Fault::not_found));
  BOOST_CHECK_EXCEPTION(house.deps.set_tenant_wide("managed", Run::change), Error,
                        with(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(many_are_assigned_together_or_none) {
  Installation house;
  const auto dep = house.make_dep();
  std::vector<MailboxId> all;
  for (int n = 0; n < 5; ++n)
    all.push_back(house.make_account("user" + std::to_string(n) + "@example.org").mailbox);
  const auto seen = house.deps.assign(all, "Contoso", Run::preview);
  BOOST_TEST(seen.size() == 5u);
  BOOST_TEST(house.deps.mailboxes(dep).empty());
  all.push_back(MailboxId(99));
  BOOST_CHECK_EXCEPTION(house.deps.assign(all, "Contoso", Run::change), Error,
                        with(Fault::not_found));
  BOOST_TEST(house.deps.mailboxes(dep).empty());
  all.pop_back();
  house.deps.assign(all, "Contoso", Run::change);
  BOOST_TEST(house.deps.mailboxes(dep).size() == 5u);
}

BOOST_AUTO_TEST_CASE(a_dep_goes_when_no_mailbox_is_on_any_of_its_versions) {
  Installation house;
  const auto dep = house.make_dep();
  const auto ada = house.make_account("ada@example.org", dep);
  house.rotation.roll_key("Contoso", Run::change);
  const auto in_use = [&](const Error& error) {
    return error.fault() == Fault::limit &&
           std::string(error.what()).find(std::to_string(ada.mailbox.value)) != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(house.deps.remove("Contoso", Run::preview), Error, in_use);
  BOOST_CHECK_EXCEPTION(house.deps.remove("Contoso", Run::change), Error, in_use);
  house.deps.unassign(std::span(&ada.mailbox, 1), Run::change);
  house.deps.remove("Contoso", Run::preview);
  BOOST_TEST(house.service_keys.find_availability_key(dep.id, 1).has_value());
  house.deps.remove("Contoso", Run::change);
  BOOST_CHECK_EXCEPTION(house.deps.dep("Contoso"), Error, with(Fault::not_found));
  BOOST_TEST(!house.service_keys.find_availability_key(dep.id, 1).has_value());
  BOOST_CHECK_EXCEPTION(house.deps.remove("managed", Run::change), Error, with(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(without_an_availability_key_an_outage_is_one) {
  Installation house;
  const auto dep = house.deps.create({.name = "bare",
                                      .description = "",
                                      .root_a = house.root_a,
                                      .root_b = house.root_b,
                                      .availability = policy::AvailabilityKey::none});
  const auto ada = house.make_account("ada@example.org", dep);
  house.add_mail(ada, "first");
  BOOST_TEST(!house.deps.keys(dep).availability.has_value());
  BOOST_TEST(!house.service_keys.find_availability_key(dep.id, 1).has_value());
  BOOST_CHECK_EXCEPTION(house.rotation.roll_availability_key("bare", Run::change), Error,
                        with(Fault::invalid));
  house.rotation.roll_key("bare", Run::change);
  BOOST_TEST(!house.deps.keys(house.deps.dep("bare")).availability.has_value());
  house.swept();
  house.roots.steer(vault_a, Mode::transient);
  house.roots.steer(vault_b, Mode::transient);
  house.clock.advance(900);
  BOOST_CHECK_EXCEPTION(house.inbox(ada), Error, with(Fault::unavailable));
  house.roots.steer(vault_b, Mode::ok);
  house.clock.advance(policy::DepKeys::recheck);
  BOOST_TEST(house.inbox(ada).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
