// Who may do what over the admin socket, and what of it is on record.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>

#include "base/error.h"
#include "server/admin/audit_json.h"
#include "server/admin/people.h"
#include "server/admin/routes.h"
#include "tests/support/admin_parts.h"
#include "tests/support/fake_audit.h"
#include "tests/support/records.h"

BOOST_AUTO_TEST_SUITE(admin_roles)

namespace {

namespace json = boost::json;
using policy::Role;

constexpr uid_t ada = 4001, bob = 4002, stranger = 4711;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// The API without a socket, asked by any user. Ada and bob may connect and hold nothing at first.
class Counter : public test_support::Installation {
 public:
  http::Response ask(uid_t user, const std::string& method, const std::string& target,
                     const std::string& body = "") {
    return api.handle({.method = method,
                       .target = target,
                       .headers = {},
                       .body = body,
                       .peer = {"unix", http::Peer::Process{user, 0, 1}}});
  }
  unsigned create(uid_t user, const std::string& name) {
    return ask(user, "POST", "/v1/accounts",
               R"({"name":")" + name + R"(","password":"engine of 1843"})")
        .status;
  }
  // "result" of each record of the operation.
  std::string results(const std::string& operation) const {
    std::string all;
    for (const auto& event : records.events(operation)) all += event.result + " ";
    return all;
  }

  test_support::Records records{*this, {ada, bob}};
  server::admin::Api api{test_support::admin_parts(*this, records)};
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_route_names_roles_and_every_change_an_operation) {
  for (const auto& route : server::admin::routes()) {
    BOOST_TEST(!route.roles.empty(), route.path);
    if (route.method == "DELETE" || route.method == "PATCH" || route.method == "PUT")
      BOOST_TEST(!route.operation.empty(), route.path);
    if (route.method == "GET") BOOST_TEST(route.operation.empty(), route.path);
    if (!route.operation.empty()) BOOST_CHECK(!(route.roles == policy::any_role));
  }
}

BOOST_AUTO_TEST_CASE(each_route_is_refused_without_its_roles_and_that_is_on_record) {
  Counter counter;
  for (const auto& route : server::admin::routes()) {
    counter.clock.advance(60);
    const auto before = counter.records.log.count();
    const auto answer = counter.ask(ada, std::string(route.method), std::string(route.path), "{}");
    BOOST_TEST(answer.status == 403u, route.method << " " << route.path);
    BOOST_TEST(has(answer.body, "does not hold the role that this needs"));
    BOOST_TEST(has(answer.body, "sealpost role grant"));
    BOOST_TEST(counter.records.log.count() == before + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_role_opens_its_routes_and_no_others) {
  Counter counter;
  counter.records.admins.grant(ada, Role::account_admin, "root (uid 0)");
  BOOST_TEST(counter.create(ada, "new@example.org") == 200u);
  BOOST_TEST(counter.ask(ada, "GET", "/v1/deps").status == 200u);
  BOOST_TEST(counter.ask(ada, "GET", "/v1/audit").status == 403u);
  const auto refused = counter.ask(ada, "POST", "/v1/deps/managed/mailboxes",
                                   R"({"mailboxes":["new@example.org"]})");
  BOOST_TEST(refused.status == 403u);
  BOOST_TEST(has(refused.body, "assigner"));
  counter.records.admins.grant(ada, Role::auditor, "root (uid 0)");
  BOOST_TEST(counter.ask(ada, "GET", "/v1/audit").status == 200u);
  counter.records.admins.revoke(ada, Role::account_admin);
  BOOST_TEST(counter.create(ada, "other@example.org") == 403u);
}

BOOST_AUTO_TEST_CASE(a_change_is_on_record_before_and_after) {
  Counter counter;
  BOOST_TEST(counter.create(0, "new@example.org") == 200u);
  const auto events = counter.records.events("account create");
  BOOST_REQUIRE(events.size() == 2u);
  BOOST_TEST(events[0].result == "begun");
  BOOST_TEST(events[1].result == "success");
  BOOST_TEST(events[0].request_id == events[1].request_id);
  BOOST_TEST(events[0].request_id.size() == 32u);
  BOOST_TEST(events[1].actor == "root (uid 0)");
  BOOST_TEST(events[1].account == "new@example.org");
  BOOST_TEST(events[1].mailbox.has_value());
  BOOST_TEST(events[1].dep_name == "managed");
  for (const auto& [name, value] : events[1].details) BOOST_TEST(!has(value, "engine"), name);

  BOOST_TEST(counter.create(0, "new@example.org") == 409u);
  BOOST_TEST(counter.results("account create") == "begun success begun exists ");
  BOOST_TEST(counter.ask(0, "DELETE", "/v1/accounts/nobody").status == 404u);
  BOOST_TEST(counter.results("account remove") == "begun not_found ");
  BOOST_TEST(counter.ask(0, "DELETE", "/v1/accounts/new@example.org").status == 200u);
  BOOST_TEST(counter.records.events("account remove").back().mailbox.has_value());
}

BOOST_AUTO_TEST_CASE(an_assignment_names_each_mailbox) {
  Counter counter;
  std::string names;
  for (const auto* name : {"a@example.org", "b@example.org"}) {
    counter.make_account(name);
    names += (names.empty() ? "\"" : ",\"") + std::string(name) + "\"";
  }
  const auto dep = counter.make_dep("customer");
  BOOST_TEST(
      counter.ask(0, "POST", "/v1/deps/customer/mailboxes", "{\"mailboxes\":[" + names + "]}")
          .status == 200u);
  const auto events = counter.records.events("dep assign");
  BOOST_REQUIRE(events.size() == 2u);
  BOOST_TEST(events[1].dep_name == "customer");
  BOOST_CHECK(events[1].dep == dep.id);
  BOOST_TEST(events[1].details.back().second == "a@example.org b@example.org");
  BOOST_TEST(counter.records.reader()
                 .after(0, {.operation = "dep assign", .object = "b@example.org"}, 10)
                 .entries.size() == 2u);
}

BOOST_AUTO_TEST_CASE(many_mailboxes_are_all_named_in_several_records) {
  Counter counter;
  json::array names;
  for (int n = 0; n < 1000; ++n)
    names.emplace_back("mailbox-" + std::to_string(n) + "@example.org");
  counter.ask(0, "POST", "/v1/deps/managed/mailboxes",
              json::serialize(json::object{{"mailboxes", std::move(names)}}));
  std::set<std::string> told;
  for (const auto& event : counter.records.events("dep assign")) {
    if (event.result != "begun") continue;
    std::istringstream words(event.details.back().second);
    for (std::string word; words >> word;) told.insert(word);
  }
  BOOST_TEST(told.size() == 1000u);
}

BOOST_AUTO_TEST_CASE(who_may_not_connect_is_refused_on_record_and_cannot_fill_the_disk) {
  Counter counter;
  for (int n = 0; n < 100; ++n)
    BOOST_TEST(counter.ask(stranger, "GET", "/v1/status?x=1").status == 403u);
  BOOST_TEST(counter.records.events("connect").size() == 30u);
  counter.clock.advance(61);
  counter.ask(stranger, "GET", "/v1/status");
  const auto events = counter.records.events("connect");
  BOOST_REQUIRE(events.size() == 31u);
  BOOST_TEST(events.back().actor == "uid 4711");
  BOOST_TEST(events.back().details.back().second == "70");
}

BOOST_AUTO_TEST_CASE(roles_are_granted_and_taken_over_the_api) {
  Counter counter;
  BOOST_TEST(
      counter.ask(0, "POST", "/v1/roles", R"({"user":"4001","role":"purge-requester"})").status ==
      200u);
  const auto refused =
      counter.ask(0, "POST", "/v1/roles", R"({"user":"4001","role":"purge-approver"})");
  BOOST_TEST(refused.status == 403u);
  BOOST_TEST(has(refused.body, "who requests purges may not approve them"));
  BOOST_TEST(counter.ask(0, "POST", "/v1/roles", R"({"user":"4001","role":"boss"})").status ==
             400u);
  BOOST_TEST(counter.ask(ada, "POST", "/v1/roles", R"({"user":"4001","role":"auditor"})").status ==
             403u);
  BOOST_TEST(counter.ask(0, "DELETE", "/v1/roles/purge-requester/4001").status == 200u);
  BOOST_TEST(counter.records.admins.of(ada).empty());
  BOOST_TEST(counter.results("role revoke") == "begun success ");
  const auto found = counter.records.reader().after(0, {.object = "4001", .result = "denied"}, 10);
  BOOST_TEST(found.entries.size() == 2u);  // by the rule, and for want of a role
  BOOST_TEST(counter.ask(0, "DELETE", "/v1/roles/policy-admin/0").status ==
             (geteuid() == 0 ? 403u : 200u));
}

BOOST_AUTO_TEST_CASE(without_a_record_nothing_is_done) {
  Counter counter;
  test_support::FakeAudit broken;
  server::admin::Api api({.directory = counter.directory,
                          .roots = counter.roots,
                          .vaults = {},
                          .ring = counter.ring,
                          .deps = counter.deps,
                          .rotation = counter.rotation,
                          .sweep = counter.sweep,
                          .mailbox_rotation = counter.mailbox_rotation,
                          .purges = counter.purges,
                          .mailboxes = counter.mailboxes,
                          .databases = counter.databases,
                          .roll_backs = counter.roll_backs,
                          .clock = counter.clock,
                          .audit = broken,
                          .admins = counter.records.admins,
                          .audit_reader = counter.records.reader,
                          .later = [](const auto& work) { work(); },
                          .more = {}});
  broken.fail(true);
  const auto answer = api.handle({.method = "POST",
                                  .target = "/v1/accounts",
                                  .headers = {},
                                  .body = R"({"name":"x@example.org","password":"y"})",
                                  .peer = {"unix", http::Peer::Process{0, 0, 1}}});
  BOOST_TEST(answer.status == 503u);
  BOOST_TEST(counter.directory.accounts().empty());
}

BOOST_AUTO_TEST_CASE(the_log_is_read_and_proved_over_the_api) {
  Counter counter;
  counter.create(0, "new@example.org");
  const auto page = json::parse(counter.ask(0, "GET", "/v1/audit?operation=account&limit=1").body);
  BOOST_TEST(page.at("records").as_array().size() == 1u);
  BOOST_TEST(page.at("more").as_bool());
  BOOST_TEST(page.at("records").at(0).at("Operation").as_string() == "account create");
  for (const auto* wrong : {"limit=x", "since=yesterday", "type=x", "after=-1"})
    BOOST_TEST(counter.ask(0, "GET", std::string("/v1/audit?") + wrong).status == 400u, wrong);
  const auto verdict = json::parse(counter.ask(0, "POST", "/v1/audit-verification").body);
  BOOST_TEST(verdict.at("whole").as_bool());
  const json::object noted{{"checkpoint", verdict.at("checkpoint")}};
  BOOST_TEST(
      json::parse(counter.ask(0, "POST", "/v1/audit-verification", json::serialize(noted)).body)
          .at("whole")
          .as_bool());
  BOOST_TEST(counter.ask(0, "POST", "/v1/audit-verification", R"({"checkpoint":"x"})").status ==
             400u);
}

BOOST_AUTO_TEST_CASE(a_fallback_is_exported_in_the_names_of_the_reference) {
  policy::AuditEvent event;
  event.type = policy::AuditType::customer_key;
  event.operation = policy::fallback_operation;
  event.actor = policy::system_actor;
  event.request_id = "r";
  event.dep = DepId(3);
  event.dep_name = "customer";
  event.dep_version = 7;
  event.mailbox = MailboxId(42);
  event.details = {{"Root A", "transient"}};
  const auto record = server::admin::as_json(
      storage::AuditEntry{.record = {1, 1'795'478'400, "mail.example.org", event}, .hash = {}});
  BOOST_TEST(json::serialize(record) ==
             R"({"Number":1,"CreationTime":"2026-11-24T00:00:00Z","RecordType":69,)"
             R"("RecordTypeName":"CustomerKeyServiceEncryption",)"
             R"("Operation":"Fallback to Availability Key","OrganizationId":"mail.example.org",)"
             R"("UserId":"system","ResultStatus":"success","ObjectId":"mailbox 42",)"
             R"("DataEncryptionPolicyId":3,"DataEncryptionPolicyName":"customer","MailboxId":42,)"
             R"("Parameters":[{"Name":"Policy Id","Value":"3"},)"
             R"({"Name":"Scope Key Version Id","Value":"3.7"},{"Name":"Request Id","Value":"r"},)"
             R"({"Name":"Root A","Value":"transient"}],"Hash":""})");
}

BOOST_AUTO_TEST_CASE(times_are_read_in_three_forms) {
  using server::admin::time_in;
  BOOST_TEST(time_in("2026-11-24") == 1'795'478'400);
  BOOST_TEST(time_in("2026-11-24T01:02") == 1'795'478'400 + 3720);
  BOOST_TEST(time_in("2026-11-24T01:02:03Z") == 1'795'478'400 + 3723);
  for (const auto* wrong : {"", "now", "2026-13-01", "2026-11-24T01:02:03Zx"})
    BOOST_CHECK_THROW(time_in(wrong), Error);
}

BOOST_AUTO_TEST_SUITE_END()
