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
      {transient, transient, Outcome::outage},
      {transient, misconfigured, Outcome::outage},
      {misconfigured, misconfigured, Outcome::outage},
  };
  for (const auto& row : rows) {
    const auto pair = std::string(name_of(row.a)) + " and " + std::string(name_of(row.b));
    BOOST_TEST_CONTEXT(pair) {
      BOOST_CHECK(policy::decide(row.a, row.b) == row.outcome);
      BOOST_CHECK(policy::decide(row.b, row.a) == row.outcome);
    }
  }
}

// D7 and D8: who may be served when no root does.
BOOST_AUTO_TEST_CASE(the_availability_key_serves_the_system_and_users_in_an_outage_for_a_while) {
  constexpr auto user = crypto::ActorClass::user, system = crypto::ActorClass::system;
  struct Row {
    crypto::ActorClass use;
    Outcome outcome;
    UnixTime outage, longest;
    bool serves;
  };
  constexpr Row rows[] = {
      {user, Outcome::serve, 0, 100, false},     {system, Outcome::serve, 0, 100, false},
      {user, Outcome::refuse, 0, 100, false},    {system, Outcome::refuse, 0, 100, true},
      {user, Outcome::outage, 0, 100, true},     {system, Outcome::outage, 0, 100, true},
      {user, Outcome::outage, 99, 100, true},    {user, Outcome::outage, 100, 100, false},
      {system, Outcome::outage, 100, 100, true}, {user, Outcome::outage, 0, 0, false},
      {system, Outcome::outage, 0, 0, true},
  };
  for (const auto& row : rows)
    BOOST_TEST(policy::availability_key_may_serve(row.use, row.outcome, row.outage, row.longest) ==
               row.serves);
}

BOOST_AUTO_TEST_CASE(an_answer_names_the_root_and_the_reason) {
  BOOST_TEST(policy::described({"https://a/keys/k/1", RootVerdict::denied, "403 Forbidden"}) ==
             "https://a/keys/k/1: denied (403 Forbidden)");
  BOOST_TEST(policy::described({"https://a/keys/k/1", RootVerdict::ok, ""}) ==
             "https://a/keys/k/1: ok");
}

BOOST_AUTO_TEST_SUITE_END()
