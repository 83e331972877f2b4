// Protection levels over the admin socket: who may set them, what is refused, what is told.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "imap/mime/prepare.h"
#include "imap/mime/protected.h"
#include "server/admin/cli.h"
#include "server/protection/routes.h"
#include "tests/support/admin_parts.h"
#include "tests/support/recipient.h"

BOOST_AUTO_TEST_SUITE(protection)

namespace {

namespace json = boost::json;
using policy::Role;

constexpr uid_t eve = 4001;
const std::string path = "/v1/mailboxes/ada@example.org/protection";

class Counter : public test_support::Installation {
 public:
  Counter() {
    mailboxes.encrypt_with(imap::mime::protect);
    // As the certificate has it, whatever the day.
    clock.advance(SystemClock().now() - clock.now());
  }

  http::Response ask(const std::string& method, const json::object& body = {}) {
    return api.handle({.method = method,
                       .target = path,
                       .headers = {},
                       .body = method == "GET" ? "" : json::serialize(body),
                       .peer = {"unix", http::Peer::Process{eve, 0, 1}}});
  }
  json::object told(const std::string& method, const json::object& body = {}) {
    const auto answer = ask(method, body);
    BOOST_REQUIRE_MESSAGE(answer.status == 200u, answer.body);
    return json::parse(answer.body).as_object();
  }
  void check_refused(const json::object& body, std::string_view why) {
    const auto answer = ask("PUT", body);
    BOOST_TEST(answer.status == 400u);
    BOOST_TEST(answer.body.find(why) != std::string::npos, answer.body);
    BOOST_CHECK(!directory.protection(ada.mailbox));
  }
  void deliver() {
    std::vector<storage::NewMessage> messages;
    messages.push_back(imap::mime::prepare("Subject: x\r\n\r\ny\r\n", {}, 1, 0));
    const auto mailbox = mailboxes.open(ada.mailbox, crypto::ActorClass::system);
    mailbox->append(mailbox->tree()->folder("INBOX"), std::move(messages),
                    {crypto::Cause::deliver, crypto::Actor::service()});
  }
  void grant(Role role) { records.admins.grant(eve, role, "root"); }

  storage::Account ada = make_account("ada@example.org");
  server::protection::Conversion conversion{directory, mailboxes, audit};
  server::protection::Routes routes{directory, mailboxes, conversion, clock};
  test_support::Records records{*this, {eve}};
  server::admin::Api api{
      test_support::admin_parts(*this, records, {},
                                {{server::protection::access(),
                                  [this](const http::Request& request, const http::Target& target) {
                                    return routes.answer(request, target);
                                  }}})};
};

json::object end_to_end(bool rehearsal = false) {
  json::object body{{"level", "end-to-end"}, {"certificates", {test_support::ada().pem()}}};
  if (rehearsal) body["dry_run"] = true;
  return body;
}

}  // namespace

BOOST_AUTO_TEST_CASE(assigners_set_it_and_all_who_hold_a_role_look) {
  for (const auto role : policy::all_roles) {
    Counter counter;
    counter.grant(role);
    BOOST_TEST(counter.ask("GET").status == 200u);
    BOOST_TEST(counter.ask("PUT", end_to_end()).status == (role == Role::assigner ? 200u : 403u),
               name_of(role));
  }
}

BOOST_AUTO_TEST_CASE(a_rehearsal_tells_and_changes_nothing) {
  Counter counter;
  counter.grant(Role::assigner);
  counter.deliver();
  const auto told = counter.told("PUT", end_to_end(true));
  BOOST_TEST(told.at("dryRun").as_bool());
  BOOST_TEST(told.at("levelBefore").as_string() == "managed");
  BOOST_TEST(told.at("level").as_string() == "end-to-end");
  BOOST_TEST(told.at("messages").to_number<int>() == 1);
  BOOST_TEST(told.at("encryptedAlready").to_number<int>() == 0);
  BOOST_TEST(told.at("gained").as_array().size() == 2u);
  BOOST_TEST(counter.told("GET").at("level").as_string() == "managed");
}

BOOST_AUTO_TEST_CASE(it_is_set_shown_and_taken_away) {
  Counter counter;
  counter.grant(Role::assigner);
  counter.deliver();
  BOOST_TEST(!counter.told("PUT", end_to_end()).at("dryRun").as_bool());
  auto shown = counter.told("GET");
  BOOST_TEST(shown.at("level").as_string() == "end-to-end");
  BOOST_TEST(!shown.at("converting").is_null());
  BOOST_TEST(shown.at("by").as_string().find("4001") != json::string::npos);
  const auto& certificate = shown.at("certificates").at(0).as_object();
  BOOST_TEST(certificate.at("key").as_string() == "RSA 2048");
  BOOST_TEST(!certificate.at("expired").as_bool());
  counter.conversion.pass({});
  BOOST_TEST(counter.told("GET").at("converting").is_null());
  const auto off = counter.told("PUT", {{"level", "off"}});
  BOOST_TEST(off.at("encryptedAlready").to_number<int>() == 1);
  BOOST_TEST(counter.told("GET").at("level").as_string() == "managed");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  Counter counter;
  counter.grant(Role::assigner);
  const auto pem = test_support::ada().pem();
  counter.check_refused({{"level", "managed"}}, "follow from the DEP");
  counter.check_refused({{"level", "end-to-end"}}, "certificates");
  counter.check_refused({{"level", "end-to-end"}, {"certificates", {"x"}}}, "no certificate");
  counter.check_refused({{"level", "end-to-end"}, {"certificates", {pem, pem}}}, "twice");
  counter.check_refused(
      {{"level", "end-to-end"}, {"certificates", json::array(17, json::value(pem))}},
      "1 to 16 certificates");
  counter.check_refused({{"level", "middle"}}, "end-to-end or off");
  const test_support::Recipient old({.key = "P-256", .valid_from = -7200, .valid_to = -3600});
  counter.check_refused({{"level", "end-to-end"}, {"certificates", {old.pem()}}}, "expired");
}

BOOST_AUTO_TEST_CASE(commands_without_the_files_they_need_are_refused_at_once) {
  const auto complaint = [](std::vector<std::string> more) {
    std::vector<std::string> words{"mailbox", "protect", "ada@example.org"};
    words.insert(words.end(), more.begin(), more.end());
    std::istringstream in;
    std::ostringstream out, err;
    BOOST_TEST(server::admin::run_cli(words, {in, out, err}) == 2);
    return err.str();
  };
  BOOST_TEST(complaint({"end-to-end"}).find("end-to-end FILE...") != std::string::npos);
  BOOST_TEST(complaint({"off", "ada.pem"}).find("no certificates") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
