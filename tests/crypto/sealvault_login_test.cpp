// The server's own client, with tokens from sealvault's token endpoint: by secret, by certificate.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "crypto/azure_vault.h"
#include "crypto/secret_file.h"
#include "server/vault/clients.h"
#include "tests/support/running_vault.h"

namespace {

using crypto::AzureVault;
using crypto::RootError;
using crypto::RootKeyRef;
using crypto::RootVerdict;

const SystemClock wall_clock;
const std::string resource = "https://vault.azure.net";
const crypto::Place place{crypto::Kind::dep_key, {}, 7, 1};

RootVerdict verdict_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const RootError& error) {
    return error.verdict();
  }
  return RootVerdict::ok;
}

struct Fixture {
  vault_test::RunningVault vault;
  vault::Clients clients{vault.directory().root};
  const std::string id =
      clients.add("server", vault::permissions_of("get,wrapKey,unwrapKey"), 0).id;
  const RootKeyRef root{kid_of(vault.create_key("root"))};

  static std::string kid_of(const boost::json::value& bundle) {
    return boost::json::value_to<std::string>(bundle.at("key").at("kid"));
  }
  std::filesystem::path file(const char* name) const { return vault.directory().root / name; }

  template <class Login>
  Login login() const {
    Login login;
    login.authority = vault.url();
    login.ca = vault.ca();
    const auto settings = boost::json::parse(vault::read_file(vault.directory().settings()));
    login.tenant = boost::json::value_to<std::string>(settings.at("tenant"));
    login.client_id = id;
    return login;
  }
  crypto::ClientSecretLogin by_secret(const vault::Secret& secret) const {
    auto login = this->login<crypto::ClientSecretLogin>();
    login.secret = file("client.secret");
    std::filesystem::remove(login.secret);
    BOOST_TEST_REQUIRE(crypto::create_secret_file(login.secret, secret));
    return login;
  }
  crypto::ClientCertificateLogin by_certificate() {
    auto login = this->login<crypto::ClientCertificateLogin>();
    login.certificate = file("client.crt");
    login.key = file("client.key");
    const auto command =
        "umask 077 && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=server -keyout " +
        login.key.string() + " -out " + login.certificate.string() + " 2>/dev/null";
    BOOST_TEST_REQUIRE(std::system(command.c_str()) == 0);
    clients.add_certificate("server", vault::read_file(login.certificate));
    return login;
  }
  AzureVault client(const crypto::LoginSettings& login) const {
    crypto::AzureVaultSettings settings;
    settings.url = vault.url();
    settings.ca = vault.ca();
    settings.login = login;
    settings.resource = resource;
    return {settings, wall_clock};
  }
  void opens_what_it_wraps(AzureVault client) const {
    const auto key = crypto::DepKey::generate();
    const auto wrapped = client.wrap(root, key, place);
    const auto opened = client.unwrap(wrapped, place, crypto::Patience::user);
    BOOST_TEST(client.get(root).enabled);
    BOOST_TEST(client.wrap(root, opened, place).blob.size() == 256U);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sealvault_login)

BOOST_FIXTURE_TEST_CASE(by_a_secret, Fixture) {
  opens_what_it_wraps(client(by_secret(clients.add_secret("server", 0))));
}

BOOST_FIXTURE_TEST_CASE(by_a_certificate, Fixture) {
  auto login = by_certificate();
  for (const bool pss : {true, false}) {
    login.pss = pss;
    opens_what_it_wraps(client(login));
  }
}

BOOST_FIXTURE_TEST_CASE(a_wrong_secret_is_our_fault_and_a_removed_client_the_customers_word,
                        Fixture) {
  const auto secret = clients.add_secret("server", 0);
  auto wrong = secret;
  wrong.back() ^= 1;
  auto strange = client(by_secret(wrong));
  BOOST_TEST((verdict_of([&] { strange.get(root); }) == RootVerdict::misconfigured));
  auto known = client(by_secret(secret));
  BOOST_TEST((verdict_of([&] { known.get(root); }) == RootVerdict::ok));
  clients.allow("server", vault::permissions_of("get"));
  BOOST_TEST((verdict_of([&] { known.wrap(root, crypto::DepKey::generate(), place); }) ==
              RootVerdict::denied));
  clients.remove("server");
  auto removed = client(by_secret(secret));
  BOOST_TEST((verdict_of([&] { removed.get(root); }) == RootVerdict::denied));
}

BOOST_AUTO_TEST_SUITE_END()
