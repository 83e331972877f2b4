#include "crypto/scram.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"
#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "crypto/locked_memory.h"
#include "crypto/scram_proof.h"

namespace crypto {
namespace {

Bytes hmac(ByteView key, std::string_view text) {
  Bytes out(scram_key_size);
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text).data(),
            text.size(), out.data(), nullptr))
    throw Error(Fault::unavailable, "the hash library failed");
  return out;
}

SecretBytes salted_password(std::string_view password, ByteView salt, std::uint32_t iterations) {
  SecretBytes salted(scram_key_size);
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                        static_cast<int>(salted.size()), salted.data()) != 1)
    throw Error(Fault::unavailable, "the hash library failed");
  return salted;
}

}  // namespace

ScramVerifier scram_verifier(std::string_view password, ByteView salt, std::uint32_t iterations) {
  const auto salted = salted_password(password, salt, iterations);
  auto client_key = hmac(salted, "Client Key");
  ScramVerifier out{.iterations = iterations,
                    .salt = copy_of(salt),
                    .stored_key = sha256(client_key),
                    .server_key = hmac(salted, "Server Key")};
  wipe(client_key.data(), client_key.size());
  return out;
}

// ClientKey = ClientProof XOR HMAC(StoredKey, AuthMessage); its hash must be StoredKey.
bool proof_holds(const ScramVerifier& verifier, std::string_view auth_message, ByteView proof) {
  if (proof.size() != scram_key_size) return false;
  auto client_key = hmac(verifier.stored_key, auth_message);
  for (std::size_t i = 0; i < client_key.size(); ++i) client_key[i] ^= proof[i];
  const bool holds = same_octets(sha256(client_key), verifier.stored_key);
  wipe(client_key.data(), client_key.size());
  return holds;
}

Bytes server_signature(const ScramVerifier& verifier, std::string_view auth_message) {
  return hmac(verifier.server_key, auth_message);
}

// ClientProof = ClientKey XOR HMAC(H(ClientKey), AuthMessage)
ScramProof scram_proof(std::string_view password, ByteView salt, std::uint32_t iterations,
                       std::string_view auth_message) {
  const auto salted = salted_password(password, salt, iterations);
  auto client_key = hmac(salted, "Client Key");
  ScramProof out{.proof = hmac(sha256(client_key), auth_message),
                 .server_signature = hmac(hmac(salted, "Server Key"), auth_message)};
  for (std::size_t i = 0; i < client_key.size(); ++i) out.proof[i] ^= client_key[i];
  wipe(client_key.data(), client_key.size());
  return out;
}

}  // namespace crypto
