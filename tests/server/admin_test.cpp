#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>
#include <thread>

#include "imap/mime/prepare.h"
#include "policy/login.h"
#include "server/admin/cli.h"
#include "server/http/client.h"
#include "server/protection/routes.h"
#include "tests/support/admin_parts.h"
#include "tests/support/certificate.h"
#include "tests/support/openpgp_example.h"
#include "tests/support/records.h"

BOOST_AUTO_TEST_SUITE(admin)

namespace {

namespace json = boost::json;
using test_support::FakeRoots;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

const std::string kid_a = vault_a + "/keys/one", kid_b = vault_b + "/keys/two";

// A server with nothing but its admin socket, and the command line that speaks to it.
class Desk : public test_support::Installation {
 public:
  Desk() : Desk(server::admin::MoreRoutes{}) {}
  explicit Desk(server::admin::MoreRoutes more)
      : api_(test_support::admin_parts(*this, records, {vault_a, vault_b},
                                       {std::move(more), protection_routes()})),
        server_(context_, pool_, api_.application()) {
    server_.listen_unix(socket(), 0600);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Desk() {
    boost::asio::co_spawn(context_, server_.stop(), boost::asio::detached);
    thread_.join();
    pool_.join();
  }

  std::filesystem::path socket() const { return data().parent_path() / "admin.sock"; }
  server::admin::Api& api() { return api_; }

  test_support::Records records{*this};

  // What the last command printed.
  std::string out, err;
  int run(std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.end(), {"--socket", socket().string()});
    std::istringstream in(input);
    std::ostringstream printed, complained;
    const int code = server::admin::run_cli(words, {in, printed, complained});
    out = printed.str();
    err = complained.str();
    return code;
  }
  json::value json_of(std::vector<std::string> words, const std::string& input = "") {
    words.push_back("--json");
    BOOST_REQUIRE_MESSAGE(run(words, input) == 0, err);
    return json::parse(out);
  }
  void make_customer() {
    BOOST_REQUIRE(run({"dep", "create", "customer", "--root-a", kid_a, "--root-b", kid_b}) == 0);
  }
  void create(const std::string& name) {
    BOOST_REQUIRE(run({"account", "create", name, "--password-stdin"}, "engine\n") == 0);
  }

 private:
  server::admin::MoreRoutes protection_routes() {
    return {server::protection::access(),
            [this](const http::Request& request, const http::Target& target) {
              return protection_.answer(request, target);
            }};
  }

  boost::asio::io_context context_;
  BlockingPool pool_{2};
  server::protection::Conversion conversion_{directory, mailboxes, audit};
  server::protection::Routes protection_{directory, mailboxes, conversion_, clock};
  server::admin::Api api_;
  http::Server server_;
  std::thread thread_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

http::Response ask(Desk& desk, const std::string& method, const std::string& target,
                   const std::string& body = "") {
  return http::ask_unix(
      desk.socket(), {.method = method, .target = target, .headers = {}, .body = body, .peer = {}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_account_from_its_creation_to_its_end) {
  Desk desk;
  desk.create("Ada@Example.org");
  const auto account = desk.json_of({"account", "show", "ada@example.org"});
  BOOST_TEST(account.at("name").as_string() == "ada@example.org");
  BOOST_TEST(account.at("enabled").as_bool());
  BOOST_TEST(!has(desk.out, "argon2"));

  policy::Login login(desk.directory, desk.clock);
  BOOST_TEST(login.check("ada@example.org", "engine", {"::1"}).has_value());
  BOOST_TEST(desk.run({"account", "password", "ada@example.org", "--password-stdin"}, "new\n") ==
             0);
  BOOST_TEST(!login.check("ada@example.org", "engine", {"::1"}).has_value());
  BOOST_TEST(login.check("ada@example.org", "new", {"::1"}).has_value());
  BOOST_TEST(desk.run({"account", "disable", "ada@example.org"}) == 0);
  BOOST_TEST(!login.check("ada@example.org", "new", {"::1"}).has_value());
  BOOST_TEST(desk.run({"account", "enable", "ada@example.org"}) == 0);
  BOOST_TEST(login.check("ada@example.org", "new", {"::1"}).has_value());

  BOOST_TEST(desk.run({"account", "remove", "ada@example.org"}) == 2);
  BOOST_TEST(has(desk.err, "--yes"));
  BOOST_TEST(desk.run({"account", "remove", "ada@example.org", "--yes"}) == 0);
  BOOST_TEST(desk.run({"account", "show", "ada@example.org"}) == 3);
  BOOST_TEST(desk.json_of({"account", "list"}).at("accounts").as_array().empty());
}

BOOST_AUTO_TEST_CASE(aliases_come_and_go) {
  Desk desk;
  desk.create("ada@example.org");
  desk.create("bob@example.org");
  const std::vector<std::string> add = {"account", "alias", "add", "ada@example.org",
                                        "Lovelace@example.org"};
  BOOST_TEST(desk.run(add) == 0);
  BOOST_TEST(desk.directory.find_by_address("lovelace@example.org").has_value());
  BOOST_TEST(desk.run(add) == 4);
  BOOST_TEST(desk.run({"account", "alias", "add", "bob@example.org", "ada@example.org"}) == 4);
  BOOST_TEST(desk.run({"account", "alias", "add", "bob@example.org", "no address"}) == 2);
  BOOST_TEST(desk.run({"account", "alias", "remove", "ada@example.org", "lovelace@example.org"}) ==
             0);
  BOOST_TEST(!desk.directory.find_by_address("lovelace@example.org").has_value());
  BOOST_TEST(desk.run({"account", "alias", "remove", "ada@example.org", "lovelace@example.org"}) ==
             3);
}

BOOST_AUTO_TEST_CASE(app_passwords_come_and_go) {
  Desk desk;
  desk.create("ada@example.org");
  const std::vector<std::string> add = {"account", "app-password", "add",     "ada@example.org",
                                        "--name",  "phone",        "--scope", "imap"};
  const auto made = desk.json_of(add);
  const auto secret = json::value_to<std::string>(made.at("secret"));
  BOOST_TEST(secret.size() == 29u);
  BOOST_TEST(made.at("scope").as_string() == "imap");
  BOOST_TEST(made.at("lastUse").is_null());
  policy::Login login(desk.directory, desk.clock);
  const policy::Visitor imap{"::1"}, smtp{"::1", policy::Service::smtp};
  BOOST_TEST(login.check("ada@example.org", secret, imap).has_value());
  BOOST_TEST(!login.check("ada@example.org", secret, smtp).has_value());

  const std::vector<std::string> list = {"account", "app-password", "list", "ada@example.org"};
  const auto listed = desk.json_of(list).at("appPasswords").at(0);
  BOOST_TEST(listed.at("name").as_string() == "phone");
  BOOST_TEST(listed.at("lastUse").as_string() == "2027-01-15T08:00:00Z");
  BOOST_TEST(!has(desk.out, secret));
  BOOST_TEST(!has(desk.out, "argon2"));

  BOOST_TEST(desk.run(add) == 4);
  BOOST_TEST(desk.run({"account", "app-password", "add", "ada@example.org"}) == 2);
  BOOST_TEST(desk.run({"account", "app-password", "add", "nobody@example.org", "--name", "x"}) ==
             3);
  BOOST_TEST(desk.run({"account", "app-password", "add", "ada@example.org", "--name", "x",
                       "--scope", "pop3"}) == 2);
  BOOST_TEST(has(desk.err, "imap, smtp, all"));
  const std::vector<std::string> remove = {"account", "app-password", "remove", "ada@example.org",
                                           "phone"};
  BOOST_TEST(desk.run(remove) == 0);
  BOOST_TEST(desk.run(remove) == 3);
  BOOST_TEST(!login.check("ada@example.org", secret, imap).has_value());

  for (const auto* operation : {"account app-password add", "account app-password remove"}) {
    BOOST_REQUIRE(!desk.records.events(operation).empty());
    BOOST_TEST(desk.records.events(operation).front().account == "ada@example.org");
    for (const auto& event : desk.records.events(operation))
      for (const auto& [name, value] : event.details) BOOST_TEST(!has(value, secret), name);
  }
}

BOOST_AUTO_TEST_CASE(certificates_are_registered_by_file_or_fingerprint) {
  Desk desk;
  desk.create("ada@example.org");
  desk.create("bob@example.org");
  const auto files =
      test_support::make_client_certificate(desk.data().parent_path(), "somebody@example.net");
  const auto added = desk.json_of({"account", "certificate", "add", "ada@example.org", "--file",
                                   files.certificate, "--name", "card"});
  const auto fingerprint = json::value_to<std::string>(added.at("fingerprint"));
  BOOST_TEST(fingerprint.size() == 64u);
  policy::Login login(desk.directory, desk.clock);
  const auto admitted = login.check_certificate({from_hex(fingerprint), {}}, "", {"::1"});
  BOOST_REQUIRE(admitted.has_value());
  BOOST_TEST(admitted->account.name == "ada@example.org");

  const std::vector<std::string> other = {"account",         "certificate",   "add",
                                          "bob@example.org", "--fingerprint", fingerprint};
  BOOST_TEST(desk.run(other) == 4);
  BOOST_TEST(desk.run({"account", "certificate", "add", "bob@example.org"}) == 2);
  BOOST_TEST(
      desk.run({"account", "certificate", "add", "bob@example.org", "--fingerprint", "00"}) == 2);
  BOOST_TEST(desk.run({"account", "certificate", "add", "bob@example.org", "--file", files.key}) ==
             2);
  BOOST_TEST(desk.run({"account", "certificate", "remove", "bob@example.org", fingerprint}) == 3);
  std::string colons;
  for (std::size_t n = 0; n < 64; n += 2) colons += (n == 0 ? "" : ":") + fingerprint.substr(n, 2);
  BOOST_TEST(desk.run({"account", "certificate", "remove", "ada@example.org", colons}) == 0);
  BOOST_TEST(desk.run(other) == 0);
  BOOST_TEST(desk.json_of({"account", "certificate", "list", "bob@example.org"})
                 .at("certificates")
                 .as_array()
                 .size() == 1u);
}

BOOST_AUTO_TEST_CASE(passwords_come_from_a_file_or_standard_input_alone) {
  Desk desk;
  const auto file = desk.data().parent_path() / "secret";
  std::ofstream(file) << "engine\r\nsecond line\n";
  BOOST_TEST(desk.run({"account", "create", "ada@example.org", "--password-file", file}) == 0);
  policy::Login login(desk.directory, desk.clock);
  BOOST_TEST(login.check("ada@example.org", "engine", {"::1"}).has_value());
  BOOST_TEST(desk.run({"account", "create", "b", "--password-stdin"}, "\n") == 2);
  BOOST_TEST(desk.run({"account", "create", "b", "--password", "engine"}) == 2);
  BOOST_TEST(desk.run({"account", "create", "b", "--password-file", "/nowhere"}) == 3);
  BOOST_TEST(desk.directory.accounts().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_dep_is_made_assigned_and_taken_away) {
  Desk desk;
  desk.create("ada@example.org");
  desk.make_customer();
  BOOST_TEST(desk.run({"dep", "assign", "customer", "ada@example.org"}) == 0);
  auto mailbox = desk.json_of({"mailbox", "show", "ada@example.org", "--counts"});
  BOOST_TEST(mailbox.at("isEncrypted").as_bool());
  BOOST_TEST(mailbox.at("dep").as_string() == "customer");
  BOOST_TEST(mailbox.at("level").as_string() == "customer key");
  BOOST_TEST(mailbox.at("certificates").as_array().empty());
  BOOST_TEST(mailbox.at("assigned").as_string() == "customer");
  BOOST_TEST(mailbox.at("counts").at("folders").to_number<int>() == 6);

  const auto dep = desk.json_of({"dep", "show", "CUSTOMER"});
  BOOST_TEST(dep.at("mailboxes").to_number<int>() == 1);
  BOOST_TEST(dep.at("mailboxNames").at(0).as_string() == "ada@example.org");
  BOOST_TEST(dep.at("roots").as_array().size() == 2u);
  BOOST_TEST(dep.at("availabilityKey").as_bool());

  BOOST_TEST(desk.run({"dep", "unassign", "ada@example.org"}) == 0);
  BOOST_TEST(has(desk.out, "managed"));  // which it went to is shown
  mailbox = desk.json_of({"mailbox", "show", "ada@example.org"});
  BOOST_TEST(mailbox.at("assigned").is_null());
  BOOST_TEST(mailbox.at("dep").as_string() == "managed");
  BOOST_TEST(mailbox.at("level").as_string() == "managed");
}

BOOST_AUTO_TEST_CASE(an_account_can_begin_under_a_dep) {
  Desk desk;
  desk.make_customer();
  BOOST_TEST(
      desk.run({"account", "create", "ada@example.org", "--dep", "customer", "--password-stdin"},
               "engine\n") == 0);
  const auto listed = desk.json_of({"mailbox", "list"});
  const auto& only = listed.at("mailboxes").at(0);
  BOOST_TEST(only.at("dep").as_string() == "customer");
  BOOST_TEST(only.at("isEncrypted").as_bool());
}

BOOST_AUTO_TEST_CASE(a_check_tells_each_reason_and_makes_nothing) {
  Desk desk;
  const std::vector<std::string> check = {"dep", "check",    "customer", "--root-a",
                                          kid_a, "--root-b", kid_b};
  BOOST_TEST(desk.run(check) == 0);
  desk.roots.info(desk.root_b).enabled = false;
  BOOST_TEST(desk.run(check) == 1);
  BOOST_TEST(has(desk.out, "the key is disabled in its vault"));
  BOOST_TEST(desk.deps.list().size() == 1u);
  auto create = check;
  create[1] = "create";
  BOOST_TEST(desk.run(create) == 2);
  BOOST_TEST(has(desk.err, kid_b));
  desk.roots.steer(vault_b, Mode::denied);
  BOOST_TEST(desk.run(create) == 5);
  desk.roots.steer(vault_b, Mode::transient);
  BOOST_TEST(desk.run(create) == 6);
  BOOST_TEST(desk.run({"dep", "create", "customer", "--root-a", kid_a}) == 2);
  BOOST_TEST(has(desk.err, "--root-b"));
}

BOOST_AUTO_TEST_CASE(one_unknown_mailbox_and_none_is_assigned) {
  Desk desk;
  desk.create("ada@example.org");
  desk.make_customer();
  BOOST_TEST(desk.run({"dep", "assign", "customer", "ada@example.org", "nobody@example.org"}) == 3);
  BOOST_TEST(desk.json_of({"dep", "show", "customer"}).at("mailboxes").to_number<int>() == 0);
}

BOOST_AUTO_TEST_CASE(vaults_are_listed_and_tested) {
  Desk desk;
  BOOST_TEST(desk.run({"vault", "test"}) == 0);  // no root in use: they answer
  desk.make_customer();
  const auto vaults = desk.json_of({"vault", "list"});
  BOOST_TEST(vaults.at("vaults").as_array().size() == 2u);
  BOOST_TEST(has(desk.out, kid_a));
  BOOST_TEST(!has(desk.out, "managed://"));
  BOOST_TEST(desk.run({"vault", "test"}) == 0);
  desk.roots.steer(vault_a, Mode::transient);
  BOOST_TEST(desk.run({"vault", "test"}) == 1);
  BOOST_TEST(has(desk.out, "timeout"));
}

BOOST_AUTO_TEST_CASE(mail_that_came_encrypted_is_counted) {
  Desk desk;
  const auto account = desk.make_account("ada@example.org");
  const auto armour = "Subject: s\r\n\r\n" + test_support::openpgp_example;
  const auto mailbox = desk.mailboxes.open(account.mailbox, crypto::ActorClass::system);
  for (const auto& octets : {armour, armour, std::string("Subject: s\r\n\r\nplain\r\n")})
    mailbox->append(mailbox->tree()->folder("INBOX"), {imap::mime::prepare(octets, {}, 0, 0)},
                    {crypto::Cause::deliver, crypto::Actor::service()});
  const auto counts = desk.json_of({"mailbox", "show", "ada@example.org", "--counts"}).at("counts");
  BOOST_TEST(counts.at("messages").to_number<int>() == 3);
  BOOST_TEST(counts.at("opaqueMessages").to_number<int>() == 2);
  BOOST_TEST(counts.at("opaqueSize").to_number<std::size_t>() == 2 * armour.size());
  BOOST_TEST(desk.run({"mailbox", "show", "ada@example.org", "--counts"}) == 0);
  BOOST_TEST(has(desk.out, "opaqueMessages=2"));
}

BOOST_AUTO_TEST_CASE(the_status_counts_what_crosses_the_boundary) {
  Desk desk;
  const auto account = desk.make_account("ada@example.org");
  desk.add_mail(account, "to be counted");
  desk.clock.advance(60);
  desk.inbox(account);  // it lingers from now on
  const auto status = desk.json_of({"status"});
  BOOST_TEST(status.at("accounts").to_number<int>() == 1);
  BOOST_TEST(status.at("uptime").to_number<int>() == 60);
  BOOST_TEST(status.at("databases").as_array().size() == 2u);
  BOOST_TEST(!status.at("crossings").as_array().empty());
  desk.mailboxes.close_idle();
  const auto memory = desk.json_of({"status"}).at("memory");
  BOOST_TEST(memory.at("mailboxKeys").to_number<int>() == 1);
  BOOST_TEST(memory.at("mailboxKeysBudget").to_number<int>() == 20'000);
  BOOST_TEST(memory.at("lockedKeys").to_number<int>() > 1);
  BOOST_TEST(memory.at("plaintextAtMost").to_number<std::uint64_t>() > 0u);
  BOOST_TEST(desk.run({"status"}) == 0);
  BOOST_TEST(has(desk.out, "openMailboxes: 1"));
}

BOOST_AUTO_TEST_CASE(refusals_have_fault_message_and_hint) {
  Desk desk;
  const auto answer = ask(desk, "GET", "/v1/deps/nobody");
  BOOST_TEST(answer.status == 404u);
  const auto error = json::parse(answer.body).at("error");
  BOOST_TEST(error.at("fault").as_string() == "not_found");
  BOOST_TEST(!error.at("message").as_string().empty());
}

BOOST_AUTO_TEST_CASE(requests_that_make_no_sense_are_refused) {
  Desk desk;
  struct Row {
    std::string method, target, body;
    unsigned status;
  };
  const Row rows[] = {
      {"GET", "/", "", 404},
      {"GET", "/v1/nothing", "", 404},
      {"GET", "/v1/accounts/", "", 404},
      {"GET", "/v1/accounts/a/b/c", "", 404},
      {"PUT", "/v1/accounts", "{}", 405},
      {"POST", "/v1/accounts", "", 400},
      {"POST", "/v1/accounts", "[]", 400},
      {"POST", "/v1/accounts", "{", 400},
      {"POST", "/v1/accounts", R"({"name":"ada"})", 400},
      {"POST", "/v1/accounts", R"({"name":7,"password":"x"})", 400},
      {"POST", "/v1/accounts", R"({"name":"ada","password":"x","admin":true})", 400},
      {"POST", "/v1/accounts", R"({"name":"ada","password":"x\ny"})", 400},
      {"POST", "/v1/accounts", R"({"name":"ada","password":"x","dep":"nobody"})", 404},
      {"POST", "/v1/deps/managed/mailboxes", R"({"mailboxes":[]})", 400},
      {"POST", "/v1/deps", R"({"name":"a","root_a":"x","root_b":"y"})", 400},
      {"GET", "/v1/mailboxes/99", "", 404},
  };
  for (const auto& row : rows) BOOST_TEST_CONTEXT(row.method << " " << row.target << row.body) {
      BOOST_TEST(ask(desk, row.method, row.target, row.body).status == row.status);
    }
  BOOST_TEST(desk.directory.accounts().empty());
}

BOOST_AUTO_TEST_CASE(only_root_and_the_server_itself_may_ask) {
  Desk desk;
  const auto asked_by = [&](std::optional<uid_t> user) {
    http::Request request{
        .method = "GET", .target = "/v1/status", .headers = {}, .body = {}, .peer = {}};
    if (user) request.peer.process = http::Peer::Process{*user, 0, 1};
    return desk.api().handle(request).status;
  };
  BOOST_TEST(asked_by(0) == 200u);
  BOOST_TEST(asked_by(geteuid()) == 200u);
  BOOST_TEST(asked_by(4711) == 403u);
  BOOST_TEST(asked_by(std::nullopt) == 403u);
}

BOOST_AUTO_TEST_CASE(other_parts_answer_their_own_paths) {
  static constexpr server::admin::Access other[] = {
      {"GET", "/other/{}", policy::any_role, ""},
      {"POST", "/other/{}", policy::any_role, "other do"}};
  Desk desk({.access = other, .answer = [](const http::Request&, const http::Target& target) {
               std::optional<http::Response> answered;
               if (target.segments[1] == "thing")
                 answered = http::Response{
                     .status = 200, .content_type = {}, .headers = {}, .body = "mine", .more = {}};
               return answered;
             }});
  BOOST_TEST(ask(desk, "GET", "/other/thing").body == "mine");
  BOOST_TEST(ask(desk, "GET", "/other/nothing").status == 404u);
  BOOST_TEST(ask(desk, "GET", "/v1/status").status == 200u);
  BOOST_TEST(desk.records.events("other").empty());
  BOOST_TEST(ask(desk, "POST", "/other/thing").body == "mine");
  BOOST_TEST(desk.records.events("other do").size() == 2u);
}

BOOST_AUTO_TEST_CASE(every_command_has_help_with_an_example) {
  std::istringstream in;
  std::ostringstream err;
  for (const auto& command : server::admin::commands()) {
    std::vector<std::string> words;
    std::istringstream names(std::string(command.noun) + " " + std::string(command.verb));
    for (std::string word; names >> word;) words.push_back(word);
    words.emplace_back("--help");
    std::ostringstream out;
    BOOST_TEST(server::admin::run_cli(words, {in, out, err}) == 0);
    BOOST_TEST(has(out.str(), "example:\n  sealpost " + std::string(command.noun)));
    BOOST_TEST(has(out.str(), "--json"));
  }
  std::ostringstream out;
  BOOST_TEST(server::admin::run_cli({"--help"}, {in, out, err}) == 0);
  BOOST_TEST(has(out.str(), "dep assign NAME [ACCOUNT...]"));
  BOOST_TEST(server::admin::run_cli({"queue", "--help", "--socket", "/none"}, {in, out, err}) == 0);
  BOOST_TEST(has(out.str(), "queue retry"));
  BOOST_TEST(err.str().empty());
}

BOOST_AUTO_TEST_CASE(misuse_is_told_with_a_hint) {
  Desk desk;
  for (const auto& words :
       std::initializer_list<std::vector<std::string>>{{"nonsense"},
                                                       {"account", "nonsense"},
                                                       {"account", "show"},
                                                       {"dep", "show", ""},
                                                       {"account", "list", "a"},
                                                       {"account", "list", "--nonsense"},
                                                       {"account", "list", "--json=1"}}) {
    BOOST_TEST(desk.run(words) == 2);
    BOOST_TEST(has(desk.err, "error: "));
    BOOST_TEST(has(desk.err, "hint: "));
    BOOST_TEST(desk.out.empty());
  }
}

BOOST_AUTO_TEST_CASE(no_server_is_unavailable) {
  std::istringstream in;
  std::ostringstream out, err;
  BOOST_TEST(server::admin::run_cli({"status", "--socket=/nowhere/admin.sock"}, {in, out, err}) ==
             6);
  BOOST_TEST(has(err.str(), "error: "));
}

BOOST_AUTO_TEST_CASE(a_quota_is_set_shown_and_taken_back) {
  Desk desk;
  desk.mailboxes.set_default_limits({.octets = 1024, .messages = 10, .folders = std::nullopt});
  desk.create("ada@example.org");
  const auto show = [&] { return desk.json_of({"quota", "show", "ada@example.org", "--usage"}); };
  BOOST_TEST(
      json::serialize(show()) ==
      R"({"account":"ada@example.org","storage":{"limit":1024,"from":"default"},)"
      R"("messages":{"limit":10,"from":"default"},"folders":{"limit":null,"from":"default"},)"
      R"("used":{"storage":0,"messages":0,"folders":6}})");
  const auto changed = desk.json_of(
      {"quota", "set", "ada@example.org", "--storage", "10G", "--messages", "unlimited"});
  BOOST_TEST(changed.at("storage").at("limit").as_int64() == std::int64_t{10} << 30);
  BOOST_TEST(changed.at("messages").at("limit").is_null());
  BOOST_TEST(changed.at("messages").at("from").as_string() == "set");
  desk.json_of({"quota", "set", "ada@example.org", "--folders", "7", "--storage", "default"});
  BOOST_TEST(show().at("folders").at("limit").as_int64() == 7);
  BOOST_TEST(show().at("storage").at("from").as_string() == "default");
  for (const char* wrong : {"10X", "-1", "many"})
    BOOST_TEST(desk.run({"quota", "set", "ada@example.org", "--storage", wrong}) != 0);
  BOOST_TEST(desk.run({"quota", "set", "ada@example.org"}) != 0);
  BOOST_TEST(desk.run({"quota", "set", "nobody@example.org", "--messages", "1"}) != 0);
  BOOST_TEST(desk.records.events("quota set").size() >= 2u);
}

BOOST_AUTO_TEST_SUITE_END()
