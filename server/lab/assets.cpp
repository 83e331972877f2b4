#include "server/lab/assets.h"

#include <fstream>
#include <string>

#include "base/error.h"

namespace server::lab {

namespace {

using Path = std::filesystem::path;

// `within`: a file that shows that it is what it is taken for.
std::optional<Path> directory(const admin::Invocation& call, std::string_view option,
                              const char* within, std::string_view what) {
  const auto given = call.find(option);
  if (!given) return {};
  if (!std::filesystem::exists(Path(*given) / within))
    throw Error(Fault::not_found, *given + " is no " + std::string(what),
                std::string("there is no ") + within + " in it");
  return Path(*given);
}

Password password_of(const std::string& given) {
  const auto colon = given.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == given.size())
    throw Error(Fault::invalid, "--password wants ACCOUNT:FILE",
                "FILE has the password in its first line");
  Password password{given.substr(0, colon), given.substr(colon + 1)};
  if (!std::filesystem::is_regular_file(password.file))
    throw Error(Fault::not_found, "there is no file " + password.file.string(),
                "FILE of ACCOUNT:FILE has the password in its first line");
  std::string first;
  if (!std::getline(std::ifstream(password.file), first) || first.empty())
    throw Error(Fault::invalid, "there is no password in " + password.file.string(),
                "its first line is the password; is it empty, or not to be read by you?");
  return password;
}

}  // namespace

std::vector<std::string> Assets::names() const {
  std::vector<std::string> all;
  if (service_keys) all.push_back("service-keys");
  if (vault_a) all.push_back("vault-a");
  if (vault_b) all.push_back("vault-b");
  if (memory) all.push_back("memory");
  if (backup) all.push_back("backup");
  if (password) all.push_back("password");
  if (admin) all.push_back("admin");
  return all;
}

Assets assets_of(const admin::Invocation& call) {
  constexpr const char* database = "directory.db";
  Assets assets;
  assets.copy = call.arguments[0];
  if (!std::filesystem::exists(assets.copy / database))
    throw Error(Fault::not_found, assets.copy.string() + " is no copy of a data directory",
                "it has no directory.db; copy the whole directory `data` of the configuration");
  assets.service_keys =
      directory(call, "--service-keys", "directory.key", "directory of service keys");
  assets.vault_a = directory(call, "--vault-a", "vault.json", "directory of a sealvault");
  assets.vault_b = directory(call, "--vault-b", "vault.json", "directory of a sealvault");
  assets.backup = directory(call, "--backup", database, "copy of a data directory");
  if (const auto file = call.find("--memory-dump")) {
    if (!std::filesystem::is_regular_file(*file))
      throw Error(Fault::not_found, "there is no file " + *file,
                  "name a file that holds the memory of the server's process");
    assets.memory = *file;
  }
  if (const auto socket = call.find("--admin-socket")) assets.admin_socket = *socket;
  assets.admin = call.has("--admin") || assets.admin_socket;
  if (const auto given = call.find("--password")) assets.password = password_of(*given);
  return assets;
}

}  // namespace server::lab
