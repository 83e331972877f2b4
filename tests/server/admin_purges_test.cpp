// Purges over the admin socket: two persons, what they are told, and what of it is on record.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "policy/purge_certificate.h"
#include "server/admin/routes.h"
#include "tests/support/admin_parts.h"
#include "tests/support/records.h"

BOOST_AUTO_TEST_SUITE(admin_purges)

namespace {

namespace json = boost::json;
using policy::Role;
using test_support::FakeRoots;

constexpr uid_t eve = 4001, bob = 4002, ada = 4003;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Eve may request, Bob approve; Ada is policy-admin. One mailbox under DEP Contoso.
class Office : public test_support::Installation {
 public:
  Office() {
    records.admins.grant(eve, Role::purge_requester, "a test");
    records.admins.grant(bob, Role::purge_approver, "a test");
    records.admins.grant(ada, Role::policy_admin, "a test");
    clock.advance(1);  // an approver is one before the request
    make_account("carol@example.org", make_dep());
  }

  http::Response ask(uid_t user, const std::string& method, const std::string& target,
                     const std::string& body = "") {
    return api.handle({.method = method,
                       .target = target,
                       .headers = {},
                       .body = body,
                       .peer = {"unix", http::Peer::Process{user, 0, 1}}});
  }
  json::object told(uid_t user, const std::string& method, const std::string& target,
                    const std::string& body = "") {
    const auto answer = ask(user, method, target, body);
    BOOST_REQUIRE_MESSAGE(answer.status == 200u, answer.body);
    return json::parse(answer.body).as_object();
  }
  void deny() {
    for (const auto& vault : {test_support::vault_a, test_support::vault_b})
      roots.steer(vault, FakeRoots::Mode::denied);
  }
  std::string results(const std::string& operation) const {
    std::string all;
    for (const auto& event : records.events(operation)) all += event.result + " ";
    return all;
  }

  test_support::Records records{*this, {eve, bob, ada}};
  server::admin::Api api{test_support::admin_parts(*this, records)};
};

const std::string dep_request = R"({"dep":"contoso","reason":"contract ended","contact":"carol"})";

}  // namespace

BOOST_AUTO_TEST_CASE(one_person_requests_and_another_approves) {
  Office office;
  const auto carol = office.directory.account("carol@example.org");
  office.add_mail(carol, "mail");
  office.spool.add(carol.mailbox, office.directory.delivery_public(carol.mailbox).value(), {},
                   "on its way", storage::SpoolState::waiting);
  const auto refused = office.ask(eve, "POST", "/v1/purges", dep_request);
  BOOST_TEST(refused.status == 403u);
  BOOST_TEST(has(refused.body, "the service can still unwrap"));
  office.deny();
  const auto dry = office.told(eve, "POST", "/v1/purges",
                               R"({"dep":"contoso","reason":"r","contact":"c","dry_run":true})");
  BOOST_TEST(dry.at("mailboxes").as_array().at(0).at("account").as_string() == "carol@example.org");
  BOOST_TEST(has(std::string(dry.at("warning").as_string()), "not for some of its mailboxes"));
  const auto rows = dry.at("rows").as_object();
  BOOST_TEST(rows.at("messages").to_number<int>() == 1);
  BOOST_TEST(rows.at("queued").to_number<int>() == 1);
  BOOST_TEST(office.told(bob, "GET", "/v1/purges").at("purges").as_array().empty());

  const auto purge = office.told(eve, "POST", "/v1/purges", dep_request);
  BOOST_TEST(purge.at("count").to_number<int>() == 1);
  BOOST_TEST(office.ask(bob, "POST", "/v1/purges", dep_request).status == 403u);
  BOOST_TEST(office.ask(eve, "POST", "/v1/purges/1/approval", R"({"count":"1"})").status == 403u);
  BOOST_TEST(office.ask(bob, "POST", "/v1/purges/1/approval", R"({"count":"2"})").status == 403u);
  BOOST_TEST(office.ask(bob, "POST", "/v1/purges/1/approval", "{}").status == 400u);
  BOOST_TEST(office.ask(bob, "POST", "/v1/purges/9/approval", "{}").status == 404u);
  BOOST_TEST(office.ask(bob, "POST", "/v1/purges/x/approval", "{}").status == 400u);
  const auto approved = office.told(bob, "POST", "/v1/purges/1/approval", R"({"count":"1"})");
  BOOST_TEST(approved.at("due").as_string() == "2027-01-15T09:00:01Z");
  BOOST_TEST(office.ask(bob, "GET", "/v1/purges/1/certificate").status == 404u);
  BOOST_TEST(office.told(ada, "GET", "/v1/deps/contoso").at("purge").as_string() == "pending");

  office.clock.advance(test_support::purge_grace);
  office.purges.pass({});
  const auto done = office.told(bob, "GET", "/v1/purges/1");
  BOOST_TEST(done.at("state").as_string() == "destroyed");
  BOOST_TEST(done.at("mailboxes").as_array().size() == 1u);
  BOOST_TEST(done.at("rows").as_object() == rows);
  const auto certificate =
      office.told(ada, "GET", "/v1/purges/1/certificate").at("certificate").as_string();
  const auto verdict = policy::verified_certificate(certificate, std::nullopt);
  BOOST_CHECK(verdict.result == policy::CertificateVerdict::Result::valid);
  BOOST_TEST(office.told(ada, "GET", "/v1/purge-key").at("publicKey").as_string() ==
             to_hex(verdict.public_key));
}

BOOST_AUTO_TEST_CASE(every_step_is_on_record_and_every_refusal) {
  Office office;
  office.ask(eve, "POST", "/v1/purges", dep_request);
  office.deny();
  office.ask(eve, "POST", "/v1/purges", dep_request);
  office.ask(bob, "POST", "/v1/purges/1/approval", R"({"count":"2"})");
  office.ask(bob, "POST", "/v1/purges/1/approval", R"({"count":"1"})");
  office.ask(ada, "POST", "/v1/purges/1/approval", R"({"count":"1"})");
  office.ask(ada, "POST", "/v1/purges/1/cancellation");
  office.ask(eve, "POST", "/v1/purges/1/cancellation");
  BOOST_TEST(office.results("purge request") == "begun denied begun success ");
  BOOST_TEST(office.results("purge approve") == "begun denied begun success denied ");
  BOOST_TEST(office.results("purge cancel") == "begun success begun exists ");
  const auto asked = office.records.events("purge request").back();
  BOOST_TEST(asked.actor == "uid 4001");
  BOOST_TEST(asked.dep_name == "Contoso");
  BOOST_TEST(asked.details.back().second == "carol@example.org");
  const auto granted = office.records.events("purge approve")[3];
  BOOST_TEST(granted.dep_name == "Contoso");
  BOOST_TEST(granted.details.back().second == "1");
}

BOOST_AUTO_TEST_CASE(a_mailbox_is_named_by_its_account) {
  Office office;
  const std::string body = R"({"mailbox":"Carol@example.org","reason":"r","contact":"c"})";
  BOOST_TEST(has(office.ask(eve, "POST", "/v1/purges", body).body, "is enabled"));
  auto carol = office.directory.account("carol@example.org");
  carol.enabled = false;
  office.directory.update_account(carol);
  BOOST_TEST(office.told(eve, "POST", "/v1/purges", body).at("object").as_string() ==
             "mailbox carol@example.org");
  const auto event = office.records.events("purge request").back();
  BOOST_CHECK(event.mailbox == carol.mailbox);
  BOOST_TEST(event.account == "carol@example.org");
  BOOST_TEST(office.ask(eve, "POST", "/v1/purges", R"({"reason":"r","contact":"c"})").status ==
             400u);
  BOOST_TEST(
      office
          .ask(eve, "POST", "/v1/purges", R"({"dep":"x","mailbox":"y","reason":"r","contact":"c"})")
          .status == 400u);
}

BOOST_AUTO_TEST_SUITE_END()
