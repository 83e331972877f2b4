#include "crypto/azure_vault.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "crypto/vault_verdict.h"
#include "server/vault/certificate.h"
#include "server/vault/key_commands.h"
#include "tests/support/running_vault.h"

namespace {

using crypto::AzureVault;
using crypto::RootError;
using crypto::RootKeyRef;
using crypto::RootVerdict;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using vault_test::RunningVault;

crypto::AzureVaultSettings settings(const RunningVault& vault, const std::string& token) {
  crypto::AzureVaultSettings out;
  out.url = vault.url();
  out.ca = vault.ca();
  out.token = token.c_str();
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

// A vault with a key, and the server's client of it.
struct Fixture {
  RunningVault vault;
  vault::KeyCommands owner{vault.directory(), std::nullopt};
  RootKeyRef root{made()};
  AzureVault client{settings(vault, vault.token("sealpost", "get,wrapKey,unwrapKey"))};
  crypto::DepKey key = crypto::DepKey::generate();

  RootKeyRef made() {
    const auto bundle = owner.create("root", 2048);
    return RootKeyRef(boost::json::value_to<std::string>(bundle.at("key").at("kid")));
  }
};

// Takes connections and says nothing.
class SilentListener {
 public:
  SilentListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
  }
  ~SilentListener() { ::close(socket_); }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  unsigned short port_ = 0;
};

// A TLS server that gives one answer to everything.
class Impostor {
 public:
  Impostor(const RunningVault& vault, http::Response response)
      : server_(context_, pool_,
                {[response](const http::Request&) { return response; },
                 [response](unsigned, std::string_view) { return response; }}) {
    port_ = server_.listen_tls("127.0.0.1", 0,
                               {vault.directory().certificate(), vault.directory().tls_key()});
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Impostor() {
    boost::asio::co_spawn(context_, server_.stop(), boost::asio::detached);
    thread_.join();
    pool_.join();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  boost::asio::io_context context_{1};
  BlockingPool pool_{1};
  http::Server server_;
  unsigned short port_ = 0;
  std::thread thread_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(azure_vault)

BOOST_FIXTURE_TEST_CASE(a_dep_key_goes_round, Fixture) {
  const auto wrapped = client.wrap(RootKeyRef(vault.url() + "/keys/root"), key, place());
  BOOST_TEST(wrapped.key.kid() == root.kid());
  BOOST_TEST(wrapped.blob.size() == 256);
  const auto opened = client.unwrap(wrapped, place());

  BOOST_CHECK_EXCEPTION(client.unwrap(wrapped, place(8)), Error,
                        [](const Error& error) { return error.fault() == Fault::corrupt; });
}

BOOST_FIXTURE_TEST_CASE(the_state_of_a_key_is_read, Fixture) {
  const auto info = client.get(RootKeyRef(vault.url() + "/keys/ROOT"));
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
  owner.set_enabled("root", "", false);
  BOOST_TEST(!client.get(root).enabled);
  BOOST_TEST(code_of([&] { client.unwrap(wrapped, place()); }) == "403 Forbidden/KeyDisabled");
  BOOST_TEST((verdict_of([&] { client.wrap(root, key, place()); }) == RootVerdict::denied));
  owner.set_enabled("root", "", true);
  client.unwrap(wrapped, place());
}

BOOST_FIXTURE_TEST_CASE(a_permission_taken_away_is_denied_and_a_token_is_misconfigured, Fixture) {
  AzureVault reader(settings(vault, vault.token("reader", "get")));
  BOOST_TEST((verdict_of([&] { reader.wrap(root, key, place()); }) == RootVerdict::denied));
  AzureVault stranger(settings(vault, "unknown"));
  BOOST_TEST(code_of([&] { stranger.get(root); }) == "401 Unauthorized");
  BOOST_TEST((verdict_of([&] { stranger.get(root); }) == RootVerdict::misconfigured));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_is_gone_is_denied_and_a_broken_wrap_misconfigured, Fixture) {
  const RootKeyRef gone(vault.url() + "/keys/gone");
  BOOST_TEST((verdict_of([&] { client.get(gone); }) == RootVerdict::denied));
  auto wrapped = client.wrap(root, key, place());
  wrapped.blob[100] ^= 1;
  BOOST_TEST((verdict_of([&] { client.unwrap(wrapped, place()); }) == RootVerdict::misconfigured));
  const RootKeyRef elsewhere("https://127.0.0.1:1/keys/root");
  BOOST_TEST((verdict_of([&] { client.get(elsewhere); }) == RootVerdict::misconfigured));
}

BOOST_FIXTURE_TEST_CASE(a_vault_that_is_down_is_transient_at_once_and_comes_back, Fixture) {
  client.get(root);
  vault.stop();
  const auto start = steady_clock::now();
  BOOST_TEST(code_of([&] { client.get(root); }) == "unreachable");
  BOOST_TEST((verdict_of([&] { client.get(root); }) == RootVerdict::transient));
  BOOST_TEST((steady_clock::now() - start < milliseconds(2000)));
  vault.start();
  client.get(root);
}

BOOST_FIXTURE_TEST_CASE(a_kept_connection_that_the_vault_closed_does_no_harm, Fixture) {
  for (int i = 0; i < 3; ++i) {
    client.get(root);
    vault.stop();
    vault.start();
  }
  client.get(root);
}

BOOST_FIXTURE_TEST_CASE(silence_ends_at_the_deadline, Fixture) {
  const SilentListener silent;
  auto given = settings(vault, "token");
  given.url = silent.url();
  given.connect = milliseconds(300);
  given.whole = milliseconds(500);
  AzureVault deaf(std::move(given));
  const auto start = steady_clock::now();
  BOOST_TEST(code_of([&] { deaf.get(RootKeyRef(silent.url() + "/keys/root")); }) == "timeout");
  BOOST_TEST((steady_clock::now() - start >= milliseconds(300)));
  BOOST_TEST((steady_clock::now() - start < milliseconds(2500)));
}

BOOST_FIXTURE_TEST_CASE(another_ca_and_another_host_are_refused, Fixture) {
  auto foreign = settings(vault, "token");
  foreign.ca = vault.directory().root / "foreign.pem";
  vault::make_certificate(*foreign.ca, vault.directory().root / "foreign.key", {"127.0.0.1"});
  AzureVault wrong_ca(std::move(foreign));
  BOOST_TEST(code_of([&] { wrong_ca.get(root); }) == "untrusted certificate");
  BOOST_TEST((verdict_of([&] { wrong_ca.get(root); }) == RootVerdict::misconfigured));

  // 127.0.0.2 is loopback too, but no name of the certificate; the vault does not even listen
  // there.
  vault.stop();
  vault::make_certificate(vault.ca(), vault.directory().tls_key(), {"127.0.0.2", "vault.test"});
  vault.start();
  AzureVault wrong_host(settings(vault, "token"));
  BOOST_TEST(code_of([&] { wrong_host.get(root); }) == "untrusted certificate");
}

BOOST_FIXTURE_TEST_CASE(what_a_proxy_says_is_no_verdict_on_the_key, Fixture) {
  const auto said = [&](unsigned status, const std::string& type, const std::string& body) {
    const Impostor impostor(vault, {status, type, {{"Location", "/elsewhere"}}, body, nullptr});
    auto given = settings(vault, "token");
    given.url = impostor.url();
    AzureVault seen(std::move(given));
    return verdict_of([&] { seen.get(RootKeyRef(impostor.url() + "/keys/root")); });
  };
  const std::string page = "<html><body>Forbidden</body></html>";
  for (const auto status : {401u, 403u, 404u, 502u, 503u, 200u})
    BOOST_TEST((said(status, "text/html", page) == RootVerdict::transient), status);
  BOOST_TEST((said(307, "text/html", page) == RootVerdict::misconfigured));
  BOOST_TEST((said(200, "application/json", "{}") == RootVerdict::transient));
  BOOST_TEST(
      (said(200, "application/json", std::string(100'000, ' ')) == RootVerdict::misconfigured));
  // An answer for another key than the one asked for.
  const auto other = R"({"key":{"kid":"https://127.0.0.1:1/keys/root/0","kty":"RSA","n":"AA"},)"
                     R"("attributes":{"enabled":true}})";
  BOOST_TEST((said(200, "application/json", other) == RootVerdict::misconfigured));
}

// Reference: key vault REST, section 7, line by line.
BOOST_AUTO_TEST_CASE(each_answer_has_its_verdict) {
  using enum RootVerdict;
  const std::pair<crypto::VaultReply, RootVerdict> table[] = {
      {{200, "", ""}, ok},
      {{408, "", ""}, transient},
      {{429, "Throttled", ""}, transient},
      {{500, "InternalServerError", ""}, transient},
      {{502, "", ""}, transient},
      {{503, "ServiceUnavailable", ""}, transient},
      {{504, "", ""}, transient},
      {{599, "", ""}, transient},
      {{401, "", ""}, transient},
      {{403, "", ""}, transient},
      {{404, "", ""}, transient},
      {{401, "Unauthorized", ""}, misconfigured},
      {{403, "Forbidden", "KeyDisabled"}, denied},
      {{403, "Forbidden", "ForbiddenByPolicy"}, denied},
      {{403, "Forbidden", "ForbiddenByRbac"}, denied},
      {{403, "Forbidden", "AccessDenied"}, denied},
      {{403, "Forbidden", "KeyOperationForbidden"}, denied},
      {{403, "Forbidden", "ForbiddenByFirewall"}, denied},
      {{403, "Forbidden", ""}, denied},
      {{403, "AccessDenied", ""}, denied},
      {{403, "Forbidden", "KeyNotYetValidOrExpired"}, transient},
      {{403, "SomethingElse", ""}, misconfigured},
      {{404, "KeyNotFound", ""}, denied},
      {{404, "ResourceNotFound", ""}, misconfigured},
      {{409, "Conflict", "ObjectIsDeletedButRecoverable"}, transient},
      {{400, "BadParameter", ""}, misconfigured},
      {{405, "MethodNotAllowed", ""}, misconfigured},
      {{501, "", ""}, misconfigured},
      {{301, "", ""}, misconfigured},
      {{307, "", ""}, misconfigured},
      {{413, "", ""}, misconfigured},
      {{204, "", ""}, misconfigured},
      {{100, "", ""}, misconfigured},
  };
  for (const auto& [reply, verdict] : table)
    BOOST_TEST((crypto::verdict_of(reply) == verdict), crypto::code_of(reply));
}

BOOST_AUTO_TEST_CASE(error_bodies_are_read_whatever_they_are) {
  const auto read = [](std::string_view body) {
    return crypto::code_of(crypto::reply_of(403, body));
  };
  BOOST_TEST(read(R"({"error":{"code":"Forbidden","innererror":{"code":"KeyDisabled"}}})") ==
             "403 Forbidden/KeyDisabled");
  BOOST_TEST(read(R"({"error":{"code":"Forbidden","innererror":null}})") == "403 Forbidden");
  for (const auto* body : {"", "<html>", "null", "[]", "{}", R"({"error":1})",
                           R"({"error":{"code":1}})", R"({"error":{}})"})
    BOOST_TEST(read(body) == "403", body);
}

BOOST_FIXTURE_TEST_CASE(bad_settings_are_refused_with_their_reason, Fixture) {
  const auto refused = [&](const std::function<void(crypto::AzureVaultSettings&)>& change) {
    auto given = settings(vault, "token");
    change(given);
    BOOST_CHECK_THROW(AzureVault{std::move(given)}, Error);
  };
  refused([](auto& given) { given.url = "http://127.0.0.1:1"; });
  refused([](auto& given) { given.url = "https://127.0.0.1:1/path"; });
  refused([](auto& given) { given.token = ""; });
  refused([](auto& given) { given.token = "a\r\nX: b"; });
  refused([](auto& given) { given.ca = "/nowhere.pem"; });
}

BOOST_AUTO_TEST_SUITE_END()
