// sealvault init, serve, protect.

#include <iostream>

#include "base/error.h"
#include "server/vault/command.h"
#include "server/vault/serve.h"

namespace vault {
namespace {

namespace json = boost::json;
namespace options = boost::program_options;

void for_init(Description& description) {
  description.add_options()("listen",
                            options::value<std::string>()->default_value("127.0.0.1:8443"),
                            "address and port to serve at")(
      "host", options::value<std::vector<std::string>>()->composing(),
      "one more name or address for the TLS certificate")(
      "resource", options::value<std::string>()->default_value("https://vault.azure.net"),
      "what the 401 challenge says tokens are for")(
      "recoverable-days", options::value<int>()->default_value(90),
      "how long a deleted key can be recovered, 7 to 90")(
      "no-purge-protection", "deleted keys may be purged before their time")(
      "master-key", optional_text(),
      "the master.key of another vault, whose backups are to be restored here")(
      "pkcs11-module", optional_text(),
      "keep the private keys in a token (HSM, smart card, SoftHSM): the PKCS #11 library that "
      "speaks for it")("token-label", optional_text(), "which of its tokens")(
      "pin-file", optional_text(),
      "a file with the PIN of the token's user, mode 0600; read at each login");
  add_passphrase(description);
}

std::optional<TokenSettings> token_of(const Values& given) {
  const auto module = maybe_text(given, "pkcs11-module"), label = maybe_text(given, "token-label"),
             pin_file = maybe_text(given, "pin-file");
  if (!module && !label && !pin_file) return std::nullopt;
  if (!module || !label || !pin_file)
    throw Error(Fault::invalid, "--pkcs11-module, --token-label and --pin-file go together",
                "pkcs11-tool --module FILE --list-slots shows the labels of the tokens");
  return TokenSettings{
      std::filesystem::absolute(*module), *label, std::filesystem::absolute(*pin_file), {}};
}

void init(const Values& given) {
  const auto directory = directory_of(given);
  NewVault settings{
      .listen = text(given, "listen"),
      .hosts = {},
      .resource = text(given, "resource"),
      .passphrase = passphrase_of(given),
      .recovery = {given["recoverable-days"].as<int>(), !given.contains("no-purge-protection")},
      .master = maybe_text(given, "master-key"),
      .token = token_of(given)};
  if (given.contains("host")) settings.hosts = given["host"].as<std::vector<std::string>>();
  make_vault(directory, settings);
  if (as_json(given))
    print(json::object{{"dir", directory.root.string()},
                       {"url", "https://" + settings.listen},
                       {"ca", directory.certificate().string()},
                       {"kty", settings.token ? "RSA-HSM" : "RSA"}});
  else
    std::cout << "made a vault in " << directory.root.string()
              << (settings.token ? ", its keys in the token " + settings.token->label : "")
              << "\nclients trust " << directory.certificate().string() << '\n';
}

void for_serve(Description& description) {
  description.add_options()("listen", optional_text(),
                            "address and port; otherwise those of init or of the last time")(
      "request-limit", options::value<unsigned>()->default_value(ApiLimits{}.requests),
      "what one client may ask in 10 seconds; more gets 429")(
      "allow-faults", "let sealvault fault set make it misbehave, for tests and rehearsals");
  add_passphrase(description);
}

void serve_command(const Values& given) {
  const auto directory = directory_of(given);
  const auto stored = directory.served_at();
  const Serving how{.listen = maybe_text(given, "listen").value_or(stored),
                    .passphrase = passphrase_of(given),
                    .limits = {given["request-limit"].as<unsigned>()},
                    .allow_faults = given.contains("allow-faults")};
  serve(directory, how, [&](const std::string& url) {
    if (as_json(given))
      print(json::object{{"ready", true}, {"url", url}});
    else
      std::cout << "ready " << url << '\n';
    std::cout.flush();
  });
}

void protect(const Values& given) {
  protect_from_purge(directory_of(given));
  if (as_json(given)) print(json::object{{"purge_protection", true}});
}

constexpr Command commands[] = {
    {"init", "make a vault: directories, TLS certificate, master key", "--listen 127.0.0.1:8443",
     for_init, init},
    {"serve", "answer clients until SIGTERM", "", for_serve, serve_command},
    {"protect", "forbid for good to purge deleted keys before their time", "", for_nothing,
     protect},
};

}  // namespace

std::span<const Command> vault_commands() { return commands; }

}  // namespace vault
