#include "policy/verdicts.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(verdicts)

using crypto::RootVerdict;
using policy::Outcome;

// Every pair; the order never matters.
BOOST_AUTO_TEST_CASE(every_pair_of_verdicts_has_its_outcome) {
  constexpr auto ok = RootVerdict::ok, denied = RootVerdict::denied,
                 transient = RootVerdict::transient, misconfigured = RootVerdict::misconfigured;
  struct Row {
    RootVerdict a, b;
    Outcome outcome;
  };
  constexpr Row rows[] = {
      {ok, ok, Outcome::serve},
      {ok, denied, Outcome::serve},
      {ok, transient, Outcome::serve},
      {ok, misconfigured, Outcome::serve},
      {denied, denied, Outcome::refuse},
      {denied, transient, Outcome::refuse},
      {denied, misconfigured, Outcome::refuse},
      {transient, transient, Outcome::availability_key},
      {transient, misconfigured, Outcome::availability_key},
      {misconfigured, misconfigured, Outcome::availability_key},
  };
  for (const auto& row : rows) {
    const auto pair = std::string(name_of(row.a)) + " and " + std::string(name_of(row.b));
    BOOST_TEST_CONTEXT(pair) {
      BOOST_CHECK(policy::decide(row.a, row.b) == row.outcome);
      BOOST_CHECK(policy::decide(row.b, row.a) == row.outcome);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_answer_names_the_root_and_the_reason) {
  BOOST_TEST(policy::described({"https://a/keys/k/1", RootVerdict::denied, "403 Forbidden"}) ==
             "https://a/keys/k/1: denied (403 Forbidden)");
  BOOST_TEST(policy::described({"https://a/keys/k/1", RootVerdict::ok, ""}) ==
             "https://a/keys/k/1: ok");
}

BOOST_AUTO_TEST_SUITE_END()
