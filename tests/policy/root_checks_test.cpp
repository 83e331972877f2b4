#include "policy/root_checks.h"

#include <boost/test/unit_test.hpp>

#include <functional>

#include "policy/dep_unwrap.h"
#include "tests/support/fake_roots.h"

BOOST_AUTO_TEST_SUITE(root_checks)

namespace {

using test_support::FakeRoots;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

constexpr UnixTime now = 1'800'000'000;

struct Roots {
  FakeRoots roots;
  ManualClock clock{now};
  crypto::RootKeyRef a = roots.add(vault_a, "one"), b = roots.add(vault_b, "two");

  policy::Examined examine(policy::Holder holder = policy::Holder::customer) {
    return policy::examine(roots, clock, a, b, holder, crypto::DepKey::generate(),
                           policy::place_of_dep_key(DepId(1), 1));
  }
};

std::string failed(const std::vector<policy::RootCheck>& checks) {
  std::string names;
  for (const auto& check : checks)
    if (!check.passed) names += (names.empty() ? "" : ", ") + check.check;
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_good_roots_pass_and_are_wrapped_with_exact_versions) {
  Roots roots;
  const auto examined = roots.examine();
  BOOST_TEST(failed(examined.checks) == "");
  BOOST_REQUIRE(examined.wraps.size() == 2u);
  BOOST_TEST(examined.wraps[0].key.vault() == vault_a);
  BOOST_TEST(!examined.wraps[0].key.version().empty());
  BOOST_TEST(examined.wraps[1].key.vault() == vault_b);
}

// One line a rule: what is wrong with the key of vault B, and which check says so.
BOOST_AUTO_TEST_CASE(each_flaw_of_a_key_has_its_check) {
  using Info = crypto::RootKeyInfo;
  const std::pair<std::string, std::function<void(Info&)>> rows[] = {
      {"type", [](Info& key) { key.type = "EC"; }},
      {"type", [](Info& key) { key.type = "oct-HSM"; }},
      {"size", [](Info& key) { key.bits = 1024; }},
      {"size", [](Info& key) { key.bits = 2047; }},
      {"", [](Info& key) { key.bits = 2048; }},
      {"", [](Info& key) { key.bits = 4096; }},
      {"", [](Info& key) { key.type = "RSA-HSM"; }},
      {"enabled", [](Info& key) { key.enabled = false; }},
      {"valid now", [](Info& key) { key.not_before = now + 1; }},
      {"", [](Info& key) { key.not_before = now; }},
      {"no expiry", [](Info& key) { key.expires = now + 1; }},
      {"no expiry", [](Info& key) { key.expires = 253402214399; }},
      {"", [](Info& key) { key.expires = 253402214400; }},
      {"operations",
       [](Info& key) {
         key.operations = {"wrapKey", "encrypt"};
       }},
      {"operations", [](Info& key) { key.operations = {"unwrapKey"}; }},
  };
  for (const auto& [check, flaw] : rows) {
    Roots roots;
    flaw(roots.roots.info(roots.b));
    const auto examined = roots.examine();
    BOOST_TEST(failed(examined.checks) == check);
  }
}

BOOST_AUTO_TEST_CASE(a_purgeable_key_passes_with_a_warning) {
  Roots roots;
  roots.roots.info(roots.a).recovery_level = "Recoverable+Purgeable";
  const auto checks = roots.examine().checks;
  BOOST_TEST(failed(checks) == "");
  const auto warning = std::ranges::find(checks, "recovery", &policy::RootCheck::check);
  BOOST_REQUIRE(warning != checks.end());
  BOOST_TEST(warning->kid == roots.a.kid());
  BOOST_TEST(warning->detail.find("Purgeable") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_kept_for_days_after_its_deletion_passes_with_a_warning) {
  Roots roots;
  roots.roots.info(roots.b).recovery_level = "CustomizedRecoverable+Purgeable";
  const auto checks = roots.examine().checks;
  BOOST_TEST(failed(checks) == "");
  std::vector<std::string> warnings;
  for (const auto& check : checks)
    if (check.check == "recovery") warnings.push_back(check.detail);
  BOOST_REQUIRE(warnings.size() == 2u);
  BOOST_TEST(warnings[1].find("less than 90 days") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(both_roots_are_reported_when_both_fail) {
  Roots roots;
  roots.roots.steer(vault_a, Mode::denied);
  roots.roots.steer(vault_b, Mode::transient);
  const auto checks = roots.examine().checks;
  BOOST_TEST(failed(checks) == "get, get");
  try {
    policy::require_passed(checks, "Contoso");
    BOOST_ERROR("passed");
  } catch (const Error& error) {
    BOOST_CHECK(error.fault() == Fault::denied);
    const std::string text = error.what();
    BOOST_TEST(text.find(roots.a.kid()) != std::string::npos);
    BOOST_TEST(text.find("KeyDisabled") != std::string::npos);
    BOOST_TEST(text.find(roots.b.kid()) != std::string::npos);
    BOOST_TEST(text.find("timeout") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_vault_that_does_not_answer_is_said_once) {
  Roots roots;
  roots.roots.steer(vault_b, Mode::transient);
  BOOST_TEST(failed(roots.examine().checks) == "get");
}

BOOST_AUTO_TEST_CASE(a_vault_that_wraps_but_gives_another_key_back_is_caught) {
  Roots roots;
  roots.roots.steer(vault_b, Mode::garbage);
  BOOST_TEST(failed(roots.examine().checks) == "wrap and unwrap");
}

BOOST_AUTO_TEST_CASE(a_vault_that_gets_but_does_not_wrap_is_caught) {
  Roots roots;
  roots.roots.steer_wrap(vault_a, Mode::denied);
  const auto checks = roots.examine().checks;
  BOOST_TEST(failed(checks) == "wrap and unwrap");
  BOOST_CHECK_EXCEPTION(policy::require_passed(checks, "Contoso"), Error,
                        [](const Error& error) { return error.fault() == Fault::denied; });
}

BOOST_AUTO_TEST_CASE(one_vault_twice_is_refused) {
  Roots roots;
  roots.b = roots.roots.add(vault_a, "two");
  BOOST_TEST(failed(roots.examine().checks) == "another vault");
  roots.b = roots.a;
  BOOST_TEST(failed(roots.examine().checks) == "another vault");
}

BOOST_AUTO_TEST_CASE(one_vault_under_two_names_is_refused) {
  Roots roots;
  roots.roots.add(vault_a, "two");
  roots.roots.alias(vault_b, vault_a);
  BOOST_TEST(failed(roots.examine().checks) == "another vault");
}

BOOST_AUTO_TEST_CASE(one_key_in_two_vaults_is_refused_whatever_it_is_called) {
  Roots roots;
  roots.b = roots.roots.copy(roots.a, vault_b, "three");
  BOOST_TEST(failed(roots.examine().checks) == "another key");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_told_at_the_moment_is_not_taken_for_well) {
  Roots roots;
  roots.roots.steer_unknown(vault_b, Mode::transient);
  const auto checks = roots.examine().checks;
  BOOST_TEST(failed(checks) == "another vault");
  BOOST_CHECK_EXCEPTION(policy::require_passed(checks, "Contoso"), Error,
                        [](const Error& error) { return error.fault() == Fault::unavailable; });
}

BOOST_AUTO_TEST_CASE(service_held_roots_are_for_the_managed_default_alone) {
  Roots roots;
  roots.a = roots.roots.add("managed://", "a");
  roots.b = roots.roots.add("managed://", "b");
  BOOST_TEST(failed(roots.examine(policy::Holder::service).checks) == "");
  BOOST_TEST(failed(roots.examine().checks) == "held by you, held by you, another vault");
  roots.b = roots.a;
  BOOST_TEST(failed(roots.examine(policy::Holder::service).checks) == "another key");
}

BOOST_AUTO_TEST_SUITE_END()
