#include "tests/support/soft_token.h"

#include <dlfcn.h>
#include <stdlib.h>

#include <fstream>
#include <stdexcept>

#include "server/vault/pkcs11_keys.h"
#include "server/vault/software_keys.h"

namespace vault_test {

namespace filesystem = std::filesystem;

Stage& stage() {
  static void* const module = ::dlopen(STAGED_TOKEN, RTLD_NOW);
  if (module == nullptr) throw std::runtime_error("cannot load " STAGED_TOKEN);
  const auto get = reinterpret_cast<Stage* (*)()>(::dlsym(module, "staged_token"));
  return *get();
}

SoftToken::SoftToken(const filesystem::path& directory) : directory_(directory) {
  const bool made = filesystem::create_directories(tokens());
  std::ofstream(directory_ / "softhsm2.conf")
      << "directories.tokendir = " << tokens().string() << "\nlog.level = ERROR\n";
  choose();
  if (!made) return;
  std::ofstream(directory_ / "pin") << "1234\n";
  filesystem::permissions(directory_ / "pin", filesystem::perms(0600));
  if (std::system("softhsm2-util --init-token --free --label vault --so-pin 5678 --pin 1234 "
                  ">/dev/null 2>&1") != 0)
    throw std::runtime_error("softhsm2-util cannot make a token");
}

vault::TokenSettings SoftToken::settings() const {
  return {STAGED_TOKEN, "vault", directory_ / "pin", {}};
}

void SoftToken::choose() const {
  ::setenv("SOFTHSM2_CONF", (directory_ / "softhsm2.conf").c_str(), 1);
}

std::size_t SoftToken::objects() const {
  std::size_t count = 0;
  for (const auto& each : filesystem::recursive_directory_iterator(tokens()))
    if (each.path().extension() == ".object" && each.path().filename() != "token.object") ++count;
  return count;
}

void SoftToken::take_away() const {
  filesystem::rename(tokens(), directory_ / "away");
  filesystem::create_directory(tokens());
}

void SoftToken::bring_back() const {
  filesystem::remove_all(tokens());
  filesystem::rename(directory_ / "away", tokens());
}

bool keys_in_a_token() {
  const auto* keys = std::getenv("SEALVAULT_TEST_KEYS");
  return keys != nullptr && std::string_view(keys) == "token";
}

std::optional<vault::TokenSettings> token_of_this_process() {
  if (!keys_in_a_token()) return std::nullopt;
  struct Place {
    Place() {
      auto pattern = (filesystem::temp_directory_path() / "token-test-XXXXXX").string();
      path = ::mkdtemp(pattern.data());
    }
    ~Place() { filesystem::remove_all(path); }
    filesystem::path path;
  };
  static const Place place;
  static const SoftToken token(place.path);
  return token.settings();
}

std::unique_ptr<vault::KeyBackend> new_backend() {
  auto settings = token_of_this_process();
  if (!settings) return std::make_unique<vault::SoftwareKeys>();
  settings->marker = vault::prepare_token(*settings);
  return std::make_unique<vault::Pkcs11Keys>(*settings);
}

}  // namespace vault_test
