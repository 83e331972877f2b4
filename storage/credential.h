#pragma once
// What opens an account besides its password.

#include <cstdint>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/password.h"

namespace storage {

// The numbers are stored format (crypto/FORMAT.md section 7): never reuse one.
enum class Scope : std::uint8_t { imap = 1, smtp = 2, all = 3 };

// Made by the server, for one program or device of the user's.
struct AppPassword {
  Scope scope = Scope::all;
  std::string selector;  // how the secret begins: tells which of them was typed
  crypto::StoredPassword secret;
};

// Says that whoever has the key of this certificate is that account, whatever is written in it.
struct Certificate {
  Bytes fingerprint;  // SHA-256 of its DER form
};

struct Credential {
  std::int64_t id = 0;
  AccountId account;
  std::string name;  // for people; of app passwords unique in the account
  UnixTime created = 0;
  UnixTime last_use = 0;  // 0: never. To the hour
  std::variant<AppPassword, Certificate> what;
};

}  // namespace storage
