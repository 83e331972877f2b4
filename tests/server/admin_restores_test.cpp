// What was put back to an older state, over the admin API: shown to all, accepted by some, on
// record.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "server/admin/routes.h"
#include "tests/support/admin_parts.h"
#include "tests/support/records.h"

BOOST_AUTO_TEST_SUITE(admin_restores)

namespace {

namespace json = boost::json;

constexpr uid_t root = 0, ada = 4001;

struct Office : test_support::Installation {
  explicit Office(const std::filesystem::path& place) : Installation(place) {}
  http::Response ask(uid_t user, const std::string& method, const std::string& body = "") {
    return api.handle({.method = method,
                       .target = "/v1/restores",
                       .headers = {},
                       .body = body,
                       .peer = {"unix", http::Peer::Process{user, 0, 1}}});
  }
  json::value shown() { return json::parse(ask(root, "GET").body); }

  test_support::Records records{*this, {ada}};
  server::admin::Api api{test_support::admin_parts(*this, records)};
};

// Whose account was rolled back: ada's, in `place`.
struct Place {
  storage_test::TempDirectory temporary;
  std::filesystem::path house = temporary.path() / "house";

  Place() {
    {
      Office office(house);
      office.make_account("ada@example.org");
      office.make_account("bob@example.org");
    }
    storage_test::tamper(house / "data/directory.db",
                         "update account set sealed = x'00' || sealed"
                         " where id = 1; delete from role_grant"
                         " where id = (select max(id) from role_grant)");
  }
};

constexpr auto adas = R"({"mailboxes":["1"],"reason":"a test"})",
               everything = R"({"all":true,"reason":"a test"})";

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_to_show_is_nothing_to_accept) {
  storage_test::TempDirectory temporary;
  Office office(temporary.path() / "house");
  BOOST_TEST(!office.shown().at("rolledBack").as_bool());
  BOOST_TEST(office.ask(root, "POST", everything).status == 400u);
}

BOOST_AUTO_TEST_CASE(what_was_put_back_is_shown_by_mailbox) {
  Place place;
  Office office(place.house);
  const auto shown = office.shown();
  BOOST_TEST(shown.at("rolledBack").as_bool());
  const auto& mailboxes = shown.at("mailboxes").as_array();
  BOOST_TEST_REQUIRE(mailboxes.size() == 1u);
  BOOST_TEST(mailboxes[0].at("mailbox").as_int64() == 1);
  BOOST_TEST(!mailboxes[0].at("served").as_bool());
  BOOST_TEST(mailboxes[0].at("what").as_string() == "account 1 changed");
  const auto& others = shown.at("others").as_array();
  BOOST_TEST_REQUIRE(others.size() == 1u);
  BOOST_TEST(others[0].at("how").as_string() == "missing");
  BOOST_TEST(others[0].at("what").as_string().starts_with("role of an admin, number "));
}

BOOST_AUTO_TEST_CASE(whose_role_was_put_back_is_said) {
  storage_test::TempDirectory temporary;
  const auto house = temporary.path() / "house";
  {
    Office office(house);
    office.records.admins.grant(ada, policy::Role::auditor, "a test");
    storage_test::tamper(house / "data/directory.db",
                         "create table kept as select * from role_grant");
    office.records.admins.revoke(ada, policy::Role::auditor);
  }
  storage_test::tamper(house / "data/directory.db",
                       "insert or ignore into role_grant select * from kept; drop table kept;"
                       "insert into role_grant values(99, x'00')");
  Office office(house);
  const auto shown = office.shown();
  const auto& others = shown.at("others").as_array();
  BOOST_TEST_REQUIRE(others.size() == 2u);
  BOOST_TEST(others[0].at("how").as_string() == "added");
  BOOST_TEST(others[0].at("what").as_string().find(": auditor of uid 4001, since 20") !=
             std::string::npos);
  BOOST_TEST(others[1].at("what").as_string() == "role of an admin, number 99");
}

BOOST_AUTO_TEST_CASE(accepting_takes_a_role_and_a_reason_and_is_on_record) {
  Place place;
  Office office(place.house);
  BOOST_TEST(office.ask(ada, "POST", everything).status == 403u);
  BOOST_TEST(office.ask(root, "POST", R"({"all":true})").status == 400u);
  BOOST_TEST(office.ask(root, "POST", R"({"all":true,"reason":""})").status == 400u);
  BOOST_TEST(office.ask(root, "POST", R"({"reason":"a test"})").status == 400u);
  BOOST_TEST(office.ask(root, "POST", R"({"mailboxes":["2"],"reason":"a test"})").status == 404u);
  BOOST_TEST(office.ask(root, "POST", adas).status == 200u);
  BOOST_TEST(office.shown().at("mailboxes").as_array().empty());
  BOOST_TEST(office.shown().at("others").as_array().size() == 1u);
  BOOST_TEST(office.ask(root, "POST", everything).status == 200u);
  BOOST_TEST(!office.shown().at("rolledBack").as_bool());
  const auto last = office.records.events("restore accept").back();
  BOOST_TEST(last.result == "success");
  BOOST_TEST(std::ranges::count(last.details,
                                std::pair<std::string, std::string>("reason", "a test")) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
