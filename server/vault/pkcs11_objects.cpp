#include "server/vault/pkcs11_objects.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>

#include "base/error.h"
#include "server/vault/pkcs11_error.h"

namespace vault {
namespace {

using Pair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_clear_free)>;

// Templates point to what they say; the C interface wants it writable.
template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const T& value) {
  return {type, const_cast<T*>(&value), sizeof value};
}
template <class Octets>
CK_ATTRIBUTE octets(CK_ATTRIBUTE_TYPE type, const Octets& value) {
  return {type, const_cast<void*>(static_cast<const void*>(value.data())), value.size()};
}

constexpr CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
constexpr CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
constexpr CK_KEY_TYPE rsa = CKK_RSA;
constexpr std::array<std::uint8_t, 3> exponent{1, 0, 1};

std::vector<CK_ATTRIBUTE> private_template(const ObjectId& id, const std::string& label) {
  return {attribute(CKA_TOKEN, yes),
          attribute(CKA_PRIVATE, yes),
          attribute(CKA_SENSITIVE, yes),
          attribute(CKA_EXTRACTABLE, no),
          attribute(CKA_DECRYPT, yes),
          attribute(CKA_SIGN, yes),
          octets(CKA_ID, id),
          octets(CKA_LABEL, label)};
}

Bytes read(Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE asked{type, nullptr, 0};
  check(session->C_GetAttributeValue(session.handle(), object, &asked, 1), "C_GetAttributeValue");
  Bytes value(asked.ulValueLen);
  asked.pValue = value.data();
  check(session->C_GetAttributeValue(session.handle(), object, &asked, 1), "C_GetAttributeValue");
  return value;
}

Secret number_of(const Pair& pair, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(pair.get(), name, &raw) != 1) {
    ERR_clear_error();
    throw Error(Fault::corrupt, "not a whole RSA private key");
  }
  const Number number(raw, &BN_clear_free);
  Secret out(static_cast<std::size_t>(BN_num_bytes(raw)));
  BN_bn2bin(raw, out.data());
  return out;
}

struct Member {
  CK_ATTRIBUTE_TYPE type;
  const char* openssl;
};
constexpr std::array<Member, 8> members{{{CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N},
                                         {CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E},
                                         {CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D},
                                         {CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1},
                                         {CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2},
                                         {CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                         {CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                         {CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};

}  // namespace

std::vector<CK_OBJECT_HANDLE> private_keys(Session& session, const ObjectId& id) {
  std::array wanted{attribute(CKA_CLASS, private_key), octets(CKA_ID, id)};
  check(session->C_FindObjectsInit(session.handle(), wanted.data(), wanted.size()),
        "C_FindObjectsInit");
  std::vector<CK_OBJECT_HANDLE> found(16);
  CK_ULONG count = 0;
  const auto code = session->C_FindObjects(session.handle(), found.data(), found.size(), &count);
  session->C_FindObjectsFinal(session.handle());
  check(code, "C_FindObjects");
  found.resize(count);
  return found;
}

// The public half is an object of the session, read and forgotten: the vault keeps it.
MadeKey generate_key(Session& session, const ObjectId& id, const std::string& label,
                     unsigned bits) {
  const CK_ULONG size = bits;
  std::array public_half{attribute(CKA_TOKEN, no), attribute(CKA_MODULUS_BITS, size),
                         octets(CKA_PUBLIC_EXPONENT, exponent)};
  auto private_half = private_template(id, label);
  CK_MECHANISM mechanism{CKM_RSA_PKCS_KEY_PAIR_GEN, nullptr, 0};
  CK_OBJECT_HANDLE visible, hidden;
  check(session->C_GenerateKeyPair(session.handle(), &mechanism, public_half.data(),
                                   public_half.size(), private_half.data(), private_half.size(),
                                   &visible, &hidden),
        "C_GenerateKeyPair");
  auto public_part = public_part_of(session, visible);
  session->C_DestroyObject(session.handle(), visible);
  return {hidden, std::move(public_part)};
}

MadeKey import_key(Session& session, const ObjectId& id, const std::string& label, ByteView pkcs8) {
  const auto* data = pkcs8.data();
  const Pair pair(d2i_AutoPrivateKey(nullptr, &data, static_cast<long>(pkcs8.size())),
                  &EVP_PKEY_free);
  if (!pair || EVP_PKEY_get_base_id(pair.get()) != EVP_PKEY_RSA) {
    ERR_clear_error();
    throw Error(Fault::corrupt, "not an RSA private key");
  }
  auto said = private_template(id, label);
  said.push_back(attribute(CKA_CLASS, private_key));
  said.push_back(attribute(CKA_KEY_TYPE, rsa));
  std::array<Secret, members.size()> numbers;
  for (std::size_t i = 0; i < members.size(); ++i) {
    numbers[i] = number_of(pair, members[i].openssl);
    said.push_back(octets(members[i].type, numbers[i]));
  }
  CK_OBJECT_HANDLE made;
  check(session->C_CreateObject(session.handle(), said.data(), said.size(), &made),
        "C_CreateObject");
  return {made, PublicKey::of_pair(pair.get())};
}

PublicKey public_part_of(Session& session, CK_OBJECT_HANDLE key) {
  return PublicKey::of_numbers(read(session, key, CKA_MODULUS),
                               read(session, key, CKA_PUBLIC_EXPONENT));
}

void destroy_keys(Session& session, const ObjectId& id) {
  session.forget(id);
  for (const auto key : private_keys(session, id))
    check(session->C_DestroyObject(session.handle(), key), "C_DestroyObject");
}

}  // namespace vault
