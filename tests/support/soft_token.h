#pragma once
// A SoftHSM token in a directory, through the module of staged_token.h.

#include <filesystem>
#include <memory>
#include <optional>

#include "server/vault/key_backend.h"
#include "server/vault/pkcs11_session.h"
#include "tests/support/staged_token.h"

namespace vault_test {

class SoftToken {
 public:
  // Uses the token in there, or makes one.
  explicit SoftToken(const std::filesystem::path& directory);

  // As yet without a marker.
  vault::TokenSettings settings() const;
  // This is the one that the module finds when it is started next.
  void choose() const;
  // How many private keys it holds, whatever state they are in; the marker is one.
  std::size_t objects() const;

  void take_away() const;
  void bring_back() const;

 private:
  std::filesystem::path tokens() const { return directory_ / "tokens"; }
  const std::filesystem::path directory_;
};

// The suites that run over either back end run once more with SEALVAULT_TEST_KEYS=token.
bool keys_in_a_token();
// For a vault of such a suite: nothing; or one token for all vaults of this process.
std::optional<vault::TokenSettings> token_of_this_process();
// As a vault's: with a marker of its own, or software keys.
std::unique_ptr<vault::KeyBackend> new_backend();

}  // namespace vault_test
