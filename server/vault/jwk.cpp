#include "server/vault/jwk.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"
#include "server/vault/body.h"
#include "server/vault/refusal.h"

namespace vault {
namespace {

namespace json = boost::json;

using Pair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_clear_free)>;

struct Member {
  const char* jwk;
  const char* openssl;
};
constexpr std::array<Member, 8> members{{{"n", OSSL_PKEY_PARAM_RSA_N},
                                         {"e", OSSL_PKEY_PARAM_RSA_E},
                                         {"d", OSSL_PKEY_PARAM_RSA_D},
                                         {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
                                         {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
                                         {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                         {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                         {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};
constexpr std::array<int, 3> sizes{2048, 3072, 4096};
constexpr std::size_t number_limit = 4096 / 8 + 1;

Refusal not_a_key() {
  ERR_clear_error();
  return bad_parameter("key is not a whole RSA private key.");
}

Pair pair_of(const json::object& jwk) {
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(
      OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  std::vector<Number> numbers;  // the builder refers to them
  for (const auto& member : members) {
    const auto octets = octets_in(present(jwk, member.jwk), member.jwk);
    if (octets.empty() || octets.size() > number_limit) throw not_a_key();
    numbers.emplace_back(BN_secure_new(), &BN_clear_free);
    auto* number = numbers.back().get();
    if (BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number) == nullptr ||
        OSSL_PARAM_BLD_push_BN(builder.get(), member.openssl, number) != 1)
      throw not_a_key();
  }
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> params(
      OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* pair = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pair, EVP_PKEY_KEYPAIR, params.get()) != 1)
    throw not_a_key();
  return {pair, &EVP_PKEY_free};
}

Number number_of(const Pair& pair, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(pair.get(), name, &raw) != 1) throw not_a_key();
  return {raw, &BN_clear_free};
}

void check(const Pair& pair) {
  if (std::ranges::find(sizes, EVP_PKEY_get_bits(pair.get())) == sizes.end())
    throw bad_parameter("The key is not of 2048, 3072 or 4096 bits.");
  const auto exponent = number_of(pair, OSSL_PKEY_PARAM_RSA_E);
  if (BN_is_word(exponent.get(), 65537) != 1) throw bad_parameter("e is not 65537.");
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(pair.get(), nullptr), &EVP_PKEY_CTX_free);
  if (!context || EVP_PKEY_check(context.get()) != 1) throw not_a_key();
}

Secret der_of(const Pair& pair) {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
      EVP_PKEY2PKCS8(pair.get()), &PKCS8_PRIV_KEY_INFO_free);
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
  if (size <= 0) throw not_a_key();
  Secret out(static_cast<std::size_t>(size));
  auto* data = out.data();
  i2d_PKCS8_PRIV_KEY_INFO(info.get(), &data);
  return out;
}

Pair read_pem(const Path& path) {
  auto content = read_file(path);
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_mem_buf(content.data(), static_cast<int>(content.size())), &BIO_free);
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  Pair pair(PEM_read_bio_PrivateKey(file.get(), nullptr, no_passphrase, nullptr), &EVP_PKEY_free);
  OPENSSL_cleanse(content.data(), content.size());
  ERR_clear_error();
  if (pair && EVP_PKEY_get_base_id(pair.get()) == EVP_PKEY_RSA) return pair;
  throw Error(Fault::invalid, path.string() + " has no RSA private key",
              "give a PEM file without passphrase: openssl pkey -in FILE -out PLAIN");
}

}  // namespace

Secret pkcs8_of_jwk(const json::object& jwk) {
  const auto* type = present(jwk, "kty");
  const auto name = type ? text_in(*type, "kty") : std::string();
  if (name != "RSA" && name != "RSA-HSM") throw bad_parameter("kty is not RSA.");
  const auto pair = pair_of(jwk);
  check(pair);
  return der_of(pair);
}

Secret import_body_of(const Path& pem) {
  const auto pair = read_pem(pem);
  const std::string_view head = R"({"key":{"kty":"RSA")";
  Secret out;
  out.reserve(8192);  // so that no copy is left behind
  const auto add = [&](std::string_view text) { out.insert(out.end(), text.begin(), text.end()); };
  add(head);
  for (const auto& member : members) {
    const auto number = number_of(pair, member.openssl);
    Secret octets(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), octets.data());
    auto coded = to_base64url(octets);
    add(",\"");
    add(member.jwk);
    add("\":\"");
    add(coded);
    add("\"");
    OPENSSL_cleanse(coded.data(), coded.size());
  }
  add("}}");
  return out;
}

}  // namespace vault
