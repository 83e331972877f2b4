#include "crypto/azure_vault.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "crypto/secret_file.h"
#include "tests/support/running_vault.h"
#include "tests/support/scripted_server.h"

namespace {

using crypto::AzureVault;
using crypto::Patience;
using crypto::RootError;
using crypto::RootKeyRef;
using crypto::RootVerdict;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test_support::Asked;
using test_support::Says;
using test_support::ScriptedServer;
using vault_test::RunningVault;

const SystemClock wall_clock;

crypto::AzureVaultSettings settings(const RunningVault& vault, const std::string& token) {
  const auto file = vault.directory().root / "client.token";
  std::filesystem::remove(file);
  BOOST_TEST_REQUIRE(crypto::create_secret_file(file, bytes_of(token + '\n')));
  crypto::AzureVaultSettings out;
  out.url = vault.url();
  out.ca = vault.ca();
  out.login = crypto::TokenFileLogin{file};
  return out;
}

crypto::Place place(std::int64_t dep = 7) { return {crypto::Kind::dep_key, {}, dep, 1}; }

RootVerdict verdict_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const RootError& error) {
    return error.verdict();
  }
  return RootVerdict::ok;
}

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const RootError& error) {
    return error.code();
  }
  return "ok";
}

void administer(const RunningVault& vault, const std::string& token, std::string_view method,
                const std::string& path, const std::string& body) {
  crypto::HttpsClient raw({crypto::parse_url(vault.url()), vault.ca()});
  const auto head = "Authorization: Bearer " + token + "\r\nContent-Type: application/json\r\n";
  const auto end = steady_clock::now() + seconds(10);
  BOOST_TEST_REQUIRE(raw.ask(method, path + "?api-version=7.4", head, body, end).status == 200U);
}

// A vault with a key, and the server's client of it.
struct Fixture {
  const std::string all = "get,wrapKey,unwrapKey";
  int tokens = 0;
  steady_clock::duration later{};
  RunningVault vault;
  RootKeyRef root{made()};
  AzureVault client{settings(vault, vault.token("sealpost", "get,wrapKey,unwrapKey")), wall_clock};
  crypto::DepKey key = crypto::DepKey::generate();

  RootKeyRef made() {
    const auto bundle = vault.create_key("customer");
    return RootKeyRef(boost::json::value_to<std::string>(bundle.at("key").at("kid")));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(azure_vault)

BOOST_FIXTURE_TEST_CASE(a_dep_key_goes_round, Fixture) {
  const auto wrapped = client.wrap(RootKeyRef(vault.url() + "/keys/customer"), key, place());
  BOOST_TEST(wrapped.key.kid() == root.kid());
  BOOST_TEST(wrapped.blob.size() == 256);
  const auto opened = client.unwrap(wrapped, place());

  BOOST_CHECK_EXCEPTION(client.unwrap(wrapped, place(8)), Error,
                        [](const Error& error) { return error.fault() == Fault::corrupt; });
}

BOOST_FIXTURE_TEST_CASE(the_state_of_a_key_is_read, Fixture) {
  const auto info = client.get(RootKeyRef(vault.url() + "/keys/CUSTOMER"));
  BOOST_TEST(info.key.kid() == root.kid());
  BOOST_TEST(info.type == "RSA");
  BOOST_TEST(info.bits == 2048);
  BOOST_TEST(info.enabled);
  BOOST_TEST(!info.expires.has_value());
  BOOST_TEST(info.operations.size() == 6);
  BOOST_TEST(info.recovery_level == "Recoverable");
}

BOOST_FIXTURE_TEST_CASE(disabling_is_denied_and_enabling_brings_it_back, Fixture) {
  const auto wrapped = client.wrap(root, key, place());
  vault.set_enabled("customer", false);
  BOOST_TEST(!client.get(root).enabled);
  BOOST_TEST(code_of([&] { client.unwrap(wrapped, place()); }) == "403 Forbidden/KeyDisabled");
  BOOST_TEST((verdict_of([&] { client.wrap(root, key, place()); }) == RootVerdict::denied));
  vault.set_enabled("customer", true);
  client.unwrap(wrapped, place());
}

BOOST_FIXTURE_TEST_CASE(a_permission_taken_away_is_denied_and_a_token_is_misconfigured, Fixture) {
  AzureVault reader(settings(vault, vault.token("reader", "get")), wall_clock);
  BOOST_TEST((verdict_of([&] { reader.wrap(root, key, place()); }) == RootVerdict::denied));
  AzureVault stranger(settings(vault, "unknown"), wall_clock);
  BOOST_TEST(code_of([&] { stranger.get(root); }) == "401 Unauthorized");
  BOOST_TEST((verdict_of([&] { stranger.get(root); }) == RootVerdict::misconfigured));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_is_gone_is_denied_and_a_broken_wrap_misconfigured, Fixture) {
  const RootKeyRef gone(vault.url() + "/keys/gone");
  BOOST_TEST((verdict_of([&] { client.get(gone); }) == RootVerdict::denied));
  auto wrapped = client.wrap(root, key, place());
  wrapped.blob[100] ^= 1;
  BOOST_TEST((verdict_of([&] { client.unwrap(wrapped, place()); }) == RootVerdict::misconfigured));
  const RootKeyRef elsewhere("https://127.0.0.1:1/keys/customer");
  BOOST_TEST((verdict_of([&] { client.get(elsewhere); }) == RootVerdict::misconfigured));
}

BOOST_FIXTURE_TEST_CASE(a_vault_that_is_down_is_transient_at_once_and_comes_back, Fixture) {
  auto given = settings(vault, vault.token("other", "get"));
  given.now = [this] { return steady_clock::now() + later; };
  AzureVault waiting(std::move(given), wall_clock);
  waiting.get(root);
  vault.stop();
  const auto start = steady_clock::now();
  BOOST_TEST(code_of([&] { waiting.get(root); }) == "unreachable");
  BOOST_TEST((verdict_of([&] { waiting.get(root); }) == RootVerdict::transient));
  BOOST_TEST((steady_clock::now() - start < milliseconds(3000)));
  vault.start();
  later = seconds(10);  // meanwhile it is not asked
  waiting.get(root);
}

BOOST_FIXTURE_TEST_CASE(a_kept_connection_that_the_vault_closed_does_no_harm, Fixture) {
  for (int i = 0; i < 3; ++i) {
    client.get(root);
    vault.stop();
    vault.start();
  }
  client.get(root);
}

// What each state of a key, and each lack of permission, is to those who ask.
BOOST_FIXTURE_TEST_CASE(each_state_of_a_key_is_told_as_it_is, Fixture) {
  const auto wrapped = client.wrap(root, key, place());
  const auto admin = vault.token("admin", "get,update");
  const auto check = [&](AzureVault& asking, const std::string& what, const std::string& get,
                         const std::string& wrap, const std::string& unwrap) {
    BOOST_TEST_CONTEXT(what) {
      BOOST_TEST(code_of([&] { asking.get(root); }) == get);
      BOOST_TEST(code_of([&] { asking.wrap(root, key, place()); }) == wrap);
      for (const auto patience : {Patience::user, Patience::system, Patience::alone})
        BOOST_TEST(code_of([&] { asking.unwrap(wrapped, place(), patience); }) == unwrap);
    }
  };
  const std::string disabled = "403 Forbidden/KeyDisabled",
                    outside = "403 Forbidden/KeyNotYetValidOrExpired",
                    not_allowed = "403 Forbidden/KeyOperationForbidden",
                    no_permission = "403 Forbidden/ForbiddenByPolicy";
  struct State {
    std::string change, wrap, unwrap;
  };
  const State states[] = {
      {R"({"attributes":{"enabled":false}})", disabled, disabled},
      {R"({"attributes":{"enabled":true}})", "ok", "ok"},
      {R"({"attributes":{"exp":1000}})", outside, "ok"},
      {R"({"attributes":{"exp":32503680000,"nbf":32503670000}})", outside, "ok"},
      {R"({"attributes":{"nbf":1000},"key_ops":["wrapKey"]})", "ok", not_allowed},
      {R"({"key_ops":["unwrapKey"]})", not_allowed, "ok"},
      {R"({"key_ops":["wrapKey","unwrapKey"]})", "ok", "ok"},
  };
  for (const auto& state : states) {
    administer(vault, admin, "PATCH", "/keys/customer/" + root.version(), state.change);
    auto given = settings(vault, vault.token("for" + std::to_string(++tokens), all));
    AzureVault asking(std::move(given), wall_clock);  // with a breaker of its own
    check(asking, state.change, "ok", state.wrap, state.unwrap);
  }
  AzureVault reader(settings(vault, vault.token("reader", "get")), wall_clock);
  check(reader, "get alone", "ok", no_permission, no_permission);
  AzureVault wrapper(settings(vault, vault.token("wrapper", "wrapKey")), wall_clock);
  check(wrapper, "wrapKey alone", no_permission, "ok", no_permission);
  AzureVault stranger(settings(vault, "unknown"), wall_clock);
  check(stranger, "no token", "401 Unauthorized", "401 Unauthorized", "401 Unauthorized");
}

BOOST_FIXTURE_TEST_CASE(a_deleted_key_is_denied_until_it_is_recovered, Fixture) {
  const auto wrapped = client.wrap(root, key, place());
  const auto admin = vault.token("admin", "delete,recover");
  administer(vault, admin, "DELETE", "/keys/customer", "");
  BOOST_TEST(code_of([&] { client.get(root); }) == "404 KeyNotFound");
  BOOST_TEST(code_of([&] { client.wrap(root, key, place()); }) == "404 KeyNotFound");
  BOOST_TEST(code_of([&] { client.unwrap(wrapped, place()); }) == "404 KeyNotFound");
  BOOST_TEST((verdict_of([&] { client.unwrap(wrapped, place()); }) == RootVerdict::denied));
  administer(vault, admin, "POST", "/deletedkeys/customer/recover", "");
  client.unwrap(wrapped, place());
}

// A vault that says what it is told, and its client.
struct Told {
  Says says;
  steady_clock::duration later{};
  RunningVault home;
  ScriptedServer server{[this](const Asked&) { return says; }};
  AzureVault client{given(), wall_clock};
  const crypto::WrappedByRoot wrapped{RootKeyRef(server.url() + "/keys/customer/1"), Bytes(256, 1)};

  crypto::AzureVaultSettings given() {
    auto out = settings(home, "token");
    out.url = server.url();
    out.ca = server.ca();
    out.user = milliseconds(300);
    out.system = milliseconds(3000);
    out.now = [this] { return steady_clock::now() + later; };
    return out;
  }
  std::string get() {
    return code_of([&] { client.get(wrapped.key); });
  }
  std::string unwrap(Patience patience) {
    return code_of([&] { client.unwrap(wrapped, place(), patience); });
  }
};

BOOST_FIXTURE_TEST_CASE(only_what_no_other_vault_can_do_is_tried_again, Told) {
  says = {.status = 503};
  BOOST_TEST(get() == "503");
  BOOST_TEST(server.asked().size() == 3U);
  BOOST_TEST(unwrap(Patience::user) == "503");
  BOOST_TEST(server.asked().size() == 4U);
  BOOST_TEST(unwrap(Patience::system) == "503");
  BOOST_TEST(server.asked().size() == 5U);
  // Five in a row: from now on there is one probe every ten seconds.
  BOOST_TEST(unwrap(Patience::alone) == "not asked");
  BOOST_CHECK_EXCEPTION(
      client.unwrap(wrapped, place(), Patience::user), RootError,
      [](const RootError& error) { return std::string_view(error.what()).ends_with("after 503"); });
  BOOST_TEST(server.asked().size() == 5U);
  later = seconds(10);
  BOOST_TEST(unwrap(Patience::user) == "503");
  BOOST_TEST(unwrap(Patience::user) == "not asked");
  BOOST_TEST(server.asked().size() == 6U);
  later = seconds(20);
  BOOST_TEST(get() == "503");  // the probe's own failure
  BOOST_TEST(server.asked().size() == 7U);
  later = seconds(30);
  says = {.status = 403, .body = R"({"error":{"code":"Forbidden"}})"};
  for (int i = 0; i < 2; ++i) BOOST_TEST(unwrap(Patience::user) == "403 Forbidden");
  BOOST_TEST(server.connections() == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_vaults_own_pause_is_kept, Told) {
  says = {.status = 429, .head = "Retry-After: 5\r\n"};
  const auto start = steady_clock::now();
  BOOST_TEST(get() == "429");  // too long to wait for
  BOOST_TEST((steady_clock::now() - start < milliseconds(2900)));
  BOOST_TEST(unwrap(Patience::user) == "not asked");
  BOOST_TEST(server.asked().size() == 1U);
  later = seconds(5);
  BOOST_TEST(unwrap(Patience::user) == "429");
  BOOST_TEST(server.asked().size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(users_wait_less_than_the_system, Told) {
  says = {.manner = Says::Manner::stays_silent};
  const auto took = [&](Patience patience) {
    const auto start = steady_clock::now();
    BOOST_TEST(unwrap(patience) == "timeout");
    return steady_clock::now() - start;
  };
  BOOST_TEST((took(Patience::user) < milliseconds(2900)));
  BOOST_TEST((took(Patience::system) >= milliseconds(3000)));
}

BOOST_FIXTURE_TEST_CASE(bad_settings_are_refused_with_their_reason, Fixture) {
  const auto refused = [&](const std::function<void(crypto::AzureVaultSettings&)>& change) {
    auto given = settings(vault, "token");
    change(given);
    BOOST_CHECK_THROW(AzureVault(std::move(given), wall_clock), Error);
  };
  refused([](auto& given) { given.url = "http://127.0.0.1:1"; });
  refused([](auto& given) { given.url = "https://127.0.0.1:1/path"; });
  for (const auto* token : {"", "a\r\nX: b", "a b"})
    BOOST_CHECK_THROW(AzureVault(settings(vault, token), wall_clock), Error);
  refused([](auto& given) { given.ca = "/nowhere.pem"; });
}

BOOST_AUTO_TEST_SUITE_END()
