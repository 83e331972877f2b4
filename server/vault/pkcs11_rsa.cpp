#include "server/vault/pkcs11_rsa.h"

#include <algorithm>

#include "server/vault/master_key.h"
#include "server/vault/pkcs11_error.h"
#include "server/vault/pkcs11_objects.h"
#include "server/vault/pkcs11_padding.h"

namespace vault {
namespace {

constexpr std::size_t probe_size = 32;

// Calls write into our memory, and copy nothing out of what they are given.
CK_BYTE* writable(ByteView octets) { return const_cast<CK_BYTE*>(octets.data()); }

Secret decrypted(Session& session, CK_OBJECT_HANDLE key, CK_MECHANISM mechanism, ByteView cipher) {
  check(session->C_DecryptInit(session.handle(), &mechanism, key), "C_DecryptInit");
  Secret out(cipher.size());
  CK_ULONG size = out.size();
  check(session->C_Decrypt(session.handle(), writable(cipher), cipher.size(), out.data(), &size),
        "C_Decrypt");
  out.resize(size);
  return out;
}

Secret decrypted_in_token(Session& session, CK_OBJECT_HANDLE key, ByteView cipher) {
  CK_RSA_PKCS_OAEP_PARAMS said{CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 0};
  return decrypted(session, key, {CKM_RSA_PKCS_OAEP, &said, sizeof said}, cipher);
}

std::optional<Secret> decrypted_here(Session& session, CK_OBJECT_HANDLE key, ByteView cipher) {
  const auto raw = decrypted(session, key, {CKM_RSA_X_509, nullptr, 0}, cipher);
  Secret encoded(cipher.size());  // a token may leave leading zeros out
  std::ranges::copy(raw, encoded.end() - static_cast<long>(raw.size()));
  return oaep_decoded(encoded);
}

std::optional<Secret> decrypted_by(Oaep how, Session& session, CK_OBJECT_HANDLE key,
                                   ByteView cipher) {
  return how == Oaep::in_token ? decrypted_in_token(session, key, cipher)
                               : decrypted_here(session, key, cipher);
}

// Raw RSA is for numbers below the modulus; which of them are is no secret.
bool in_range(const PublicKey& key, ByteView cipher) {
  const auto modulus = key.modulus();
  return cipher.size() == modulus.size() && std::ranges::lexicographical_compare(cipher, modulus);
}

bool round_trip(Session& session, CK_OBJECT_HANDLE marker, Oaep how) {
  const auto plain = random_octets(probe_size);
  const auto cipher = public_part_of(session, marker).wrap(plain);
  const auto opened = decrypted_by(how, session, marker, cipher);
  return opened && std::ranges::equal(*opened, plain);
}

bool supports(Session& session, CK_OBJECT_HANDLE marker, Oaep how) try {
  return round_trip(session, marker, how);
} catch (const TokenError& error) {
  if (error.trouble == Trouble::unreachable) throw;
  return false;
}

Bytes signed_with(Session& session, CK_OBJECT_HANDLE key, CK_MECHANISM mechanism, ByteView data,
                  std::size_t size) {
  check(session->C_SignInit(session.handle(), &mechanism, key), "C_SignInit");
  Bytes out(size);
  CK_ULONG length = size;
  check(session->C_Sign(session.handle(), writable(data), data.size(), out.data(), &length),
        "C_Sign");
  out.resize(length);
  return out;
}

CK_RSA_PKCS_PSS_PARAMS pss_parameters(SignatureScheme::Hash hash, std::size_t salt) {
  switch (hash) {
    case SignatureScheme::Hash::sha256:
      return {CKM_SHA256, CKG_MGF1_SHA256, salt};
    case SignatureScheme::Hash::sha384:
      return {CKM_SHA384, CKG_MGF1_SHA384, salt};
    case SignatureScheme::Hash::sha512:
      break;
  }
  return {CKM_SHA512, CKG_MGF1_SHA512, salt};
}

}  // namespace

std::optional<Secret> decrypt(Session& session, CK_OBJECT_HANDLE key, const PublicKey& public_part,
                              ByteView cipher, Oaep how, const ObjectId& marker) {
  if (!in_range(public_part, cipher)) return std::nullopt;
  try {
    return decrypted_by(how, session, key, cipher);
  } catch (const TokenError& error) {
    if (error.trouble == Trouble::bad_data) return std::nullopt;
    if (error.trouble != Trouble::unclear || how != Oaep::in_token) throw;
  }
  require_marker(session, marker);
  return std::nullopt;
}

Bytes sign(Session& session, CK_OBJECT_HANDLE key, const PublicKey& public_part,
           const SignatureScheme& scheme, ByteView digest) {
  const auto size = public_part.bits() / 8;
  if (scheme.padding == SignatureScheme::Padding::pkcs1)
    return signed_with(session, key, {CKM_RSA_PKCS, nullptr, 0}, digest_info(scheme.hash, digest),
                       size);
  auto said = pss_parameters(scheme.hash, digest.size());
  try {
    return signed_with(session, key, {CKM_RSA_PKCS_PSS, &said, sizeof said}, digest, size);
  } catch (const TokenError& error) {
    if (error.trouble != Trouble::not_supported) throw;
  }
  return signed_with(session, key, {CKM_RSA_X_509, nullptr, 0},
                     pss_encoded(public_part, scheme.hash, digest), size);
}

std::optional<Oaep> probed(Session& session, const ObjectId& marker) {
  const auto key = session.find_key(marker);
  if (!key) return std::nullopt;
  for (const auto how : {Oaep::in_token, Oaep::here})
    if (supports(session, *key, how)) return how;
  return std::nullopt;
}

void require_marker(Session& session, const ObjectId& marker) {
  session.forget(marker);
  if (!probed(session, marker))
    throw TokenError(CKR_TOKEN_NOT_PRESENT, "looking for the vault's key");
}

}  // namespace vault
