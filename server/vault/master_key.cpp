#include "server/vault/master_key.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <boost/json.hpp>
#include <memory>

#include "base/error.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::string_view magic = "SVS1";
constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16;
constexpr std::string_view check_place = "sealvault/master";
// scrypt, RFC 7914: 128 MiB and about half a second, once at each start.
constexpr std::uint64_t scrypt_n = 1 << 17, scrypt_r = 8, scrypt_p = 1;
constexpr std::uint64_t scrypt_memory = 256 * 1024 * 1024;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

int size_of(ByteView bytes) { return static_cast<int>(bytes.size()); }

void require(int result) {
  if (result != 1) throw Error(Fault::unavailable, "OpenSSL refuses AES-256-GCM");
}

Secret stretched(const Secret& passphrase, ByteView salt) {
  Secret key(key_size);
  const auto* text = reinterpret_cast<const char*>(passphrase.data());
  if (EVP_PBE_scrypt(text, passphrase.size(), salt.data(), salt.size(), scrypt_n, scrypt_r,
                     scrypt_p, scrypt_memory, key.data(), key.size()) != 1)
    throw Error(Fault::unavailable, "cannot derive the master key: too little memory");
  return key;
}

Secret secret_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Bytes random_octets(std::size_t count) {
  Bytes out(count);
  if (RAND_bytes(out.data(), static_cast<int>(count)) != 1)
    throw Error(Fault::unavailable, "no randomness");
  return out;
}

MasterKey MasterKey::create(const Path& path, const std::optional<Secret>& passphrase) {
  if (std::filesystem::exists(path))
    throw Error(Fault::exists, "there is a master key already: " + path.string());
  json::object file{{"version", 1}};
  const auto octets = random_octets(key_size);
  MasterKey master(passphrase ? stretched(*passphrase, octets) : secret_of(octets));
  if (passphrase) {
    file["kind"] = "passphrase";
    file["salt"] = to_hex(octets);
    file["check"] = to_hex(master.seal({}, check_place));
  } else {
    file["kind"] = "file";
    file["key"] = to_hex(octets);
  }
  replace_file(path, bytes_of(json::serialize(file) + '\n'));
  return master;
}

MasterKey MasterKey::load(const Path& path, const std::optional<Secret>& passphrase) {
  const auto text = read_file(path);
  try {
    const auto file = json::parse(text);
    if (file.at("kind").as_string() == "file")
      return MasterKey(secret_of(from_hex(std::string(file.at("key").as_string()))));
    if (!passphrase)
      throw Error(Fault::denied, "this vault opens with a passphrase",
                  "give it with --passphrase-file FILE");
    MasterKey master(stretched(*passphrase, from_hex(std::string(file.at("salt").as_string()))));
    const auto check = from_hex(std::string(file.at("check").as_string()));
    try {
      master.unseal(check, check_place);
    } catch (const Error&) {
      throw Error(Fault::denied, "wrong passphrase");
    }
    return master;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {  // Boost.JSON throws several kinds
    throw Error(Fault::corrupt, path.string() + " is not a master key file");
  }
}

Secret MasterKey::derived(std::string_view purpose) const {
  const auto name = "sealvault/" + std::string(purpose);
  Secret out(key_size);
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key_.data(), key_size, bytes_of(name).data(), name.size(), out.data(),
           &size) == nullptr)
    throw Error(Fault::unavailable, "OpenSSL refuses HMAC-SHA256");
  return out;
}

Bytes MasterKey::seal(ByteView plain, std::string_view place) const {
  const auto nonce = random_octets(nonce_size);
  Bytes out = copy_of(bytes_of(magic));
  out.insert(out.end(), nonce.begin(), nonce.end());
  const auto head = out.size();
  out.resize(head + plain.size() + tag_size);
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const auto bound = bytes_of(place);
  int size = 0;
  require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce.data()));
  require(EVP_EncryptUpdate(context.get(), nullptr, &size, bound.data(), size_of(bound)));
  require(EVP_EncryptUpdate(context.get(), &out[head], &size, plain.data(), size_of(plain)));
  auto* tag = out.data() + head + plain.size();
  require(EVP_EncryptFinal_ex(context.get(), tag, &size));
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag));
  return out;
}

Secret MasterKey::unseal(ByteView sealed, std::string_view place) const {
  const auto head = magic.size() + nonce_size;
  if (sealed.size() < head + tag_size || text_of(sealed.first(magic.size())) != magic)
    throw Error(Fault::corrupt, "not sealed by a vault");
  const auto nonce = sealed.subspan(magic.size(), nonce_size);
  const auto text = sealed.subspan(head, sealed.size() - head - tag_size);
  auto tag = copy_of(sealed.last(tag_size));
  Secret out(text.size() + 1);  // never empty, so that data() is valid
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const auto bound = bytes_of(place);
  int size = 0;
  require(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce.data()));
  require(EVP_DecryptUpdate(context.get(), nullptr, &size, bound.data(), size_of(bound)));
  require(EVP_DecryptUpdate(context.get(), out.data(), &size, text.data(), size_of(text)));
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()));
  std::uint8_t none[16];
  if (EVP_DecryptFinal_ex(context.get(), none, &size) != 1)
    throw Error(Fault::corrupt, "a sealed file was altered or is not of this vault");
  out.resize(text.size());
  return out;
}

}  // namespace vault
