#include "crypto/xaes.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "base/error.h"
#include "crypto/locked_memory.h"

namespace crypto {
namespace {

using Block = std::array<std::uint8_t, 16>;
using RawKey = std::array<std::uint8_t, 32>;

struct Free {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

void must(bool done) {
  if (done) return;
  ERR_clear_error();
  throw Error(Fault::unavailable, "the cipher library failed");
}

using Cipher = std::unique_ptr<EVP_CIPHER, Free>;

// A cipher context that is used again and again, and holds no key in between.
class Context {
 public:
  explicit Context(const Cipher& cipher) : context_(EVP_CIPHER_CTX_new()) {
    must(context_ && cipher);
    must(EVP_EncryptInit_ex2(context_.get(), cipher.get(), zeros.data(), nullptr, nullptr) == 1);
    EVP_CIPHER_CTX_set_padding(context_.get(), 0);
  }
  EVP_CIPHER_CTX* operator()() const { return context_.get(); }

  // The key schedule begins with the key itself and lies on the ordinary heap.
  void forget() const {
    EVP_EncryptInit_ex2(context_.get(), nullptr, zeros.data(), nullptr, nullptr);
  }

 private:
  static constexpr RawKey zeros{};
  std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

struct Forget {
  const Context& context;
  ~Forget() { context.forget(); }
};

// Fetching a cipher costs as much as sealing a kilobyte: once in a process.
const Context& ecb() {
  static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr));
  thread_local const Context context(cipher);
  return context;
}

const Context& gcm() {
  static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  thread_local const Context context(cipher);
  return context;
}

int int_of(std::size_t size) {
  if (size > std::numeric_limits<int>::max()) throw Error(Fault::too_big, "too much to seal");
  return static_cast<int>(size);
}

void check_key(ByteView key) {
  if (key.size() != RawKey().size()) throw Error(Fault::invalid, "a key has 32 octets");
}

// CMAC's first subkey (NIST SP 800-38B): doubling in GF(2^128), without a branch on the secret.
void double_block(Block& block) {
  const auto carry = static_cast<std::uint8_t>(-(block[0] >> 7));
  for (std::size_t i = 0; i < 15; ++i)
    block[i] = static_cast<std::uint8_t>(block[i] << 1 | block[i + 1] >> 7);
  block[15] = static_cast<std::uint8_t>((block[15] << 1) ^ (carry & 0x87));
}

// The key for one nonce: NIST SP 800-108 in counter mode with CMAC, two blocks.
class DerivedKey {
 public:
  DerivedKey(ByteView key, XaesNonce nonce) {
    check_key(key);
    const auto& context = ecb();
    const Forget after{context};
    must(EVP_EncryptInit_ex2(context(), nullptr, key.data(), nullptr, nullptr) == 1);
    Block subkey{};
    encrypt(context, subkey);
    double_block(subkey);
    for (std::uint8_t counter : {1, 2}) {
      auto* block = key_.data() + 16 * (counter - 1);
      block[1] = counter;
      block[2] = 'X';
      std::copy_n(nonce.begin(), 12, block + 4);
      for (std::size_t i = 0; i < subkey.size(); ++i) block[i] ^= subkey[i];
    }
    wipe(subkey.data(), subkey.size());
    encrypt(context, key_);
  }
  ~DerivedKey() { wipe(key_.data(), key_.size()); }
  DerivedKey(const DerivedKey&) = delete;
  DerivedKey& operator=(const DerivedKey&) = delete;

  ByteView view() const { return key_; }

 private:
  static void encrypt(const Context& context, std::span<std::uint8_t> blocks) {
    int written = 0;
    must(EVP_EncryptUpdate(context(), blocks.data(), &written, blocks.data(),
                           int_of(blocks.size())) == 1);
  }

  RawKey key_{};
};

}  // namespace

void xaes_seal(ByteView key, XaesNonce nonce, ByteView associated, std::span<std::uint8_t> data) {
  const DerivedKey derived(key, nonce);
  gcm_seal(derived.view(), nonce.last<gcm_nonce_size>(), associated, data);
}

bool xaes_open(ByteView key, XaesNonce nonce, ByteView associated, ByteView sealed,
               std::span<std::uint8_t> plain) {
  const DerivedKey derived(key, nonce);
  return gcm_open(derived.view(), nonce.last<gcm_nonce_size>(), associated, sealed, plain);
}

void gcm_seal(ByteView key, GcmNonce nonce, ByteView associated, std::span<std::uint8_t> data) {
  check_key(key);
  const auto text = data.first(data.size() - tag_size);
  const auto& context = gcm();
  const Forget after{context};
  int written = 0;
  must(EVP_EncryptInit_ex2(context(), nullptr, key.data(), nonce.data(), nullptr) == 1);
  must(EVP_EncryptUpdate(context(), nullptr, &written, associated.data(),
                         int_of(associated.size())) == 1);
  must(EVP_EncryptUpdate(context(), text.data(), &written, text.data(), int_of(text.size())) == 1);
  must(EVP_EncryptFinal_ex(context(), text.data() + text.size(), &written) == 1);
  must(EVP_CIPHER_CTX_ctrl(context(), EVP_CTRL_AEAD_GET_TAG, tag_size, data.data() + text.size()) ==
       1);
}

bool gcm_open(ByteView key, GcmNonce nonce, ByteView associated, ByteView sealed,
              std::span<std::uint8_t> plain) {
  check_key(key);
  if (sealed.size() < tag_size || plain.size() != sealed.size() - tag_size) return false;
  const auto& context = gcm();
  const Forget after{context};
  Block tag;
  std::copy_n(sealed.end() - tag_size, tag_size, tag.begin());
  int written = 0;
  must(EVP_DecryptInit_ex2(context(), nullptr, key.data(), nonce.data(), nullptr) == 1);
  must(EVP_DecryptUpdate(context(), nullptr, &written, associated.data(),
                         int_of(associated.size())) == 1);
  must(EVP_DecryptUpdate(context(), plain.data(), &written, sealed.data(), int_of(plain.size())) ==
       1);
  must(EVP_CIPHER_CTX_ctrl(context(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context(), plain.data() + plain.size(), &written) == 1) return true;
  ERR_clear_error();
  wipe(plain.data(), plain.size());
  return false;
}

}  // namespace crypto
