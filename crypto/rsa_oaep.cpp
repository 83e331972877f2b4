#include "crypto/rsa_oaep.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/error.h"

namespace crypto {
namespace {

struct Free {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, Free>;

void must(bool done) {
  if (done) return;
  ERR_clear_error();
  throw Error(Fault::unavailable, "the RSA library failed");
}

Context oaep(const RsaKey& key, int (*begin)(EVP_PKEY_CTX*)) {
  Context context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  must(context && begin(context.get()) == 1 &&
       EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
       EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1 &&
       EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1);
  return context;
}

}  // namespace

RsaKey new_rsa_key(unsigned bits) {
  RsaKey key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
  must(key != nullptr);
  return key;
}

SecretBytes to_pem(const RsaKey& key) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_secmem()));
  must(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) == 1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, data + size};
}

RsaKey rsa_key_from_pem(ByteView pem) {
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  must(bio != nullptr);
  RsaKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (key && EVP_PKEY_is_a(key.get(), "RSA")) return key;
  ERR_clear_error();
  throw Error(Fault::corrupt, "this is no RSA private key");
}

Bytes oaep_encrypt(const RsaKey& key, ByteView plain) {
  const auto context = oaep(key, EVP_PKEY_encrypt_init);
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  Bytes out(size);
  must(EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()) == 1);
  out.resize(size);
  return out;
}

std::optional<SecretBytes> oaep_decrypt(const RsaKey& key, ByteView sealed) {
  const auto context = oaep(key, EVP_PKEY_decrypt_init);
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  SecretBytes out(size);
  if (sealed.size() != size ||
      EVP_PKEY_decrypt(context.get(), out.data(), &size, sealed.data(), sealed.size()) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

}  // namespace crypto
