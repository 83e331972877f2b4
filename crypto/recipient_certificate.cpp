#include "crypto/recipient_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/iso_time.h"
#include "crypto/peer_certificate.h"

namespace crypto {
namespace {

constexpr int least_rsa_bits = 2048;
constexpr const char* make_one =
    "name an S/MIME certificate, in PEM or DER, that allows encrypting mail";

using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Memory = std::unique_ptr<BIO, int (*)(BIO*)>;

int no_passphrase(char*, int, int, void*) { return 0; }

[[noreturn]] void refuse(const std::string& why) {
  throw Error(Fault::invalid, "the certificate " + why, make_one);
}

Certificate parsed(ByteView text) {
  const Memory bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  Certificate found(text_of(text).find("-----BEGIN") != std::string_view::npos
                        ? PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)
                        : d2i_X509_bio(bio.get(), nullptr),
                    &X509_free);
  ERR_clear_error();
  if (!found) throw Error(Fault::invalid, "that is no certificate", make_one);
  return found;
}

Bytes der_of(const X509* certificate) {
  Bytes der(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))));
  auto* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}

std::string subject_of(const X509* certificate) {
  const Memory out(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0,
                     XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(std::max(0L, size))};
}

std::string curve_of(const EVP_PKEY* key) {
  constexpr std::pair<std::string_view, const char*> curves[] = {
      {"prime256v1", "EC P-256"}, {"secp384r1", "EC P-384"}, {"secp521r1", "EC P-521"}};
  std::array<char, 64> name{};
  EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr);
  for (const auto& [known, shown] : curves)
    if (known == name.data()) return shown;
  refuse("has an EC key that is not on P-256, P-384 or P-521");
}

std::string checked_key(X509* certificate) {
  const auto* key = X509_get0_pubkey(certificate);
  const auto usage = X509_get_key_usage(certificate);  // all bits where it is not said
  if (key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < least_rsa_bits) refuse("has an RSA key of less than 2048 bits");
    if ((usage & KU_KEY_ENCIPHERMENT) == 0) refuse("does not allow keyEncipherment");
    return "RSA " + std::to_string(bits);
  }
  if (key == nullptr || EVP_PKEY_is_a(key, "EC") != 1)
    refuse("has a key that is neither RSA nor EC");
  if ((usage & KU_KEY_AGREEMENT) == 0) refuse("does not allow keyAgreement");
  return curve_of(key);
}

}  // namespace

RecipientCertificate recipient_certificate(ByteView text) {
  if (text.size() > 2 * certificate_size_limit) refuse("is too large");
  const auto certificate = parsed(text);
  RecipientCertificate out;
  out.der = der_of(certificate.get());
  if (out.der.size() > certificate_size_limit) refuse("is too large");
  out.key = checked_key(certificate.get());
  if ((X509_get_extended_key_usage(certificate.get()) & (XKU_SMIME | XKU_ANYEKU)) == 0)
    refuse("is not for mail: its extended key usage lacks emailProtection");
  out.subject = subject_of(certificate.get());
  auto named = peer_certificate(certificate.get());
  out.addresses = std::move(named.addresses);
  out.fingerprint = to_hex(named.fingerprint);
  out.not_before = time_of(X509_get0_notBefore(certificate.get()));
  out.not_after = time_of(X509_get0_notAfter(certificate.get()));
  ERR_clear_error();
  return out;
}

std::string pem_of(const RecipientCertificate& certificate) {
  const Memory out(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(out.get(), parsed(certificate.der).get());
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(std::max(0L, size))};
}

void require_valid(const RecipientCertificate& certificate, UnixTime now) {
  if (now < certificate.not_before)
    refuse("is not valid before " + iso_time(certificate.not_before));
  if (certificate.expired(now)) refuse("has expired at " + iso_time(certificate.not_after));
}

}  // namespace crypto
