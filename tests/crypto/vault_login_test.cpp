#include "crypto/vault_login.h"

#include <boost/test/unit_test.hpp>
#include <latch>
#include <thread>

#include "crypto/azure_vault.h"
#include "crypto/secret_file.h"
#include "tests/support/scripted_server.h"

namespace {

using crypto::AzureVault;
using crypto::Challenge;
using crypto::RootError;
using crypto::RootKeyRef;
using crypto::RootVerdict;
using crypto::VaultLogin;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test_support::Asked;
using test_support::Says;
using test_support::ScriptedServer;

const SystemClock wall_clock;
const std::string host = "mine.vault.example", pinned = "https://vault.example";

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const RootError& error) {
    return error.code();
  }
  return "ok";
}

std::string asking_for(const std::string& resource, const std::string& authority) {
  return "Bearer authorization=\"" + authority + "\", resource=\"" + resource + "\"";
}

// Counts, and gives tokens "1", "2", ... or the failure it is told.
struct CountingSource final : crypto::TokenSource {
  struct State {
    std::atomic<int> fetched = 0;
    std::optional<seconds> lifetime = seconds(3600);
    std::optional<RootError> failure;
    std::string resource;
    std::function<void()> meanwhile = [] {};
  };
  explicit CountingSource(State& state) : state(state) {}

  crypto::Token fetch(const std::string& resource, crypto::Deadline) override {
    const auto count = ++state.fetched;
    state.resource = resource;
    state.meanwhile();
    if (state.failure) throw RootError(*state.failure);
    return {crypto::SecretText(std::to_string(count).c_str()), state.lifetime};
  }
  bool trusts(const Challenge& challenge) const override {
    return challenge.authority == "https://login.example/t";
  }
  State& state;
};

struct Fixture {
  CountingSource::State source;
  std::atomic<steady_clock::duration> now{std::chrono::hours(1)};
  VaultLogin login = made(pinned);

  VaultLogin made(const std::string& resource) {
    return {std::make_unique<CountingSource>(source), host, resource,
            [this] { return steady_clock::time_point(now); }};
  }
  void pass(seconds time) { now = now.load() + time; }
  static crypto::Deadline soon() { return steady_clock::now() + seconds(10); }
  std::string bearer() { return login.bearer(soon())->c_str(); }
};

RootError failure(RootVerdict verdict, std::optional<seconds> retry_after = {}) {
  return {verdict, "token", "no token", retry_after};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_login)

BOOST_FIXTURE_TEST_CASE(a_token_is_kept_until_five_minutes_before_its_end, Fixture) {
  BOOST_TEST(bearer() == "1");
  BOOST_TEST(source.resource == pinned);
  pass(seconds(3299));
  BOOST_TEST(bearer() == "1");
  pass(seconds(1));
  BOOST_TEST(bearer() == "2");
  source.lifetime = seconds(60);  // shorter: until half of it
  pass(seconds(3300));
  BOOST_TEST(bearer() == "3");
  pass(seconds(29));
  BOOST_TEST(bearer() == "3");
  pass(seconds(1));
  BOOST_TEST(bearer() == "4");
}

BOOST_FIXTURE_TEST_CASE(one_thread_fetches_and_the_others_share_it, Fixture) {
  constexpr int threads = 8;
  std::latch all(threads);
  source.meanwhile = [&] { all.wait(); };
  std::vector<std::jthread> asking;
  for (int i = 0; i < threads; ++i)
    asking.emplace_back([&] {
      all.count_down();
      BOOST_TEST(bearer() == "1");
    });
  asking.clear();
  BOOST_TEST(source.fetched == 1);
}

BOOST_FIXTURE_TEST_CASE(nobody_waits_for_another_threads_token_beyond_the_deadline, Fixture) {
  std::latch fetching(1), waited(1);
  source.meanwhile = [&] {
    fetching.count_down();
    waited.wait();
  };
  std::jthread first([&] { bearer(); });
  fetching.wait();
  BOOST_TEST(code_of([&] { login.bearer(steady_clock::now() + milliseconds(20)); }) ==
             "token timeout");
  waited.count_down();
}

BOOST_FIXTURE_TEST_CASE(a_good_token_serves_on_while_new_ones_are_not_to_be_had, Fixture) {
  bearer();
  source.failure = failure(RootVerdict::transient);
  pass(seconds(3400));
  BOOST_TEST(bearer() == "1");
  BOOST_TEST(bearer() == "1");
  BOOST_TEST(source.fetched == 2);  // not asked with every call
  pass(seconds(200));
  BOOST_CHECK_THROW(bearer(), RootError);
  source.failure.reset();
  BOOST_TEST(bearer() == "4");
}

BOOST_FIXTURE_TEST_CASE(a_login_taken_away_takes_the_token_with_it, Fixture) {
  bearer();
  source.failure = failure(RootVerdict::denied);
  pass(seconds(3400));
  BOOST_CHECK_THROW(bearer(), RootError);
}

BOOST_FIXTURE_TEST_CASE(a_refusing_authority_is_not_asked_with_every_call, Fixture) {
  source.failure = failure(RootVerdict::misconfigured);
  for (int i = 0; i < 3; ++i) BOOST_CHECK_THROW(bearer(), RootError);
  BOOST_TEST(source.fetched == 1);
  pass(seconds(10));
  source.failure = failure(RootVerdict::transient, seconds(20));
  for (int i = 0; i < 3; ++i) BOOST_CHECK_THROW(bearer(), RootError);
  BOOST_TEST(source.fetched == 2);
  pass(seconds(20));
  source.failure.reset();
  BOOST_TEST(bearer() == "3");
}

BOOST_FIXTURE_TEST_CASE(after_a_401_there_is_one_new_token, Fixture) {
  const auto header = asking_for(pinned, "https://login.example/t");
  const auto first = login.bearer(soon());
  BOOST_TEST(!login.challenged(header, first));  // fresh as it is, another will be no better
  pass(seconds(11));
  BOOST_TEST(login.challenged(header, first));
  BOOST_TEST(bearer() == "2");
  BOOST_TEST(login.challenged(header, first));  // another thread was refused with the old one
  BOOST_TEST(bearer() == "2");
  BOOST_TEST(!login.challenged("", login.bearer(soon())));
}

BOOST_FIXTURE_TEST_CASE(the_resource_is_learned_only_from_above_the_vault, Fixture) {
  for (const auto* resource :
       {"https://evil.example", "https://example", "", "https://evilvault.example",
        "https://mine.vault.example", "http://vault.example"}) {
    auto learning = made("");
    BOOST_TEST(!learning.bearer(soon()));
    BOOST_TEST(code_of([&] {
                 learning.challenged(asking_for(resource, "https://login.example/t"), nullptr);
               }) == "401 hostile challenge",
               resource);
    BOOST_TEST(!learning.bearer(soon()));
  }
  BOOST_TEST(source.fetched == 0);
  auto learning = made("");
  BOOST_TEST(learning.challenged(asking_for(pinned, "https://login.example/t"), nullptr));
  BOOST_TEST(learning.bearer(soon())->c_str() == "1");
  BOOST_TEST(source.resource == pinned);
}

BOOST_FIXTURE_TEST_CASE(a_pinned_resource_and_the_authority_stay_what_they_are, Fixture) {
  const auto used = login.bearer(soon());
  pass(seconds(11));
  for (const auto& header : {asking_for("https://example.example", "https://login.example/t"),
                             asking_for(pinned, "https://login.evil.example/t"),
                             asking_for(pinned, "https://login.example/other")})
    BOOST_TEST(code_of([&] { login.challenged(header, used); }) == "401 hostile challenge", header);
  BOOST_TEST(source.fetched == 1);
}

namespace {

// A vault and a token endpoint that remember what they were asked.
struct Servers {
  std::string challenge = asking_for(pinned, "https://login.example/t");
  std::string good_token = "Bearer token-2";
  std::atomic<int> tokens = 0;
  steady_clock::duration now{std::chrono::hours(1)};
  ScriptedServer vault{[this](const Asked& asked) { return vault_says(asked); }};
  ScriptedServer authority{[this](const Asked&) { return token(); }};
  ScriptedServer identity{
      [this](const Asked&) { return token(); }, ScriptedServer::Transport::plain, {}};

  Says token() {
    const auto number = std::to_string(++tokens);
    return {.body = R"({"token_type":"Bearer","expires_in":"3599","access_token":"token-)" +
                    number + "\"}"};
  }
  Says vault_says(const Asked& asked) const {
    if (asked.header("authorization") != good_token)
      return {.status = 401,
              .body = R"({"error":{"code":"Unauthorized"}})",
              .head = "WWW-Authenticate: " + challenge + "\r\n"};
    return {.body = R"({"key":{"kid":")" + vault.url() +
                    R"(/keys/root/1","kty":"RSA","n":"AQAB"},"attributes":{"enabled":true}})"};
  }

  crypto::ClientSecretLogin secret_login() const {
    const auto file = vault.directory() / "secret";
    std::ignore = crypto::create_secret_file(file, bytes_of("s e+c&r=e/t\n"));
    return {{authority.url(), authority.ca(), "t", "sealpost"}, file};
  }
  AzureVault client(crypto::LoginSettings login, const std::string& resource) {
    crypto::AzureVaultSettings settings;
    settings.url = vault.url();
    settings.ca = vault.ca();
    settings.login = std::move(login);
    settings.resource = resource;
    settings.now = [this] { return steady_clock::time_point(now); };
    return AzureVault(std::move(settings), wall_clock);
  }
  RootKeyRef root() const { return RootKeyRef(vault.url() + "/keys/root/1"); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_secret_is_traded_for_a_token, Servers) {
  good_token = "Bearer token-1";
  auto client = this->client(secret_login(), pinned);
  for (int i = 0; i < 3; ++i) client.get(root());
  BOOST_TEST_REQUIRE(authority.asked().size() == 1U);
  const auto asked = authority.asked()[0];
  BOOST_TEST(asked.method == "POST");
  BOOST_TEST(asked.target == "/t/oauth2/v2.0/token");
  BOOST_TEST(asked.header("content-type") == "application/x-www-form-urlencoded");
  BOOST_TEST(asked.body ==
             "grant_type=client_credentials&client_id=sealpost&"
             "scope=https%3A%2F%2Fvault.example%2F.default&client_secret=s%20e%2Bc%26r%3De%2Ft");
  BOOST_TEST(vault.connections() == 1U);  // kept alive
  BOOST_TEST(vault.asked().size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_refused_token_is_renewed_once, Servers) {
  challenge = asking_for(pinned, authority.url() + "/t");
  auto client = this->client(secret_login(), pinned);
  BOOST_TEST(code_of([&] { client.get(root()); }) == "401 Unauthorized");
  now += seconds(11);
  client.get(root());
  BOOST_TEST(tokens == 2);
  good_token = "none";
  now += seconds(11);
  BOOST_TEST(code_of([&] { client.get(root()); }) == "401 Unauthorized");
  BOOST_TEST(tokens == 3);
}

// The vault answers as a stranger's would: whatever it asks for, it gets neither token nor secret.
BOOST_FIXTURE_TEST_CASE(a_hostile_challenge_gets_nothing, Servers) {
  good_token = "none";
  const std::pair<std::string, std::string> rows[] = {
      {pinned, asking_for("https://evil.example", authority.url() + "/t")},
      {pinned, asking_for(pinned, vault.url() + "/t")},
      {pinned, asking_for(pinned, authority.url() + "/another-tenant")},
      {"", asking_for("https://evil.example", authority.url() + "/t")},
      {"", asking_for(vault.url(), authority.url() + "/t")},
      {"", asking_for(pinned, vault.url() + "/t")},
  };
  for (const auto& [resource, header] : rows) {
    challenge = header;
    const auto asked_before = vault.asked().size(), tokens_before = authority.asked().size();
    auto client = this->client(secret_login(), resource);
    std::string code;
    if (!resource.empty()) code_of([&] { client.get(root()); });
    now += seconds(11);
    code = code_of([&] { client.get(root()); });
    BOOST_TEST(code == "401 hostile challenge", header);
    for (const auto& asked : vault.asked()) {
      BOOST_TEST(asked.method == "GET");
      BOOST_TEST(asked.body.empty());
    }
    // A pinned resource: the token it may have is asked for once, and none for its challenge.
    BOOST_TEST(authority.asked().size() - tokens_before == (resource.empty() ? 0U : 1U), header);
    BOOST_TEST(vault.asked().size() - asked_before == (resource.empty() ? 1U : 2U), header);
    if (resource.empty()) BOOST_TEST(vault.asked().back().header("authorization").empty());
  }
}

BOOST_FIXTURE_TEST_CASE(a_new_token_in_the_file_is_taken, Servers) {
  const auto file = vault.directory() / "token";
  BOOST_TEST_REQUIRE(crypto::create_secret_file(file, bytes_of("token-1\n")));
  auto client = this->client(crypto::TokenFileLogin{file}, "");
  BOOST_TEST(code_of([&] { client.get(root()); }) == "401 Unauthorized");
  crypto::destroy_secret_file(file);
  now += seconds(11);
  BOOST_TEST(code_of([&] { client.get(root()); }) == "token file");
  BOOST_TEST_REQUIRE(crypto::create_secret_file(file, bytes_of("token-2\n")));
  now += seconds(11);
  client.get(root());
}

BOOST_FIXTURE_TEST_CASE(a_machine_has_an_identity, Servers) {
  good_token = "Bearer token-1";
  ::setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", identity.url().c_str(), 1);
  client(crypto::ManagedIdentityLogin{}, pinned).get(root());
  auto asked = identity.asked().back();
  BOOST_TEST(asked.target ==
             "/metadata/identity/oauth2/token?api-version=2018-02-01&"
             "resource=https%3A%2F%2Fvault.example");
  BOOST_TEST(asked.header("metadata") == "true");

  good_token = "Bearer token-2";
  ::setenv("IDENTITY_ENDPOINT", (identity.url() + "/msi/token/").c_str(), 1);
  ::setenv("IDENTITY_HEADER", "0b5e", 1);
  using Form = crypto::ManagedIdentityLogin::Form;
  client(crypto::ManagedIdentityLogin{Form::app_service, "our-app"}, pinned).get(root());
  asked = identity.asked().back();
  BOOST_TEST(asked.target ==
             "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.example&"
             "client_id=our-app");
  BOOST_TEST(asked.header("x-identity-header") == "0b5e");

  const auto refused = [](const char* endpoint) {
    ::setenv("IDENTITY_ENDPOINT", endpoint, 1);
    BOOST_CHECK_THROW(
        crypto::token_source(crypto::ManagedIdentityLogin{Form::app_service, ""}, wall_clock),
        Error);
  };
  for (const auto* endpoint : {"http://192.0.2.1/", "https://127.0.0.1/", "", "login.example"})
    refused(endpoint);
}

BOOST_FIXTURE_TEST_CASE(files_of_secrets_are_checked_when_the_server_starts, Servers) {
  const auto file = vault.directory() / "shared";
  const auto refused = [&](std::string_view content, std::filesystem::perms mode) {
    std::filesystem::remove(file);
    BOOST_TEST_REQUIRE(crypto::create_secret_file(file, bytes_of(content)));
    std::filesystem::permissions(file, mode);
    auto login = secret_login();
    login.secret = file;
    BOOST_CHECK_THROW(crypto::token_source(login, wall_clock), Error);
    BOOST_CHECK_THROW(crypto::token_source(crypto::TokenFileLogin{file}, wall_clock), Error);
  };
  using std::filesystem::perms;
  refused("secret", perms::owner_read | perms::group_read);
  refused("secret", perms::owner_read | perms::others_read);
  refused("", perms::owner_read);
  refused("two\nlines", perms::owner_read);
  auto login = secret_login();
  login.secret = vault.directory() / "nowhere";
  BOOST_CHECK_THROW(crypto::token_source(login, wall_clock), Error);
  for (const auto* authority :
       {"http://login.example", "https://login.example/t", "login.example"}) {
    auto bad = secret_login();
    bad.authority = authority;
    BOOST_CHECK_THROW(crypto::token_source(bad, wall_clock), Error);
  }
  for (const auto* tenant : {"", "a/b", "a b", "a?b"}) {
    auto bad = secret_login();
    bad.tenant = tenant;
    BOOST_CHECK_THROW(crypto::token_source(bad, wall_clock), Error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
