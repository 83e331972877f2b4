// Who may look at the queue, retry and drop, what is shown, and what of it is on record.

#include "server/outgoing/routes.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/admin_parts.h"

BOOST_AUTO_TEST_SUITE(outgoing_routes)

namespace {

namespace json = boost::json;
using policy::Role;

constexpr uid_t ada = 4001;

// A queue without a smart host: everything stays in it.
class Counter : public test_support::Installation {
 public:
  Counter() { outgoing.start(); }

  http::Response ask(const std::string& method, const std::string& target,
                     const std::string& body = "") {
    return api.handle({.method = method,
                       .target = target,
                       .headers = {},
                       .body = body,
                       .peer = {"unix", http::Peer::Process{ada, 0, 1}}});
  }
  void grant(Role role) { records.admins.grant(ada, role, "root"); }
  std::string submit() {
    storage::SpoolEnvelope envelope;
    envelope.sender = "bob@example.org";
    envelope.recipients = {{"carol@example.net", ""}};
    const auto id = outgoing.prepare(bob.mailbox, envelope, "Subject: secret\r\n\r\nhidden\r\n");
    outgoing.take_over(id);
    return std::to_string(id);
  }

  storage::Account bob = make_account("bob@example.org");
  policy::Recipients recipients{directory, {"example.org"}};
  server::Delivery delivery{recipients, mailboxes, clock, "mail.example.org"};
  server::outgoing::Outgoing outgoing{spool, directory, mailboxes, delivery, clock, {}};
  test_support::Records records{*this, {ada}};
  server::admin::Api api{test_support::admin_parts(
      *this, records, {},
      {{server::outgoing::access(),
        [this](const http::Request& request, const http::Target& target) {
          return server::outgoing::answer(outgoing, directory, request, target);
        }}})};
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_route_is_refused_without_its_roles) {
  for (const auto role : policy::all_roles) {
    Counter counter;
    if (role != Role::account_admin) counter.grant(role);
    for (const auto& access : server::outgoing::access()) {
      const auto answer =
          counter.ask(std::string(access.method), std::string(access.path), R"({"reason":"x"})");
      const bool may = role == Role::auditor && access.method == "GET";
      BOOST_TEST((answer.status == 403u) == !may, access.path << " for " << name_of(role));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_listed_is_the_envelope_and_nothing_else) {
  Counter counter;
  counter.grant(Role::account_admin);
  const auto id = counter.submit();
  counter.clock.advance(90);
  const auto list = counter.ask("GET", "/v1/queue");
  BOOST_TEST_REQUIRE(list.status == 200u);
  BOOST_TEST((list.body.find("secret") == std::string::npos));
  const auto message = json::parse(list.body).at("messages").as_array().at(0);
  BOOST_TEST(message.at("account").as_string() == "bob@example.org");
  BOOST_TEST(message.at("sender").as_string() == "<bob@example.org>");
  BOOST_TEST(message.at("to").as_array().at(0).as_string() == "carol@example.net");
  BOOST_TEST(message.at("size").as_int64() == 27);
  BOOST_TEST(message.at("age").as_int64() == 90);
  BOOST_TEST(message.at("state").as_string() == "waiting");
  BOOST_TEST(counter.ask("GET", "/v1/queue/" + id).status == 200u);
  BOOST_TEST(counter.ask("GET", "/v1/queue/99").status == 404u);
  BOOST_TEST(counter.ask("GET", "/v1/queue/first").status == 400u);
}

BOOST_AUTO_TEST_CASE(a_retry_and_a_drop_are_on_record) {
  Counter counter;
  counter.grant(Role::account_admin);
  const auto id = counter.submit();
  BOOST_TEST(counter.ask("POST", "/v1/queue/" + id + "/retry").status == 200u);
  BOOST_TEST(counter.ask("POST", "/v1/queue-retries").status == 200u);
  BOOST_TEST(counter.ask("POST", "/v1/queue/" + id + "/drop", "{}").status == 400u);
  const auto dropped =
      counter.ask("POST", "/v1/queue/" + id + "/drop", R"({"reason":"stolen account"})");
  BOOST_TEST_REQUIRE(dropped.status == 200u);
  BOOST_TEST(json::parse(dropped.body).at("senderTold").as_bool());
  BOOST_TEST(counter.inbox(counter.bob).size() == 1u);
  BOOST_TEST(counter.ask("POST", "/v1/queue/" + id + "/drop", R"({"reason":"again"})").status ==
             404u);
  BOOST_TEST(counter.records.events("queue retry").size() == 4u);
  const auto drops = counter.records.events("queue drop");
  BOOST_TEST_REQUIRE(drops.size() == 6u);
  BOOST_TEST(drops[3].result == "success");
  bool has_reason = false;
  for (const auto& [name, value] : drops[3].details)
    has_reason = has_reason || value == "stolen account";
  BOOST_TEST(has_reason);
}

BOOST_AUTO_TEST_SUITE_END()
