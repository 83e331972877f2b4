#include "tests/support/scram_client.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace test_support {

namespace {

Bytes hmac(const Bytes& key, std::string_view text) {
  Bytes out(32);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text).data(), text.size(),
       out.data(), nullptr);
  return out;
}

std::string attribute(const std::string& text, const std::string& name) {
  const auto begin = (',' + text).find(',' + name + '=');
  if (begin == text.npos) throw std::runtime_error("no " + name + " in " + text);
  const auto value = text.substr(begin + 2);
  return value.substr(0, value.find(','));
}

}  // namespace

std::string ScramClient::final(const std::string& server_first) {
  const auto salt = from_base64(attribute(server_first, "s"));
  Bytes salted(32);
  PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt).data(),
                    static_cast<int>(salt.size()), std::stoi(attribute(server_first, "i")),
                    EVP_sha256(), 32, salted.data());
  auto proof = hmac(salted, "Client Key");
  Bytes stored(32);
  SHA256(proof.data(), proof.size(), stored.data());
  const auto bound = header + std::string(text_of(binding));
  const auto bare_final = "c=" + to_base64(bytes_of(bound)) + ",r=" + attribute(server_first, "r");
  const auto dialogue = bare() + ',' + server_first + ',' + bare_final;
  const auto signature = hmac(stored, dialogue);
  for (std::size_t n = 0; n < proof.size(); ++n) proof[n] ^= signature[n];
  expected = "v=" + to_base64(hmac(hmac(salted, "Server Key"), dialogue));
  return bare_final + ",p=" + to_base64(proof);
}

}  // namespace test_support
