#include "policy/root_memory.h"

#include <boost/test/unit_test.hpp>

#include "crypto/service_keys.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(root_memory)

namespace {

using crypto::RootVerdict;
using policy::Outcome;
using policy::RootAnswer;

const std::string a = "https://a.example/keys/one/1", b = "https://b.example/keys/two/1";

struct Memory {
  storage_test::TempDirectory temporary;
  ManualClock clock{1000};
  std::shared_ptr<storage::Directory> directory;
  storage::Dep dep;

  Memory() {
    dep.id = DepId(7);
    dep.name = "Contoso";
    restart();
  }
  void restart() {
    directory.reset();
    directory = storage_test::open_directory(temporary.path());
  }
  policy::Standing weigh(std::vector<RootAnswer> answers, std::uint32_t version = 1) {
    return policy::RootMemory(*directory, clock).weigh(dep, version, std::move(answers));
  }
  Outcome outcome(RootVerdict of_a, RootVerdict of_b) {
    return weigh({{a, of_a, "said a"}, {b, of_b, "said b"}}).outcome;
  }
};

constexpr auto ok = RootVerdict::ok, denied = RootVerdict::denied,
               transient = RootVerdict::transient, misconfigured = RootVerdict::misconfigured;

}  // namespace

BOOST_AUTO_TEST_CASE(a_denial_holds_until_that_root_unwraps) {
  Memory memory;
  BOOST_CHECK(memory.outcome(denied, transient) == Outcome::refuse);
  BOOST_CHECK(memory.outcome(transient, transient) == Outcome::refuse);
  BOOST_CHECK(memory.outcome(misconfigured, misconfigured) == Outcome::refuse);
  BOOST_CHECK(memory.weigh({{b, ok, ""}}).outcome == Outcome::serve);  // the other one
  BOOST_CHECK(memory.outcome(transient, transient) == Outcome::refuse);
  BOOST_CHECK(memory.weigh({{a, ok, ""}}).outcome == Outcome::serve);
  BOOST_CHECK(memory.outcome(transient, transient) == Outcome::outage);
}

BOOST_AUTO_TEST_CASE(a_denial_outlives_the_process) {
  Memory memory;
  memory.outcome(transient, denied);
  memory.clock.advance(50);
  memory.outcome(transient, denied);
  memory.restart();
  const auto denials = memory.directory->root_denials(memory.dep.id);
  BOOST_REQUIRE(denials.size() == 1u);
  BOOST_TEST(denials[0].kid == b);
  BOOST_TEST(denials[0].since == 1000);
  const auto standing = memory.weigh({{a, transient, "timeout"}, {b, transient, "timeout"}});
  BOOST_CHECK(standing.outcome == Outcome::refuse);
  BOOST_TEST(standing.failures() ==
             a + ": transient (timeout); " + b +
                 ": denied (said b; not lifted since, now transient: timeout)");
}

BOOST_AUTO_TEST_CASE(a_denial_is_of_one_key_version_and_one_dep) {
  Memory memory;
  memory.outcome(denied, denied);
  const std::string newer_a = "https://a.example/keys/one/2",
                    newer_b = "https://b.example/keys/two/2";
  const std::vector<RootAnswer> newer = {{newer_a, transient, ""}, {newer_b, transient, ""}};
  BOOST_CHECK(memory.weigh(newer, 2).outcome == Outcome::outage);
  memory.dep.id = DepId(8);
  BOOST_CHECK(memory.outcome(transient, transient) == Outcome::outage);
}

BOOST_AUTO_TEST_CASE(an_outage_begins_once_and_ends_when_a_root_unwraps) {
  Memory memory;
  const std::vector<RootAnswer> silence = {{a, transient, ""}, {b, misconfigured, ""}};
  BOOST_TEST(memory.weigh(silence).outage_since == 1000);
  memory.clock.advance(100);
  memory.restart();
  BOOST_TEST(memory.weigh(silence).outage_since == 1000);
  BOOST_TEST(memory.weigh(silence, 2).outage_since == 1100);  // each version for itself
  memory.weigh({{a, transient, ""}, {b, ok, ""}});
  BOOST_CHECK(!memory.directory->outage(memory.dep.id, 1));
  BOOST_TEST(memory.weigh(silence).outage_since == 1100);
}

BOOST_AUTO_TEST_SUITE_END()
