#include "crypto/jwk_set.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "base/error.h"

namespace crypto {
namespace {

namespace json = boost::json;

constexpr std::size_t set_limit = 256 * 1024;  // octets
constexpr std::size_t keys_limit = 100;
constexpr int least_bits = 2048, most_bits = 8192;
constexpr std::size_t coordinate_size = 32;

template <class Type, void (*free)(Type*)>
struct Free {
  void operator()(Type* object) const { free(object); }
};
template <class Type, void (*free)(Type*)>
using Owned = std::unique_ptr<Type, Free<Type, free>>;
using Number = Owned<BIGNUM, BN_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

// Empty where it is not there or not base64url.
Bytes octets_in(const json::object& key, std::string_view name) try {
  return from_base64url(text_in(key, name));
} catch (const Error&) {
  return {};
}

Number number_of(ByteView octets) {
  return Number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> public_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  ERR_clear_error();
  return {key, &EVP_PKEY_free};
}

bool is_for_signatures(const json::object& key) {
  const auto use = text_in(key, "use");
  if (!use.empty() && use != "sig") return false;
  const auto* operations = key.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() &&
         std::ranges::any_of(operations->as_array(), [](const json::value& each) {
           return each.is_string() && each.as_string() == "verify";
         });
}

// RFC 7518 section 3.4: R and S, 32 octets each; OpenSSL wants them in DER.
Bytes der_of(ByteView signature) {
  if (signature.size() != 2 * coordinate_size) return {};
  const EcSignature pair(ECDSA_SIG_new());
  auto r = number_of(signature.first(coordinate_size));
  auto s = number_of(signature.last(coordinate_size));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  r.release();
  s.release();
  unsigned char* coded = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &coded);
  Bytes out(coded, coded + std::max(size, 0));
  OPENSSL_free(coded);
  return out;
}

bool set_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

}  // namespace

struct JwkSet::Algorithm {
  std::string_view name;
  Kind kind;
  enum class Padding { none, pss } padding;
};

const JwkSet::Algorithm* JwkSet::find_algorithm(std::string_view name) {
  static constexpr Algorithm all[] = {{"RS256", Kind::rsa, Algorithm::Padding::none},
                                      {"PS256", Kind::rsa, Algorithm::Padding::pss},
                                      {"ES256", Kind::p256, Algorithm::Padding::none}};
  const auto* found = std::ranges::find(all, name, &Algorithm::name);
  return found == std::end(all) ? nullptr : found;
}

JwkSet::JwkSet(std::string_view text) {
  json::error_code failure;
  json::parse_options options;
  options.max_depth = 16;
  if (text.size() > set_limit) throw Error(Fault::invalid, "the key set is larger than 256 KiB");
  const auto value = json::parse(text, failure, {}, options);
  const auto* object = value.if_object();
  const auto* list = object ? object->if_contains("keys") : nullptr;
  if (failure || list == nullptr || !list->is_array())
    throw Error(Fault::invalid, "that is no JSON Web Key Set", "it is {\"keys\": [...]}");
  for (const auto& each : list->as_array())
    if (each.is_object() && keys_.size() < keys_limit) add(each.as_object());
  if (keys_.empty())
    throw Error(Fault::invalid, "the key set has no key for RS256, PS256 or ES256 signatures");
}

void JwkSet::add(const json::object& key) {
  if (!is_for_signatures(key)) return;
  const std::string algorithm(text_in(key, "alg"));
  const auto type = text_in(key, "kty");
  const auto kind = type == "RSA" ? Kind::rsa : Kind::p256;
  if (type != "RSA" && (type != "EC" || text_in(key, "crv") != "P-256")) return;
  const auto* meant = find_algorithm(algorithm);
  if (!algorithm.empty() && (meant == nullptr || meant->kind != kind)) return;
  if (auto made = kind == Kind::rsa ? rsa_key(key) : p256_key(key))
    keys_.push_back({std::string(text_in(key, "kid")), algorithm, kind, std::move(made)});
}

std::shared_ptr<EVP_PKEY> JwkSet::rsa_key(const json::object& key) {
  const auto n = number_of(octets_in(key, "n")), e = number_of(octets_in(key, "e"));
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || !n || !e || !BN_is_odd(e.get()) || BN_num_bits(e.get()) < 2 ||
      BN_num_bits(n.get()) < least_bits || BN_num_bits(n.get()) > most_bits ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return public_key("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> JwkSet::p256_key(const json::object& key) {
  const auto x = octets_in(key, "x"), y = octets_in(key, "y");
  if (x.size() != coordinate_size || y.size() != coordinate_size) return nullptr;
  Bytes point{POINT_CONVERSION_UNCOMPRESSED};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return nullptr;
  return public_key("EC", builder.get());
}

// RFC 7515 section 4.1.4: the key that is named. Without a name: the one that it can only be.
JwkSet::Verdict JwkSet::check(const Jwt& token) const {
  const auto* algorithm = find_algorithm(text_in(token.header, "alg"));
  // Extensions that must be understood (section 4.1.11) are none of ours.
  if (algorithm == nullptr || token.header.contains("crit")) return Verdict::bad;
  const bool named = token.header.contains("kid");
  const auto id = text_in(token.header, "kid");
  std::vector<const Key*> fitting;
  bool known = !named;
  for (const auto& key : keys_) {
    if (named && key.id != id) continue;
    known = true;
    if (key.kind == algorithm->kind && (key.algorithm.empty() || key.algorithm == algorithm->name))
      fitting.push_back(&key);
  }
  if (!known) return Verdict::unknown_key;
  if (fitting.size() != 1) return Verdict::bad;
  return verify(*fitting[0], *algorithm, token) ? Verdict::good : Verdict::bad;
}

bool JwkSet::verify(const Key& key, const Algorithm& algorithm, const Jwt& token) {
  const auto signature = key.kind == Kind::p256 ? der_of(token.signature) : token.signature;
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  const auto text = bytes_of(token.signed_part);
  const bool good =
      context &&
      EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key.key.get()) == 1 &&
      (algorithm.padding != Algorithm::Padding::pss || set_pss(parameters)) &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), text.data(),
                       text.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace crypto
