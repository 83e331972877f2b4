#include "server/vault/directory.h"

#include <boost/json.hpp>

#include "base/error.h"
#include "server/vault/certificate.h"
#include "server/vault/pkcs11_keys.h"
#include "server/vault/pkcs11_token.h"
#include "server/vault/software_keys.h"

namespace vault {
namespace {

namespace json = boost::json;

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Directory checked(const Directory& directory) {
  if (!std::filesystem::exists(directory.settings()))
    throw Error(Fault::not_found, "there is no vault in " + directory.root.string(),
                "make one: sealvault init --dir " + directory.root.string());
  return directory;
}

template <class Read>
auto setting_of(const Directory& directory, Read read) try {
  return read(json::parse(read_file(directory.settings())).as_object());
} catch (const Error&) {
  throw;
} catch (const std::exception&) {  // Boost.JSON throws several kinds
  throw Error(Fault::corrupt, directory.settings().string() + " is not a vault's settings");
}

Challenge challenge_of(const Directory& directory) {
  return setting_of(directory, [](const json::object& file) {
    return Challenge{json::value_to<std::string>(file.at("tenant")),
                     json::value_to<std::string>(file.at("resource"))};
  });
}

// Settings of vaults made before there were any are the strictest.
Recovery recovery_of(const Directory& directory) {
  return setting_of(directory, [](const json::object& file) {
    Recovery recovery;
    if (const auto* days = file.if_contains("recoverable_days"))
      recovery.days = days->to_number<int>();
    if (const auto* purge = file.if_contains("purge_protection"))
      recovery.purge_protected = purge->as_bool();
    return recovery;
  });
}

std::unique_ptr<KeyBackend> backend_of(const Directory& directory) {
  return setting_of(directory, [](const json::object& file) -> std::unique_ptr<KeyBackend> {
    const auto* token = file.if_contains("pkcs11");
    if (token == nullptr) return std::make_unique<SoftwareKeys>();
    const auto text = [&](const char* name) {
      return json::value_to<std::string>(token->at(name));
    };
    return std::make_unique<Pkcs11Keys>(
        TokenSettings{text("module"), text("token"), text("pin_file"), from_hex(text("marker"))});
  });
}

json::object to_json(const TokenSettings& token) {
  return {{"module", token.module.string()},
          {"token", token.label},
          {"pin_file", token.pin_file.string()},
          {"marker", to_hex(token.marker)}};
}

void take_master(const Path& from, const std::optional<Secret>& passphrase, const Path& to) {
  MasterKey::load(from, passphrase);
  auto content = read_file(from);
  replace_file(to, bytes_of(content));
  OPENSSL_cleanse(content.data(), content.size());
}

}  // namespace

std::string Directory::served_at() const { return trimmed(read_file(checked(*this).address())); }

void make_vault(const Directory& directory, NewVault settings) {
  if (std::filesystem::exists(directory.settings()))
    throw Error(Fault::exists, "there is a vault already in " + directory.root.string());
  if (settings.recovery.days < 7 || settings.recovery.days > 90)
    throw Error(Fault::invalid, "deleted keys are kept for 7 to 90 days");
  if (settings.token) settings.token->marker = prepare_token(*settings.token);
  make_directory(directory.root);
  make_directory(directory.keys());
  make_directory(directory.tls());
  std::vector<std::string> hosts{"127.0.0.1", "localhost"};
  for (const auto& host : settings.hosts)
    if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  make_certificate(directory.certificate(), directory.tls_key(), hosts);
  if (settings.master)
    take_master(*settings.master, settings.passphrase, directory.master());
  else
    MasterKey::create(directory.master(), settings.passphrase);
  replace_file(directory.address(), bytes_of(settings.listen + '\n'));
  // Last: with this file it is a vault.
  json::object file{{"version", 1},
                    {"tenant", to_hex(random_octets(16))},
                    {"resource", settings.resource},
                    {"recoverable_days", settings.recovery.days},
                    {"purge_protection", settings.recovery.purge_protected}};
  if (settings.token) file["pkcs11"] = to_json(*settings.token);
  replace_file(directory.settings(), bytes_of(json::serialize(file) + '\n'));
}

void protect_from_purge(const Directory& directory) {
  const FileLock held(checked(directory).lock());
  auto file = setting_of(directory, [](const json::object& each) { return each; });
  file["purge_protection"] = true;
  replace_file(directory.settings(), bytes_of(json::serialize(file) + '\n'));
}

OpenVault::OpenVault(const Directory& directory, const std::optional<Secret>& passphrase,
                     const Opening& opening)
    : lock_(checked(directory).lock()),
      challenge_(challenge_of(directory)),
      master_(MasterKey::load(directory.master(), passphrase)),
      backend_(backend_of(directory)),
      store_(directory.keys(), master_, *backend_, clock_, recovery_of(directory)),
      clients_(directory.root),
      tokens_(master_.derived("tokens"), challenge_, clock_),
      authority_(clients_, tokens_),
      audit_(directory.audit(), master_.derived("audit"), clock_),
      faults_(opening.allow_faults, opening.show_certificate),
      api_({store_, authority_, clients_, tokens_, audit_, faults_, clock_}, challenge_,
           opening.limits),
      housekeeping_(store_, audit_, clock_) {}

}  // namespace vault
