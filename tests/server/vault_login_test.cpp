// Who is let in: tokens from the vault's own endpoint, by secret and by certificate.

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/error.h"
#include "server/vault/assertion.h"
#include "server/vault/jwt.h"
#include "server/vault/uuid.h"
#include "tests/support/vault_client.h"

namespace {

namespace json = boost::json;
using namespace vault_test;

const std::string host = "vault.test:1234";

struct Endpoint : Fixture {
  const Asker stranger{vault, ""};
  const std::string tenant = tenant_of(stranger);
  vault::Clients clients{vault.directory().root};

  static std::string tenant_of(const Asker& client) {
    const auto head = client.ask("GET", "/keys" + version).head;
    const auto at = head.find("https://" + host + '/') + host.size() + 9;
    return head.substr(at, head.find('"', at) - at);
  }
  Answer ask(const std::string& form) const {
    return stranger.ask("POST", '/' + tenant + "/oauth2/v2.0/token", form);
  }
  static std::string form(const std::string& id, const std::string& proof) {
    return "grant_type=client_credentials&client_id=" + id + '&' + proof +
           "&scope=https%3A%2F%2Fvault.azure.net%2F.default";
  }
  std::string token_of(const Answer& answer) const {
    BOOST_REQUIRE(answer.status == 200);
    return text(answer.body.at("access_token"));
  }
  std::string error_of(const std::string& body) const { return text(ask(body).body.at("error")); }
};

std::string secret_of(vault::Clients& clients, const std::string& name) {
  const auto secret = clients.add_secret(name, 0);
  return "client_secret=" + std::string(secret.begin(), secret.end());
}

// A certificate and its private key, made by openssl.
struct Identity {
  explicit Identity(const std::filesystem::path& directory) : key(directory / "client.key") {
    const auto certificate = directory / "client.crt";
    const auto command =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=client -keyout " +
        key.string() + " -out " + certificate.string() + " 2>/dev/null";
    BOOST_REQUIRE(std::system(command.c_str()) == 0);
    std::ifstream file(certificate);
    pem.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::string sign(const json::object& claims) const {
    const auto part = vault::unsigned_jwt({{"alg", "RS256"}}, claims);
    auto* file = std::fopen(key.c_str(), "r");
    auto* pair = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
    std::fclose(file);
    auto* context = EVP_MD_CTX_new();
    Bytes signature(256);
    auto size = signature.size();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, pair);
    EVP_DigestSign(context, signature.data(), &size, bytes_of(part).data(), part.size());
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pair);
    return part + '.' + to_base64url(signature);
  }
  std::filesystem::path key;
  std::string pem;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_login)

BOOST_FIXTURE_TEST_CASE(the_configuration_says_where_tokens_come_from, Endpoint) {
  const auto answer = stranger.ask("GET", '/' + tenant + "/v2.0/.well-known/openid-configuration");
  BOOST_REQUIRE(answer.status == 200);
  BOOST_TEST(text(answer.body.at("token_endpoint")) ==
             "https://" + host + '/' + tenant + "/oauth2/v2.0/token");
  BOOST_TEST(text(answer.body.at("issuer")) == "https://" + host + '/' + tenant + "/v2.0");
  const auto keys = stranger.ask("GET", '/' + tenant + "/discovery/v2.0/keys");
  BOOST_TEST(keys.status == 200);
  BOOST_TEST(stranger.ask("GET", "/other/v2.0/.well-known/openid-configuration").status == 401);
}

BOOST_FIXTURE_TEST_CASE(a_secret_gets_a_token_that_does_what_is_allowed, Endpoint) {
  client.create("root");
  const auto added = clients.add("server", {vault::Permission::get}, 0);
  const auto answer = ask(form(added.id, secret_of(clients, "server")));
  BOOST_TEST(text(answer.body.at("token_type")) == "Bearer");
  BOOST_TEST(answer.body.at("expires_in").as_int64() > 3000);
  const Asker server(vault, token_of(answer));
  BOOST_TEST(server.ask("GET", "/keys/root" + version).status == 200);
  BOOST_TEST(server.wrap("root", octets).inner() == "ForbiddenByPolicy");
  clients.allow("server", vault::permissions_of("wrapKey"));
  BOOST_TEST(server.wrap("root", octets).status == 200);
  BOOST_TEST(server.ask("GET", "/keys/root" + version).status == 403);
  clients.remove("server");
  BOOST_TEST(server.wrap("root", octets).status == 401);
}

BOOST_FIXTURE_TEST_CASE(without_proof_there_is_no_token, Endpoint) {
  const auto added = clients.add("server", {vault::Permission::get}, 0);
  const auto proof = secret_of(clients, "server");
  BOOST_TEST(error_of(form(added.id, proof + "x")) == "invalid_client");
  BOOST_TEST(error_of(form(added.id, "client_secret=")) == "invalid_client");
  BOOST_TEST(error_of(form(added.id, "")) == "invalid_client");
  BOOST_TEST(error_of(form(vault::random_uuid(), proof)) == "unauthorized_client");
  BOOST_TEST(error_of(form("", proof)) == "unauthorized_client");
  BOOST_TEST(error_of("client_id=" + added.id + '&' + proof) == "unsupported_grant_type");
  BOOST_TEST(error_of("grant_type=client_credentials&client_id=" + added.id + '&' + proof +
                      "&scope=https%3A%2F%2Felsewhere%2F.default") == "invalid_scope");
  BOOST_TEST(error_of("%zz") == "invalid_request");
  const auto elsewhere = stranger.ask("POST", "/another-tenant/oauth2/v2.0/token", "");
  BOOST_TEST(elsewhere.status == 400);
  BOOST_TEST(text(elsewhere.body.at("error_description")).starts_with("AADSTS90002: "));
  const auto refused = ask(form(added.id, proof + "x"));
  BOOST_TEST(refused.status == 401);
  BOOST_TEST(text(refused.body.at("error_description")).starts_with("AADSTS7000215: "));
  clients.remove_secrets("server");
  BOOST_TEST(error_of(form(added.id, proof)) == "invalid_client");
}

BOOST_FIXTURE_TEST_CASE(an_assertion_under_a_known_certificate_gets_a_token_once, Endpoint) {
  const Identity identity(vault.directory().root);
  const auto added = clients.add("server", {vault::Permission::list}, 0);
  clients.add_certificate("server", identity.pem);
  const auto now = SystemClock().now();
  const auto proof = [&](const std::string& id, const std::string& audience, UnixTime expires) {
    const json::object claims{{"iss", id},      {"sub", id},      {"aud", audience},
                              {"exp", expires}, {"nbf", now - 5}, {"jti", vault::random_uuid()}};
    return "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
           "&client_assertion=" +
           identity.sign(claims);
  };
  const auto audience = "https://" + host + '/' + tenant + "/oauth2/v2.0/token";
  const auto good = form(added.id, proof(added.id, audience, now + 300));
  const Asker server(vault, token_of(ask(good)));
  BOOST_TEST(server.ask("GET", "/keys" + version).status == 200);
  BOOST_TEST(error_of(good) == "invalid_client");  // a second time
  for (const auto& bad : {proof(added.id, "https://elsewhere/token", now + 300),
                          proof("somebody", audience, now + 300)}) {
    const auto refused = ask(form(added.id, bad));
    BOOST_TEST(text(refused.body.at("error_description")).starts_with("AADSTS700027: "));
  }
  for (const auto expires : {now - 1000, now + 100'000}) {  // by a clock that is wrong
    const auto refused = ask(form(added.id, proof(added.id, audience, expires)));
    BOOST_TEST(text(refused.body.at("error")) == "invalid_client");
    BOOST_TEST(text(refused.body.at("error_description")).starts_with("AADSTS700024: "));
  }
  const auto other = clients.add("other", {vault::Permission::list}, 0);
  BOOST_TEST(error_of(form(other.id, proof(other.id, audience, now + 300))) == "invalid_client");
  BOOST_CHECK_THROW(clients.add_certificate("other", "no certificate"), Error);
}

BOOST_AUTO_TEST_CASE(a_token_is_good_here_and_now_alone) {
  ManualClock clock{1'000'000};
  const vault::Secret key(32, 1);
  const vault::AccessTokens tokens(key, {"tenant", "https://vault"}, clock);
  const auto token = tokens.issue("id");
  BOOST_TEST(tokens.client_of(token).value_or("") == "id");
  BOOST_TEST(!vault::AccessTokens(key, {"other", "https://vault"}, clock).client_of(token));
  BOOST_TEST(!vault::AccessTokens(key, {"tenant", "https://other"}, clock).client_of(token));
  BOOST_TEST(!vault::AccessTokens(vault::Secret(32, 2), {"tenant", "https://vault"}, clock)
                  .client_of(token));
  for (std::size_t at = 0; at + 1 < token.size(); at += 7) {
    auto altered = token;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    BOOST_TEST(!tokens.client_of(altered));
  }
  clock.advance(3599);
  BOOST_TEST(tokens.client_of(token).has_value());
  clock.advance(1);
  BOOST_TEST(!tokens.client_of(token));
}

BOOST_AUTO_TEST_CASE(who_asks_too_much_waits_and_nobody_else) {
  RunningVault vault{RunningVault::Settings{.recovery = {}, .limits = {5}, .allow_faults = false}};
  const Asker client(vault, vault.token("eager", "list"));
  const Asker other(vault, vault.token("other", "list"));
  Answer answer = client.ask("GET", "/keys" + version);
  for (int i = 0; i < 15 && answer.status == 200; ++i)
    answer = client.ask("GET", "/keys" + version);
  BOOST_TEST(answer.status == 429);
  BOOST_TEST(answer.code() == "Throttled");
  BOOST_TEST(answer.head.find("Retry-After: ") != std::string::npos);
  BOOST_TEST(other.ask("GET", "/keys" + version).status == 200);
}

BOOST_FIXTURE_TEST_CASE(clients_of_an_older_vault_stay, Endpoint) {
  std::filesystem::remove(vault.directory().root / "clients.json");
  std::ofstream(vault.directory().root / "tokens.json")
      << R"({"tokens":[{"name":"old","sha256":)"
      << R"("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",)"
      << R"("allow":["list"],"created":1}]})";
  const Asker old(vault, "test");
  BOOST_TEST(old.ask("GET", "/keys" + version).status == 200);
  clients.allow("old", vault::permissions_of("get"));
  BOOST_TEST(old.ask("GET", "/keys" + version).status == 403);
}

BOOST_AUTO_TEST_SUITE_END()
