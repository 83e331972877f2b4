#pragma once
// Login secrets: argon2id, and what SCRAM needs beside it. Never an input to any encryption key, so
// that a password reset loses nothing. Slow by design (20-50 ms): blocking pool only.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/scram.h"

namespace crypto {

// What is kept of a password.
struct StoredPassword {
  enum class Form : std::uint8_t { as_typed = 0, prepared = 1 };  // stored format (FORMAT.md 7)

  StoredPassword() = default;
  // A hash alone, as accounts from before SCRAM have it.
  template <std::convertible_to<std::string> Hash>
  StoredPassword(Hash&& argon2id) : hash(std::forward<Hash>(argon2id)) {}

  std::string hash;                    // argon2id
  Form form = Form::as_typed;          // what was hashed: prepared is SASLprep (saslprep.h)
  std::optional<ScramVerifier> scram;  // of the prepared form
};

// All of it, for a new password.
StoredPassword stored_password(std::string_view password, ByteView scram_salt);
// What an account from before lacks.
ScramVerifier scram_verifier_of(std::string_view password, ByteView scram_salt);

// "$argon2id$v=19$m=..,t=..,p=..$salt$hash"
std::string hash_password(std::string_view password);

// False when it is another password; throws corrupt when the hash is none of ours. One argon2.
bool password_matches(std::string_view password, const StoredPassword&);

// Costs the time of a check and is never true: so that an unknown user takes as long as a known
// one.
bool no_such_user(std::string_view password);

// How often argon2 has been computed in this process (a metric, and what shows that nobody can tell
// unknown users by the time they take).
std::uint64_t password_hashings();

}  // namespace crypto
