#include "policy/alert_facts.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "tests/support/installation.h"
#include "tests/support/recipient.h"

BOOST_AUTO_TEST_SUITE(alert_facts)

namespace {

using policy::Run;
using test_support::FakeRoots;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

class Watched : public test_support::Installation {
 public:
  policy::AlertFactsSource source{directory,
                                  roots,
                                  rotation,
                                  sweep,
                                  ring,
                                  clock,
                                  [this] { return broken; },
                                  [this] { return rolled_back; },
                                  std::chrono::seconds(3600),
                                  {}};
  std::optional<std::string> broken, rolled_back;

  // "code object", one a line, the objects without the vaults' versions.
  std::string alerts() {
    std::string text;
    for (const auto& alert : alerts_of(source.gathered({})))
      text += std::string(name_of(alert.code)) + " " + alert.object.substr(0, 26) + "\n";
    return text;
  }
};

const std::string one_a = "root-unhealthy https://a.example/keys/one\n",
                  one_b = "root-unhealthy https://b.example/keys/two\n",
                  both = "both-roots-unhealthy DEP Contoso\n",
                  fallback = "fallback-in-use DEP Contoso\n";

}  // namespace

BOOST_AUTO_TEST_CASE(roots_are_tried_by_an_unwrap) {
  Watched house;
  house.make_dep();
  BOOST_TEST(house.alerts().empty());
  const auto asked = house.roots.unwraps();
  BOOST_TEST(house.alerts().empty());
  BOOST_TEST(house.roots.unwraps() == asked + 2);  // of one version of one DEP
  for (const auto mode :
       {Mode::denied, Mode::transient, Mode::misconfigured, Mode::garbage, Mode::unreadable}) {
    house.roots.steer(vault_a, mode);
    BOOST_TEST(house.alerts() == one_a);
    house.roots.steer(vault_b, mode);
    BOOST_TEST(house.alerts() == one_a + one_b + both);
    house.roots.steer(vault_a, Mode::ok);
    house.roots.steer(vault_b, Mode::ok);
  }
  BOOST_TEST(house.alerts().empty());
}

BOOST_AUTO_TEST_CASE(a_denial_that_a_look_sees_sticks_until_one_sees_that_root_unwrap) {
  Watched house;
  const auto dep = house.make_dep();
  const auto ada = house.make_account("ada@example.org", dep);
  const auto denials = [&] { return house.directory.root_denials(dep.id).size(); };
  const auto both_say = [&](Mode mode) {
    house.roots.steer(vault_a, mode);
    house.roots.steer(vault_b, mode);
    house.clock.advance(3600);  // nothing is in memory
    house.alerts();
  };
  both_say(Mode::denied);
  BOOST_TEST(denials() == 2u);
  both_say(Mode::transient);
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(ada.mailbox, crypto::ActorClass::user), Error,
                        [](const Error& error) { return error.fault() == Fault::denied; });
  both_say(Mode::ok);
  BOOST_TEST(denials() == 0u);
  house.roots.steer(vault_a, Mode::denied);
  house.alerts();
  house.roots.steer(vault_a, Mode::ok);
  house.alerts();  // in the second of the denial: it may be the newer of the two
  BOOST_TEST(denials() == 1u);
  both_say(Mode::ok);
  BOOST_TEST(denials() == 0u);
}

BOOST_AUTO_TEST_CASE(a_root_that_is_disabled_or_expires_is_known_before_it_fails) {
  Watched house;
  house.make_dep();
  house.roots.info(house.root_a).enabled = false;
  BOOST_TEST(house.alerts() == "root-disabled https://a.example/keys/one\n");
  house.roots.info(house.root_a).enabled = true;
  house.roots.info(house.root_b).expires = house.clock.now() + 86400;
  BOOST_TEST(house.alerts() == "root-expiring https://b.example/keys/two\n");
}

BOOST_AUTO_TEST_CASE(an_availability_key_that_is_lost_is_known_before_it_is_needed) {
  Watched house;
  const auto dep = house.make_dep();
  house.deps.create({.name = "bare",
                     .description = "",
                     .root_a = house.root_a,
                     .root_b = house.root_b,
                     .availability = policy::AvailabilityKey::none});
  const std::string lost = "no-availability-key DEP Contoso\n";
  const auto file =
      house.service_keys.path() / ("availability-" + std::to_string(dep.id.value) + ".key");
  const auto whole = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, whole / 2);
  BOOST_TEST(house.alerts() == lost);
  std::filesystem::remove(file);
  BOOST_TEST(house.alerts() == lost);
  house.rotation.roll_availability_key("Contoso", Run::change);  // by a root
  BOOST_TEST(house.alerts().empty());
}

BOOST_AUTO_TEST_CASE(a_certificate_that_expires_is_known_before_it_does) {
  Watched house;
  const auto ada = house.make_account("ada@example.org");
  const auto bob = house.make_account("bob@example.org");
  const auto& der = test_support::ada().der();
  const auto until = crypto::recipient_certificate(der).not_after;
  house.directory.set_protection(ada.mailbox,
                                 storage::Protection{.certificates = {der}, .since = 1, .by = ""});
  house.directory.set_protection(
      bob.mailbox, storage::Protection{.certificates = {Bytes{1}}, .since = 1, .by = ""});
  house.clock.advance(until - 31 * 86400 - house.clock.now());
  BOOST_TEST(house.alerts().empty());
  house.clock.advance(2 * 86400);
  BOOST_TEST(house.alerts() == "certificate-expiring mailbox ada@example.org\n");
}

BOOST_AUTO_TEST_CASE(an_old_version_counts_until_no_mailbox_is_under_it) {
  Watched house;
  const auto dep = house.make_dep();
  const auto ada = house.make_account("ada@example.org", dep);
  house.assign(ada, "Contoso");
  const auto old = house.roots.info(house.root_a).key;
  house.roots.rotate(house.root_a);
  house.roots.info(old).enabled = false;
  BOOST_TEST(house.alerts().starts_with("root-disabled"));
  house.rotation.refresh("Contoso", Run::change);
  house.swept();
  BOOST_TEST(house.alerts().empty());
}

BOOST_AUTO_TEST_CASE(the_use_of_an_availability_key_is_told_while_it_lasts) {
  Watched house;
  const auto dep = house.make_dep();
  const auto ada = house.make_account("ada@example.org", dep);
  house.roots.steer(vault_a, Mode::transient);
  house.roots.steer(vault_b, Mode::transient);
  BOOST_TEST(house.alerts() == one_a + one_b + both);  // nobody has used it yet
  house.clock.advance(3600);
  house.inbox(ada);
  BOOST_TEST(house.alerts() == one_a + one_b + both + fallback);
  BOOST_TEST(house.alerts() == one_a + one_b + both + fallback);
  house.roots.steer(vault_a, Mode::ok);
  house.clock.advance(3600);
  house.inbox(ada);
  BOOST_TEST(house.alerts() == one_b);
}

BOOST_AUTO_TEST_CASE(what_is_not_moved_and_what_is_broken_is_told) {
  Watched house;
  house.make_dep();
  const auto bob = house.make_account("bob@example.org");
  BOOST_TEST(house.source.gathered({}).to_be_moved == 0u);
  house.roots.steer(vault_a, Mode::denied);
  house.roots.steer(vault_b, Mode::denied);
  house.clock.advance(3600);
  house.assign(bob, "Contoso");
  house.swept();
  house.broken = "record 7 was edited";
  const auto facts = house.source.gathered({});
  BOOST_TEST(facts.to_be_moved == 1u);
  BOOST_TEST(facts.not_moved_because.find("Contoso") != std::string::npos);
  BOOST_TEST(facts.audit_broken.value() == "record 7 was edited");
}

BOOST_AUTO_TEST_CASE(a_purge_is_told_of_from_its_request_to_its_end) {
  Watched house;
  const auto dep = house.make_dep();
  house.make_account("ada@example.org", dep);
  for (const auto& vault : {vault_a, vault_b}) house.roots.steer(vault, Mode::denied);
  const policy::PurgeRequest request{
      .user = 1, .name = "eve", .reason = "it ends", .contact = "eve"};
  house.purges.request_dep("contoso", request, Run::change);
  BOOST_TEST(house.alerts().ends_with("purge-requested DEP Contoso\n"));
  const auto purges = house.source.gathered({}).purges;
  BOOST_TEST(purges.at(0).requested == "by eve, for: it ends");
  house.purges.approve(1, {.user = 2, .name = "bob", .approver_since = 0, .mailboxes = 1});
  BOOST_TEST(house.source.gathered({}).purges.at(0).state ==
             "approved; destroyed after 2027-01-15T09:00:00Z");
  for (const auto& vault : {vault_a, vault_b}) house.roots.steer(vault, Mode::ok);
  house.clock.advance(test_support::purge_grace + 1);
  house.purges.pass({});
  BOOST_TEST(house.alerts() == "purge-requested DEP Contoso\npurge-blocked DEP Contoso\n");
  house.purges.cancel(1, 1, "eve");
  BOOST_TEST(house.alerts().empty());
}

BOOST_AUTO_TEST_SUITE_END()
