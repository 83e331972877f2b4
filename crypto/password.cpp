#include "crypto/password.h"

#include <argon2.h>

#include <array>
#include <atomic>

#include "base/error.h"
#include "crypto/locked_memory.h"
#include "crypto/saslprep.h"

namespace crypto {
namespace {

// OWASP's recommendation for argon2id; stored in each hash, so that it can be raised later.
constexpr std::uint32_t passes = 2, memory_kib = 19456, lanes = 1;
constexpr std::string_view our_prefix = "$argon2id$v=19$m=19456,t=2,p=1$";
constexpr std::size_t longest_password = 1024;

std::atomic<std::uint64_t> hashings = 0;

bool matches(std::string_view password, const std::string& hash) {
  // Only parameters of our own: a foreign string could ask for gigabytes.
  if (!hash.starts_with(our_prefix) || hash.size() > 127)
    throw Error(Fault::corrupt, "a stored password hash is malformed");
  if (password.size() > longest_password) return no_such_user({});
  ++hashings;
  switch (argon2id_verify(hash.c_str(), password.data(), password.size())) {
    case ARGON2_OK:
      return true;
    case ARGON2_VERIFY_MISMATCH:
      return false;
    case ARGON2_MEMORY_ALLOCATION_ERROR:
      throw Error(Fault::unavailable, "no memory to check a password");
    default:
      throw Error(Fault::corrupt, "a stored password hash is malformed");
  }
}

}  // namespace

std::string hash_password(std::string_view password) {
  if (password.size() > longest_password)
    throw Error(Fault::invalid, "the password is too long", "use at most 1024 octets");
  std::array<std::uint8_t, 16> salt;
  random_bytes(salt);
  std::array<char, 128> out{};
  ++hashings;
  const auto result =
      argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(),
                            salt.data(), salt.size(), 32, out.data(), out.size());
  if (result != ARGON2_OK)
    throw Error(Fault::unavailable,
                std::string("hashing a password failed: ") + argon2_error_message(result));
  return out.data();
}

bool password_matches(std::string_view password, const StoredPassword& stored) {
  if (stored.form == StoredPassword::Form::as_typed) return matches(password, stored.hash);
  return matches(prepared_password(password), stored.hash);
}

StoredPassword stored_password(std::string_view password, ByteView scram_salt) {
  StoredPassword out(hash_password(prepared_password(password)));
  out.form = StoredPassword::Form::prepared;
  out.scram = scram_verifier_of(password, scram_salt);
  return out;
}

ScramVerifier scram_verifier_of(std::string_view password, ByteView scram_salt) {
  return scram_verifier(prepared_password(password), scram_salt, scram_iterations);
}

std::uint64_t password_hashings() { return hashings; }

bool no_such_user(std::string_view password) {
  hash_password(password.substr(0, longest_password));
  return false;
}

}  // namespace crypto
