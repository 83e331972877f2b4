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
  std::vector<policy::RootAnswer> unwraps_by_a_root() {
    auto by = unwrap.by_roots(dep, wrapped, crypto::Patience::user);
    BOOST_REQUIRE(by.key.has_value());
    crypto::Aead::unwrap(below, *by.key, at);
    return by.answers;
  }
};

auto with(Fault fault) {
  return [fault](const Error& error) {
    return error.fault() == fault &&
           std::string_view(error.what()).find("Contoso") != std::string_view::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_root_is_enough_and_the_other_is_not_asked) {
  Policy policy;
  BOOST_TEST(policy.unwraps_by_a_root().size() == 1u);
  BOOST_TEST(policy.roots.unwraps() == 1u);
}

BOOST_AUTO_TEST_CASE(the_first_root_is_random) {
  Policy policy;
  constexpr int tries = 400;
  for (int i = 0; i < tries; ++i) policy.unwraps_by_a_root();
  // 200 +- 10 with a standard deviation of 10: 100 off is no accident.
  BOOST_TEST(policy.roots.unwraps(vault_a) > 100u);
  BOOST_TEST(policy.roots.unwraps(vault_b) > 100u);
  BOOST_TEST(policy.roots.unwraps() == 400u);
}

BOOST_AUTO_TEST_CASE(each_wrap_opens_alone) {
  for (const auto failure : {Mode::denied, Mode::transient, Mode::misconfigured, Mode::garbage})
    for (const auto& broken : {vault_a, vault_b}) {
      Policy policy;
      policy.roots.steer(broken, failure);
      for (int i = 0; i < 20; ++i) policy.unwraps_by_a_root();
      BOOST_TEST(policy.unwrap.counters().availability_uses == 0u);
    }
  Policy policy;
  crypto::Aead::unwrap(policy.below, policy.unwrap.by_availability_key(policy.dep, policy.wrapped),
                       Policy::at);
  BOOST_TEST(policy.unwrap.counters().availability_uses == 1u);
  BOOST_TEST(policy.roots.unwraps() == 0u);
}

BOOST_AUTO_TEST_CASE(each_root_that_fails_is_named_with_what_it_said) {
  Policy policy;
  policy.steer(Mode::denied, Mode::garbage);
  const auto by = policy.unwrap.by_roots(policy.dep, policy.wrapped, crypto::Patience::user);
  BOOST_TEST(!by.key.has_value());
  BOOST_REQUIRE(by.answers.size() == 2u);
  for (const auto& answer : by.answers) {
    const bool is_a = answer.kid.starts_with("https://a.example/keys/one/");
    BOOST_CHECK(answer.verdict ==
                (is_a ? crypto::RootVerdict::denied : crypto::RootVerdict::misconfigured));
    BOOST_TEST(!answer.reason.empty());
  }
  BOOST_TEST(policy.unwrap.counters().root_failures == 2u);
}

BOOST_AUTO_TEST_CASE(an_availability_key_that_is_not_there_is_said_so) {
  Policy destroyed;
  BOOST_TEST(destroyed.unwrap.has_availability_key(destroyed.wrapped));
  destroyed.service_keys.destroy_availability_keys(destroyed.dep.id);
  BOOST_TEST(!destroyed.unwrap.has_availability_key(destroyed.wrapped));
  BOOST_CHECK_EXCEPTION(destroyed.unwrap.by_availability_key(destroyed.dep, destroyed.wrapped),
                        Error, with(Fault::unavailable));
  Policy never_wrapped;
  never_wrapped.wrapped.availability.reset();
  BOOST_TEST(!never_wrapped.unwrap.has_availability_key(never_wrapped.wrapped));
  BOOST_CHECK_EXCEPTION(
      never_wrapped.unwrap.by_availability_key(never_wrapped.dep, never_wrapped.wrapped), Error,
      with(Fault::unavailable));
}

BOOST_AUTO_TEST_CASE(a_wrap_of_another_dep_or_version_does_not_open) {
  Policy policy;
  policy.dep.id = DepId(8);  // somebody moved the three wraps to another DEP
  policy.service_keys.make_availability_key(policy.dep.id, 1);
  BOOST_TEST(
      !policy.unwrap.by_roots(policy.dep, policy.wrapped, crypto::Patience::user).key.has_value());
  BOOST_CHECK_EXCEPTION(policy.unwrap.by_availability_key(policy.dep, policy.wrapped), Error,
                        with(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(a_missing_wrap_is_corrupt) {
  Policy policy;
  policy.wrapped.roots.pop_back();
  BOOST_CHECK_EXCEPTION(policy.unwrap.by_roots(policy.dep, policy.wrapped, crypto::Patience::user),
                        Error, with(Fault::corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
