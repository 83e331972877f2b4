#include "crypto/vault_verdict.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "crypto/azure_vault.h"
#include "crypto/secret_file.h"
#include "server/vault/certificate.h"
#include "tests/crypto/fixed_keys.h"
#include "tests/support/scripted_server.h"

namespace {

using crypto::AzureVault;
using crypto::RootError;
using crypto::RootKeyRef;
using crypto::RootVerdict;
using std::chrono::milliseconds;
using test_support::Asked;
using test_support::Says;
using test_support::ScriptedServer;
using enum RootVerdict;
using enum Says::Manner;

const SystemClock wall_clock;
const crypto::Place place{crypto::Kind::dep_key, {}, 7, 1};
const std::string page = "<html><body>Sign in to go on</body></html>";

// A port of loopback on which nobody answers: nobody listens, or nobody accepts.
class Port {
 public:
  enum class Kind { closed, silent };
  explicit Port(Kind kind) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    BOOST_TEST_REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    BOOST_TEST_REQUIRE((kind == Kind::closed || ::listen(socket_, 8) == 0));
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~Port() { ::close(socket_); }
  const std::string& url() const { return url_; }

 private:
  int socket_;
  std::string url_;
};

// What the vault at `url` says to an unwrap.
struct Seen {
  RootVerdict verdict;
  std::string code;
};

Seen unwrapped(const crypto::AzureVaultSettings& settings) {
  AzureVault client(settings, wall_clock);
  const crypto::WrappedByRoot wrapped{RootKeyRef(client.url() + "/keys/root/1"), Bytes(256, 1)};
  try {
    client.unwrap(wrapped, place, crypto::Patience::user);
  } catch (const RootError& error) {
    return {error.verdict(), error.code()};
  }
  return {ok, "200"};
}

std::string unwrapped_by(const std::string& kid) {
  const auto octets = crypto_test::root_payload(Bytes(32, 9), place);
  return R"({"kid":")" + kid + R"(","value":")" + to_base64url(octets) + "\"}";
}

std::string vault_error(const std::string& code, const std::string& inner = "") {
  const auto more = inner.empty() ? "" : R"(,"innererror":{"code":")" + inner + "\"}";
  return R"({"error":{"code":")" + code + R"(","message":"For people.")" + more + "}}";
}

std::string token_error(const std::string& error, const std::string& aadsts = "") {
  const auto more = aadsts.empty() ? "" : R"(,"error_codes":[)" + aadsts + "]";
  return R"({"error":")" + error + R"(","error_description":"For people.")" + more + "}";
}

struct Row {
  std::string what;  // as the reference's section 7 says
  Says says;
  RootVerdict verdict;
  std::string code;
};

Says html(unsigned status) { return {.status = status, .body = page, .type = "text/html"}; }

const Row vault_rows[] = {
    {"read time-out", {.manner = stays_silent}, transient, "timeout"},
    {"EOF", {.manner = cuts_before}, transient, "unreachable"},
    {"EOF in the answer",
     {.body = vault_error("X"), .manner = cuts_within},
     transient,
     "unreachable"},
    {"no HTTP", {.manner = talks_rubbish}, misconfigured, "not HTTPS"},
    {"408",
     {.status = 408, .body = vault_error("RequestTimeout")},
     transient,
     "408 RequestTimeout"},
    {"429",
     {.status = 429, .body = vault_error("Throttled"), .head = "Retry-After: 5\r\n"},
     transient,
     "429 Throttled"},
    {"429 of a proxy", html(429), transient, "429"},
    {"500",
     {.status = 500, .body = vault_error("InternalServerError")},
     transient,
     "500 InternalServerError"},
    {"502", html(502), transient, "502"},
    {"503",
     {.status = 503, .body = vault_error("ServiceUnavailable")},
     transient,
     "503 ServiceUnavailable"},
    {"504", html(504), transient, "504"},
    {"other 5xx", html(599), transient, "599"},
    {"no JSON at 401", html(401), transient, "401"},
    {"no JSON at 403", html(403), transient, "403"},
    {"no JSON at 404", html(404), transient, "404"},
    {"no error.code at 403", {.status = 403, .body = R"({"error":"no"})"}, transient, "403"},
    {"401 with a challenge, after one fresh token",
     {.status = 401,
      .body = vault_error("Unauthorized"),
      .head = "WWW-Authenticate: Bearer authorization=\"https://login.example/t\", "
              "resource=\"https://vault.example\"\r\n"},
     misconfigured,
     "401 Unauthorized"},
    {"403 KeyDisabled",
     {.status = 403, .body = vault_error("Forbidden", "KeyDisabled")},
     denied,
     "403 Forbidden/KeyDisabled"},
    {"403 ForbiddenByPolicy",
     {.status = 403, .body = vault_error("Forbidden", "ForbiddenByPolicy")},
     denied,
     "403 Forbidden/ForbiddenByPolicy"},
    {"403 ForbiddenByRbac",
     {.status = 403, .body = vault_error("Forbidden", "ForbiddenByRbac")},
     denied,
     "403 Forbidden/ForbiddenByRbac"},
    {"403 AccessDenied",
     {.status = 403, .body = vault_error("Forbidden", "AccessDenied")},
     denied,
     "403 Forbidden/AccessDenied"},
    {"403 of a Managed HSM",
     {.status = 403, .body = vault_error("AccessDenied")},
     denied,
     "403 AccessDenied"},
    {"403, no innererror",
     {.status = 403, .body = vault_error("Forbidden")},
     denied,
     "403 Forbidden"},
    {"403 KeyOperationForbidden",
     {.status = 403, .body = vault_error("Forbidden", "KeyOperationForbidden")},
     denied,
     "403 Forbidden/KeyOperationForbidden"},
    {"403 ForbiddenByFirewall",
     {.status = 403, .body = vault_error("Forbidden", "ForbiddenByFirewall")},
     denied,
     "403 Forbidden/ForbiddenByFirewall"},
    {"403 about nbf/exp",
     {.status = 403, .body = vault_error("Forbidden", "KeyNotYetValidOrExpired")},
     transient,
     "403 Forbidden/KeyNotYetValidOrExpired"},
    {"403 with a code nobody knows",
     {.status = 403, .body = vault_error("Quota")},
     misconfigured,
     "403 Quota"},
    {"404 KeyNotFound",
     {.status = 404, .body = vault_error("KeyNotFound")},
     denied,
     "404 KeyNotFound"},
    {"404 with any other code",
     {.status = 404, .body = vault_error("ResourceNotFound")},
     misconfigured,
     "404 ResourceNotFound"},
    {"409",
     {.status = 409, .body = vault_error("Conflict", "ObjectIsDeletedButRecoverable")},
     transient,
     "409 Conflict/ObjectIsDeletedButRecoverable"},
    {"400 BadParameter",
     {.status = 400, .body = vault_error("BadParameter")},
     misconfigured,
     "400 BadParameter"},
    {"405",
     {.status = 405, .body = vault_error("MethodNotAllowed")},
     misconfigured,
     "405 MethodNotAllowed"},
    {"501", html(501), misconfigured, "501"},
    {"301", {.status = 301, .head = "Location: https://127.0.0.1:1/\r\n"}, misconfigured, "301"},
    {"307", {.status = 307, .head = "Location: https://127.0.0.1:1/\r\n"}, misconfigured, "307"},
    {"204", {.status = 204}, misconfigured, "204"},
    {"200 of a captive portal", html(200), transient, "200 unreadable"},
    {"200 without a value", {.body = R"({"kid":"x"})"}, misconfigured, "200 another key"},
    {"200 for another key",
     {.body = unwrapped_by("https://127.0.0.1:1/keys/root/1")},
     misconfigured,
     "200 another key"},
    {"200 without end", {.body = std::string(100'000, ' ')}, misconfigured, "not HTTPS"},
    {"a code that is no word",
     {.status = 403, .body = vault_error("a b\\r\\n* BYE")},
     misconfigured,
     "403 a?b????BYE"},
};

const Row token_rows[] = {
    {"unreachable", {.manner = cuts_before}, transient, "token unreachable"},
    {"time-out", {.manner = stays_silent}, transient, "token timeout"},
    {"5xx", html(500), transient, "token 500"},
    {"503", html(503), transient, "token 503"},
    {"429", {.status = 429, .body = token_error("too_many")}, transient, "token 429 too_many"},
    {"a proxy", html(403), transient, "token 403"},
    {"a captive portal", html(200), transient, "token 200 unreadable"},
    {"no token in it", {.body = "{}"}, transient, "token 200 unreadable"},
    {"a redirect", {.status = 302, .head = "Location: /elsewhere\r\n"}, misconfigured, "token 302"},
    {"invalid_client: the secret expired",
     {.status = 401, .body = token_error("invalid_client", "7000222")},
     misconfigured,
     "token 401 invalid_client/AADSTS7000222"},
    {"invalid_client: the secret is wrong",
     {.status = 401, .body = token_error("invalid_client", "7000215")},
     misconfigured,
     "token 401 invalid_client/AADSTS7000215"},
    {"unauthorized_client",
     {.status = 400, .body = token_error("unauthorized_client")},
     misconfigured,
     "token 400 unauthorized_client"},
    {"our application disabled in the customer's tenant",
     {.status = 400, .body = token_error("unauthorized_client", "7000112")},
     denied,
     "token 400 unauthorized_client/AADSTS7000112"},
    {"our application removed from the customer's tenant",
     {.status = 400, .body = token_error("unauthorized_client", "700016")},
     denied,
     "token 400 unauthorized_client/AADSTS700016"},
    {"invalid_scope",
     {.status = 400, .body = token_error("invalid_scope", "70011")},
     misconfigured,
     "token 400 invalid_scope/AADSTS70011"},
};

const Row identity_rows[] = {
    {"not there yet",
     {.status = 404, .body = token_error("not_found")},
     transient,
     "identity 404 not_found"},
    {"being updated", html(410), transient, "identity 410"},
    {"throttled", html(429), transient, "identity 429"},
    {"failing", html(500), transient, "identity 500"},
    {"no such identity",
     {.status = 400, .body = token_error("invalid_request")},
     misconfigured,
     "identity 400 invalid_request"},
};

// A vault, a token endpoint and an identity service, of which one says what a row says.
struct Servers {
  Says vault, authority{.body = R"({"access_token":"t","expires_in":3600})"};
  Says identity{.body = R"({"access_token":"t","expires_in":"3600"})"};
  ScriptedServer vault_server{[this](const Asked&) { return vault; }};
  ScriptedServer authority_server{[this](const Asked&) { return authority; }};
  ScriptedServer identity_server{
      [this](const Asked&) { return identity; }, ScriptedServer::Transport::plain, {}};

  Servers() {
    vault.body = unwrapped_by(vault_server.url() + "/keys/root/1");
    BOOST_TEST_REQUIRE(crypto::create_secret_file(secret(), bytes_of("a-secret")));
    ::setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", identity_server.url().c_str(), 1);
  }
  std::filesystem::path secret() const { return vault_server.directory() / "secret"; }

  crypto::AzureVaultSettings settings(crypto::LoginSettings login) const {
    crypto::AzureVaultSettings out;
    out.url = vault_server.url();
    out.ca = vault_server.ca();
    out.login = std::move(login);
    out.resource = "https://vault.example";
    out.connect = milliseconds(2000);
    out.user = milliseconds(3000);
    return out;
  }
  crypto::AzureVaultSettings by_token_file() const {
    return settings(crypto::TokenFileLogin{secret()});
  }
  crypto::AzureVaultSettings by_secret() const {
    return settings(crypto::ClientSecretLogin{
        {authority_server.url(), authority_server.ca(), "t", "sealpost"}, secret()});
  }
  crypto::AzureVaultSettings by_identity() const {
    return settings(crypto::ManagedIdentityLogin{});
  }
};

void check(const Row& row, Says& who, crypto::AzureVaultSettings settings) {
  const auto before = std::exchange(who, row.says);
  if (row.says.manner == stays_silent) settings.user = milliseconds(400);
  const auto seen = unwrapped(settings);
  who = before;
  BOOST_TEST_CONTEXT(row.what) {
    BOOST_TEST(name_of(seen.verdict) == name_of(row.verdict));
    BOOST_TEST(seen.code == row.code);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_verdict)

// Reference: key vault REST, section 7, line by line; each as a server says it.
BOOST_FIXTURE_TEST_CASE(each_observation_has_its_verdict, Servers) {
  for (const auto& settings : {by_token_file(), by_secret(), by_identity()})
    BOOST_TEST((unwrapped(settings).verdict == ok));
  for (const auto& row : vault_rows) check(row, vault, by_token_file());
  for (const auto& row : token_rows) check(row, authority, by_secret());
  for (const auto& row : identity_rows) check(row, identity, by_identity());
}

// The rows of section 7 where nobody answers.
BOOST_FIXTURE_TEST_CASE(each_way_not_to_connect_has_its_verdict, Servers) {
  const Port closed(Port::Kind::closed), silent(Port::Kind::silent);
  const ScriptedServer plain([](const Asked&) { return Says{}; }, ScriptedServer::Transport::plain,
                             {});
  const ScriptedServer other_host([](const Asked&) { return Says{}; },
                                  ScriptedServer::Transport::tls, {"127.0.0.2", "vault.example"});
  const auto foreign = vault_server.directory() / "foreign.pem";
  vault::make_certificate(foreign, vault_server.directory() / "foreign.key", {"127.0.0.1"});

  struct Case {
    std::string what, url;
    std::filesystem::path ca;
    RootVerdict verdict;
    std::string code;
  };
  const Case cases[] = {
      {"refused", closed.url(), vault_server.ca(), transient, "unreachable"},
      {"TLS handshake time-out", silent.url(), vault_server.ca(), transient, "timeout"},
      // A name that no DNS has to be asked for.
      {"NXDOMAIN", "https://" + std::string(70, 'v') + ".example", vault_server.ca(), transient,
       "no such name"},
      {"a certificate that does not verify", vault_server.url(), foreign, misconfigured,
       "untrusted certificate"},
      {"a certificate for another host", other_host.url(), other_host.ca(), misconfigured,
       "untrusted certificate"},
      {"no TLS", "https://127.0.0.1:" + std::to_string(plain.port()), vault_server.ca(),
       misconfigured, "not HTTPS"},
  };
  for (const auto& row : cases) {
    auto settings = by_token_file();
    settings.url = row.url;
    settings.ca = row.ca;
    settings.connect = milliseconds(500);
    const auto seen = unwrapped(settings);
    BOOST_TEST_CONTEXT(row.what) {
      BOOST_TEST(name_of(seen.verdict) == name_of(row.verdict));
      BOOST_TEST(seen.code == row.code);
    }
  }
  BOOST_TEST(other_host.asked().empty());
  BOOST_TEST(vault_server.asked().empty());
}

BOOST_FIXTURE_TEST_CASE(whether_a_firewall_is_the_customers_word_can_be_set, Servers) {
  vault = {.status = 403, .body = vault_error("Forbidden", "ForbiddenByFirewall")};
  auto settings = by_token_file();
  settings.firewall_denies = false;
  const auto seen = unwrapped(settings);
  BOOST_TEST((seen.verdict == transient));
  BOOST_TEST(seen.code == "403 Forbidden/ForbiddenByFirewall");
}

BOOST_FIXTURE_TEST_CASE(a_redirect_is_not_followed, Servers) {
  const ScriptedServer elsewhere([](const Asked&) { return Says{}; });
  vault = {.status = 307, .head = "Location: " + elsewhere.url() + "/keys/root/1\r\n"};
  unwrapped(by_token_file());
  BOOST_TEST(vault_server.asked().size() == 1U);
  BOOST_TEST(elsewhere.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(error_bodies_are_read_whatever_they_are) {
  const auto read = [](std::string_view body) {
    return crypto::code_of(crypto::reply_of(403, body, crypto::Speaker::vault));
  };
  BOOST_TEST(read(R"({"error":{"code":"Forbidden","innererror":{"code":"KeyDisabled"}}})") ==
             "403 Forbidden/KeyDisabled");
  BOOST_TEST(read(R"({"error":{"code":"Forbidden","innererror":null}})") == "403 Forbidden");
  for (const auto* body : {"", "<html>", "null", "[]", "{}", R"({"error":1})",
                           R"({"error":{"code":1}})", R"({"error":{}})"})
    BOOST_TEST(read(body) == "403", body);
}

BOOST_AUTO_TEST_SUITE_END()
