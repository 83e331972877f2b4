#pragma once
// The key over everything a vault keeps: AES-256, held in a file (mode 0600) or derived from a
// passphrase (scrypt). Any thread.
//
//   master.key   JSON {"version":1, "kind":"file", "key":hex}
//                or   {"version":1, "kind":"passphrase", "salt":hex, "check":hex}
//   sealed       "SVS1" || nonce (12) || ciphertext || tag (16), AES-256-GCM; the authenticated
//                data is the name of the place

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "server/vault/files.h"
#include "server/vault/secret.h"

namespace vault {

class MasterKey {
 public:
  // Makes the file. Throws exists when it is there.
  static MasterKey create(const Path&, const std::optional<Secret>& passphrase);
  // Throws denied (wrong or missing passphrase), corrupt, not_found.
  static MasterKey load(const Path&, const std::optional<Secret>& passphrase);

  // A key of its own for one purpose: HMAC-SHA256 of "sealvault/" and its name.
  Secret derived(std::string_view purpose) const;

  Bytes seal(ByteView plain, std::string_view place) const;
  // Throws corrupt when anything was altered or moved, or the key is another one.
  Secret unseal(ByteView sealed, std::string_view place) const;

 private:
  explicit MasterKey(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

// From the kernel's generator. Throws unavailable.
Bytes random_octets(std::size_t count);

}  // namespace vault
