// How alerts leave the server.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "server/alerts/alert_json.h"
#include "server/alerts/command_channel.h"
#include "server/alerts/state_file.h"
#include "server/alerts/webhook_channel.h"
#include "tests/support/scripted_server.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(alerts)

namespace {

namespace json = boost::json;
using namespace server::alerts;
using policy::AlertCode;
using policy::Notice;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

const Notice notice{
    Notice::Event::began,
    {AlertCode::audit_broken, "audit log", "record 7 \"was\" edited\n", "look", 1'800'000'000},
    1'800'000'060};

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A shell script in a directory of its own, given its path.
class Script {
 public:
  explicit Script(const std::string& text) {
    std::ofstream(path()) << "#!/bin/sh\n" << text;
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }
  std::filesystem::path path() const { return directory_.path() / "script"; }
  std::filesystem::path out() const { return directory_.path() / "out"; }
  void told(std::vector<std::string> more = {}, milliseconds longest = milliseconds(20'000)) const {
    more.insert(more.begin(), path().string());
    CommandChannel(more, "mail.example.org", longest).tell(notice, {});
  }
  std::string failure(milliseconds longest = milliseconds(20'000)) const {
    try {
      told({}, longest);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }

 private:
  storage_test::TempDirectory directory_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_notice_is_one_object) {
  const auto told = told_as(notice, "mail.example.org");
  const auto object = json::parse(told).as_object();
  BOOST_TEST(object.at("event").as_string() == "began");
  BOOST_TEST(object.at("server").as_string() == "mail.example.org");
  BOOST_TEST(object.at("time").as_string() == "2027-01-15T08:01:00Z");
  BOOST_TEST(object.at("since").as_string() == "2027-01-15T08:00:00Z");
  BOOST_TEST(object.at("code").as_string() == "audit-broken");
  BOOST_TEST(object.at("severity").as_string() == "critical");
  BOOST_TEST(object.at("text").as_string() == notice.alert.text);
  BOOST_TEST(told.find('\n') == told.size() - 1);
  auto test = notice;
  test.event = Notice::Event::test;
  BOOST_TEST(json::parse(told_as(test, "m")).at("code").as_string() == "test");
}

BOOST_AUTO_TEST_CASE(a_command_gets_the_notice_its_arguments_and_no_environment_of_ours) {
  setenv("SEALPOST_SECRET", "leaked", 1);
  const Script script("exec >\"$1\"\ncat\necho \"$2|$#\"\nenv\nls /proc/self/fd | wc -l\n");
  script.told({script.out().string(), "$(id) ; 'quoted"});
  const auto out = contents(script.out());
  BOOST_TEST(out.starts_with(told_as(notice, "mail.example.org")));
  BOOST_TEST(has(out, "\n$(id) ; 'quoted|2\n"));
  BOOST_TEST(!has(out, "leaked"));
  BOOST_TEST(has(out, "PATH=/usr/local/bin:/usr/bin:/bin"));
  BOOST_TEST(out.ends_with("\n4\n"));  // three streams and that of ls
}

BOOST_AUTO_TEST_CASE(a_command_that_fails_or_is_not_there_says_so) {
  BOOST_TEST(has(Script("exit 3").failure(), "exited with 3"));
  BOOST_TEST(has(Script("kill -9 $$").failure(), "signal 9"));
  BOOST_CHECK_THROW(CommandChannel({"/no/such/program"}, "m", milliseconds(1000)).tell(notice, {}),
                    Error);
  BOOST_TEST(Script("exit 0").failure().empty());  // reads nothing
}

BOOST_AUTO_TEST_CASE(a_command_that_takes_too_long_is_ended_with_its_children) {
  const Script script("sleep 300 & echo $! >$(dirname $0)/out\nwait\n");
  const auto began = steady_clock::now();
  BOOST_TEST(has(script.failure(milliseconds(1000)), "took too long"));
  BOOST_TEST((steady_clock::now() - began < std::chrono::seconds(60)));
  const auto child = std::stoi(contents(script.out()));
  const auto gone = [&] {
    const auto status = contents("/proc/" + std::to_string(child) + "/stat");
    return status.empty() || has(status, ") Z");
  };
  while (!gone() && steady_clock::now() - began < std::chrono::seconds(60)) sched_yield();
  BOOST_TEST(gone());
}

BOOST_AUTO_TEST_CASE(a_stop_does_not_wait_for_a_command) {
  const Script script("sleep 300\n");
  std::stop_source stop;
  stop.request_stop();
  CommandChannel channel({script.path().string()}, "m", std::chrono::hours(1));
  BOOST_CHECK_THROW(channel.tell(notice, stop.get_token()), Error);
}

BOOST_AUTO_TEST_CASE(webhooks_are_https_or_on_this_machine) {
  const auto hook = parsed_webhook("https://hooks.example.org:8443/T1/a%20b/?key=2&x=~");
  BOOST_TEST(hook.server.origin() == "https://hooks.example.org:8443");
  BOOST_TEST(hook.target == "/T1/a%20b/?key=2&x=~");
  BOOST_TEST(parsed_webhook("https://hooks.example.org").target == "/");
  for (const auto* good : {"http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x"})
    BOOST_CHECK_NO_THROW(parsed_webhook(good));
  for (const auto* bad :
       {"http://hooks.example.org/x", "http://127.example.org/x", "http://169.254.169.254/x",
        "ftp://127.0.0.1/x", "hooks.example.org", "https://a/x y", "https://a/x\r\nHost: b"})
    BOOST_CHECK_THROW(parsed_webhook(bad), Error);
}

BOOST_AUTO_TEST_CASE(a_webhook_takes_a_post_over_verified_tls_or_does_not) {
  using test_support::Says;
  const auto tell = [](test_support::ScriptedServer& server, bool with_ca) {
    auto hook = parsed_webhook(server.url() + "/hook?key=2");
    if (with_ca) hook.ca = server.ca();
    WebhookChannel(hook, "mail.example.org", milliseconds(5000)).tell(notice, {});
  };
  test_support::ScriptedServer taking([](const auto&) { return Says{.status = 204}; });
  tell(taking, true);
  BOOST_REQUIRE(taking.asked().size() == 1u);
  const auto asked = taking.asked()[0];
  BOOST_TEST(asked.method == "POST");
  BOOST_TEST(asked.target == "/hook?key=2");
  BOOST_TEST(asked.header("Content-Type") == "application/json");
  BOOST_TEST(asked.body == told_as(notice, "mail.example.org"));
  BOOST_CHECK_THROW(tell(taking, false), Error);  // not the system's CA
  BOOST_TEST(taking.asked().size() == 1u);

  for (const unsigned status : {302u, 404u, 500u}) {
    test_support::ScriptedServer refusing([status, &taking](const auto&) {
      return Says{.status = status, .head = "Location: " + taking.url() + "/\r\n"};
    });
    BOOST_CHECK_THROW(tell(refusing, true), Error);
  }
  test_support::ScriptedServer silent(
      [](const auto&) { return Says{.manner = Says::Manner::stays_silent}; });
  auto hook = parsed_webhook(silent.url());
  hook.ca = silent.ca();
  BOOST_CHECK_THROW(WebhookChannel(hook, "m", milliseconds(200)).tell(notice, {}), Error);
  BOOST_TEST(taking.asked().size() == 1u);  // no redirect was followed

  test_support::ScriptedServer near([](const auto&) { return Says{}; },
                                    test_support::ScriptedServer::Transport::plain, {});
  WebhookChannel(parsed_webhook(near.url()), "m", milliseconds(5000)).tell(notice, {});
  BOOST_TEST(near.asked().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_state_comes_back_as_it_was) {
  storage_test::TempDirectory directory;
  StateFile file(directory.path());
  BOOST_TEST(file.load().in_force.empty());
  policy::AlertState state;
  state.in_force = {notice.alert};
  state.moving_since = 17;
  state.not_told["webhook"] = {notice, notice};
  state.not_told["webhook"][1].event = Notice::Event::ended;
  file.save(state);
  file.save(state);
  const auto back = file.load();
  BOOST_TEST(stored(back) == stored(state));
  BOOST_TEST(back.in_force.at(0).text == notice.alert.text);
  BOOST_CHECK((back.not_told.at("webhook").at(1).event == Notice::Event::ended));
  const auto path = directory.path() / "alerts.json";
  BOOST_TEST((std::filesystem::status(path).permissions() == std::filesystem::perms(0600)));
  for (const auto* text : {"", "{", "[]", "{\"version\":2}", "{\"version\":1,\"inForce\":[1]}"}) {
    std::ofstream(path) << text;
    BOOST_CHECK_THROW(file.load(), Error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
