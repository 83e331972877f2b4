// A vault that misbehaves on purpose, seen by its clients.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>

#include "base/error.h"
#include "tests/support/vault_client.h"

namespace {

namespace json = boost::json;
using namespace vault_test;

struct Rehearsal {
  RunningVault vault{RunningVault::Settings{.recovery = {}, .limits = {}, .allow_faults = true}};
  Asker client{vault, vault.token("all", everything)};
  std::string wrapped = made();

  std::string made() {
    vault.create_key("root");
    vault.create_key("other");
    return text(client.wrap("root", octets).body.at("value"));
  }
  void set(const json::object& fault, const std::string& target = "root") const {
    vault.owner("PUT", "/faults/" + target, fault);
  }
  void clear(const std::string& target = "root") const {
    vault.owner("DELETE", "/faults/" + target);
  }
  Answer unwrap() const { return client.unwrap("root", wrapped); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_fault)

BOOST_FIXTURE_TEST_CASE(answers_are_as_the_fault_says_for_this_key_alone, Rehearsal) {
  struct Row {
    json::object fault;
    unsigned status;
    const char* code;
    const char* inner;
  };
  const Row rows[] = {{{{"kind", "throttle"}, {"retry_after", 7}}, 429, "Throttled", ""},
                      {{{"kind", "throttle"}}, 429, "Throttled", ""},
                      {{{"kind", "error"}, {"status", 503}}, 503, "ServiceUnavailable", ""},
                      {{{"kind", "error"}, {"status", 500}}, 500, "InternalServerError", ""},
                      {{{"kind", "unauthorized"}}, 401, "Unauthorized", ""},
                      {{{"kind", "denied"}}, 403, "Forbidden", "ForbiddenByPolicy"},
                      {{{"kind", "disabled"}}, 403, "Forbidden", "KeyDisabled"},
                      {{{"kind", "deleted"}}, 404, "KeyNotFound", ""},
                      {{{"kind", "expired"}}, 403, "Forbidden", "KeyNotYetValidOrExpired"}};
  for (const auto& row : rows) {
    set(row.fault);
    const auto answer = unwrap();
    BOOST_TEST(answer.status == row.status, row.code);
    BOOST_TEST(answer.code() == row.code);
    BOOST_TEST(answer.inner() == row.inner);
    const bool retry = answer.head.find("Retry-After: 7") != std::string::npos;
    BOOST_TEST(retry == row.fault.contains("retry_after"));
    BOOST_TEST(client.wrap("other", octets).status == 200);
    clear();
    BOOST_TEST(unwrap().status == 200);
  }
}

BOOST_FIXTURE_TEST_CASE(a_key_that_seems_disabled_is_shown_so, Rehearsal) {
  set({{"kind", "disabled"}});
  const auto shown = client.ask("GET", "/keys/root" + version);
  BOOST_TEST(shown.status == 200);
  BOOST_TEST(!shown.body.at("attributes").at("enabled").as_bool());
  set({{"kind", "deleted"}});
  BOOST_TEST(client.ask("GET", "/keys/root" + version).code() == "KeyNotFound");
}

BOOST_FIXTURE_TEST_CASE(a_wrong_answer_has_other_octets, Rehearsal) {
  set({{"kind", "wrong-answer"}});
  const auto answer = unwrap();
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(text(answer.body.at("value")) != octets);
  BOOST_TEST(text(answer.body.at("value")).size() == octets.size());
}

BOOST_FIXTURE_TEST_CASE(a_slow_answer_comes_late_and_holds_up_nobody_else, Rehearsal) {
  set({{"kind", "slow"}, {"seconds", 2}, {"operation", "unwrapKey"}});
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(unwrap().status == 200);
  BOOST_TEST((std::chrono::steady_clock::now() - begin >= std::chrono::seconds(2)));
  BOOST_TEST(client.wrap("root", octets).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_dropped_request_has_no_answer, Rehearsal) {
  set({{"kind", "drop"}});
  BOOST_CHECK_THROW(unwrap(), std::exception);
}

BOOST_FIXTURE_TEST_CASE(a_fault_can_end_by_itself, Rehearsal) {
  set({{"kind", "error"}, {"times", 2}}, "%2A");
  BOOST_TEST(unwrap().status == 503);
  BOOST_TEST(client.wrap("other", octets).status == 503);
  BOOST_TEST(unwrap().status == 200);
  BOOST_TEST(vault.owner("GET", "/faults").as_array().empty());
}

BOOST_FIXTURE_TEST_CASE(a_bad_certificate_is_shown_until_it_is_cleared, Rehearsal) {
  const auto refused = [&] {
    try {
      unwrap();
      return false;
    } catch (const std::exception&) {
      return true;
    }
  };
  const auto within = [&](bool wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (refused() != wanted)
      if (std::chrono::steady_clock::now() > end) return false;
    return true;
  };
  set({{"kind", "bad-certificate"}}, "%2A");
  BOOST_TEST(within(true));
  clear("%2A");
  BOOST_TEST(within(false));
}

BOOST_FIXTURE_TEST_CASE(what_is_no_fault_is_refused, Rehearsal) {
  for (const auto& fault :
       {json::object{}, json::object{{"kind", "storm"}}, json::object{{"kind", 1}},
        json::object{{"kind", "slow"}, {"seconds", -1}},
        json::object{{"kind", "error"}, {"status", 200}},
        json::object{{"kind", "drop"}, {"operation", "fly"}},
        json::object{{"kind", "bad-certificate"}}})
    BOOST_CHECK_THROW(set(fault), Error);
  BOOST_CHECK_THROW(clear(), Error);
}

BOOST_FIXTURE_TEST_CASE(faults_are_the_owners_and_are_recorded, Rehearsal) {
  BOOST_TEST(client.ask("PUT", "/faults/root" + version, R"({"kind":"drop"})").status == 404);
  BOOST_TEST(client.ask("GET", "/clients" + version).status == 404);
  set({{"kind", "denied"}});
  unwrap();
  std::ifstream log(vault.directory().audit().log);
  const std::string lines{std::istreambuf_iterator<char>(log), {}};
  BOOST_TEST(lines.find(R"("operation":"PUT faults","key":"root","status":200)") !=
             std::string::npos);
  BOOST_TEST(lines.find(R"("code":"fault denied Forbidden/ForbiddenByPolicy")") !=
             std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_vault_that_was_not_started_for_it_has_no_faults, Fixture) {
  client.create("root");
  BOOST_CHECK_THROW(vault.owner("PUT", "/faults/root", json::object{{"kind", "drop"}}), Error);
  BOOST_TEST(client.ask("GET", "/keys/root" + version).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
