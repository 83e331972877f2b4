#include "policy/dep_unwrap.h"

#include <boost/test/unit_test.hpp>

#include "crypto/aead.h"
#include "tests/support/fake_roots.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(dep_unwrap)

namespace {

using policy::DepUnwrap;
using test_support::FakeRoots;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

// A DEP whose key is wrapped three times, as Deps makes it.
struct Policy {
  storage_test::TempDirectory directory;
  crypto::ServiceKeys service_keys{directory.path() / "keys", directory.path() / "data"};
  FakeRoots roots;
  storage::Dep dep;
  storage::WrappedDepKey wrapped;
  DepUnwrap unwrap{roots, service_keys};
  crypto::WrappedKey<crypto::MailboxLevel> below;  // opens under the right DEP key only

  Policy() {
    dep.id = DepId(7);
    dep.name = "Contoso";
    const auto key = crypto::DepKey::generate();
    const auto place = policy::place_of_dep_key(dep.id, 1);
    wrapped = {.dep = dep.id,
               .version = 1,
               .roots = {roots.wrap(roots.add(vault_a, "one"), key, place),
                         roots.wrap(roots.add(vault_b, "two"), key, place)},
               .availability =
                   crypto::Aead::wrap(key, service_keys.make_availability_key(dep.id, 1), place)};
    below = crypto::Aead::wrap(crypto::MailboxKey::generate(), key, at);
  }

  static constexpr crypto::Place at{.kind = crypto::Kind::mailbox_key};

  void steer(Mode a, Mode b) {
    roots.steer(vault_a, a);
    roots.steer(vault_b, b);
  }
  void unwraps_rightly() { crypto::Aead::unwrap(below, unwrap.unwrap(dep, wrapped), at); }

  std::string refusal(Fault fault) {
    try {
      unwrap.unwrap(dep, wrapped);
    } catch (const Error& error) {
      BOOST_CHECK(error.fault() == fault);
      return error.what();
    }
    BOOST_ERROR("was not refused");
    return {};
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_root_is_enough_and_the_other_is_not_asked) {
  Policy policy;
  policy.unwraps_rightly();
  BOOST_TEST(policy.roots.unwraps() == 1u);
}

BOOST_AUTO_TEST_CASE(the_first_root_is_random) {
  Policy policy;
  constexpr int tries = 400;
  for (int i = 0; i < tries; ++i) policy.unwraps_rightly();
  // 200 +- 10 with a standard deviation of 10: 100 off is no accident.
  BOOST_TEST(policy.roots.unwraps(vault_a) > 100u);
  BOOST_TEST(policy.roots.unwraps(vault_b) > 100u);
  BOOST_TEST(policy.roots.unwraps() == 400u);
}

BOOST_AUTO_TEST_CASE(each_wrap_opens_alone) {
  for (const auto failure : {Mode::denied, Mode::transient, Mode::misconfigured, Mode::garbage}) {
    for (const auto& broken : {vault_a, vault_b}) {
      Policy policy;
      policy.roots.steer(broken, failure);
      for (int i = 0; i < 20; ++i) policy.unwraps_rightly();
      BOOST_TEST(policy.unwrap.counters().availability_uses == 0u);
    }
  }
  Policy policy;
  policy.steer(Mode::transient, Mode::transient);
  policy.unwraps_rightly();
  BOOST_TEST(policy.unwrap.counters().availability_uses == 1u);
}

BOOST_AUTO_TEST_CASE(a_denial_refuses_whatever_the_other_root_fails_with) {
  for (const auto other : {Mode::denied, Mode::transient, Mode::misconfigured, Mode::garbage}) {
    for (const bool swapped : {false, true}) {
      Policy policy;
      if (swapped)
        policy.steer(other, Mode::denied);
      else
        policy.steer(Mode::denied, other);
      const auto text = policy.refusal(Fault::denied);
      BOOST_TEST(has(text, "Contoso"));
      BOOST_TEST(has(text, "https://a.example/keys/one"));
      BOOST_TEST(has(text, "https://b.example/keys/two"));
      BOOST_TEST(has(text, "KeyDisabled"));
      BOOST_TEST(policy.unwrap.counters().availability_uses == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_availability_key_serves_an_outage_after_both_roots_were_tried) {
  constexpr Mode failures[] = {Mode::transient, Mode::misconfigured, Mode::garbage};
  for (const auto a : failures)
    for (const auto b : failures) {
      Policy policy;
      policy.steer(a, b);
      policy.unwraps_rightly();
      BOOST_TEST(policy.roots.unwraps(vault_a) == 1u);
      BOOST_TEST(policy.roots.unwraps(vault_b) == 1u);
      BOOST_TEST(policy.unwrap.counters().availability_uses == 1u);
      BOOST_TEST(policy.unwrap.counters().root_failures == 2u);
    }
}

BOOST_AUTO_TEST_CASE(without_an_availability_key_an_outage_is_unavailable) {
  Policy destroyed;
  destroyed.steer(Mode::transient, Mode::misconfigured);
  destroyed.service_keys.destroy_availability_keys(destroyed.dep.id);
  const auto text = destroyed.refusal(Fault::unavailable);
  BOOST_TEST(has(text, "Contoso"));
  BOOST_TEST(has(text, "timeout"));
  BOOST_TEST(has(text, "401 Unauthorized"));

  Policy never_wrapped;
  never_wrapped.steer(Mode::transient, Mode::transient);
  never_wrapped.wrapped.availability.reset();
  never_wrapped.refusal(Fault::unavailable);
}

BOOST_AUTO_TEST_CASE(a_wrap_of_another_dep_or_version_does_not_open) {
  Policy policy;
  policy.dep.id = DepId(8);  // somebody moved the three wraps to another DEP
  policy.service_keys.make_availability_key(policy.dep.id, 1);
  BOOST_TEST(has(policy.refusal(Fault::corrupt), "Contoso"));
}

BOOST_AUTO_TEST_CASE(a_missing_wrap_is_corrupt) {
  Policy policy;
  policy.wrapped.roots.pop_back();
  policy.refusal(Fault::corrupt);
}

BOOST_AUTO_TEST_SUITE_END()
