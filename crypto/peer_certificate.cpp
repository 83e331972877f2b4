#include "crypto/peer_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "base/error.h"

namespace crypto {
namespace {

constexpr int addresses_limit = 100;
constexpr std::size_t fingerprint_size = 32;

int no_passphrase(char*, int, int, void*) { return 0; }

using Names = std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)>;

Bytes fingerprint_of(const X509* certificate) {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), out.data(), &size) != 1)
    throw Error(Fault::unavailable, "the hash library failed");
  out.resize(size);
  return out;
}

// An IA5String; one with a NUL in it would be taken for less than it is.
std::string text_in(const ASN1_IA5STRING* text) {
  const std::string out(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text)));
  const bool plain = std::ranges::all_of(out, [](char c) { return c > ' ' && c <= '~'; });
  return plain ? out : std::string();
}

using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

Certificate certificate_in(const std::string& pem) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr),
                          &X509_free);
  ERR_clear_error();
  if (!certificate) throw Error(Fault::invalid, "that is no certificate in PEM");
  return certificate;
}

}  // namespace

PeerCertificate peer_certificate(const X509* certificate) {
  PeerCertificate out{fingerprint_of(certificate), {}};
  const Names names(static_cast<GENERAL_NAMES*>(
                        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
                    &GENERAL_NAMES_free);
  ERR_clear_error();
  if (!names) return out;
  const int count = std::min(sk_GENERAL_NAME_num(names.get()), addresses_limit);
  for (int n = 0; n < count; ++n) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), n);
    if (name->type != GEN_EMAIL) continue;
    if (auto address = text_in(name->d.rfc822Name); !address.empty())
      out.addresses.push_back(std::move(address));
  }
  return out;
}

UnixTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    throw Error(Fault::invalid, "the certificate has a date that is none");
  return timegm(&parts);
}

UnixTime certificate_expiry(const std::string& pem) {
  return time_of(X509_get0_notAfter(certificate_in(pem).get()));
}

Bytes certificate_fingerprint(const std::string& text) {
  if (text.starts_with("-----BEGIN")) return fingerprint_of(certificate_in(text).get());
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != ':'; });
  if (digits.size() == 2 * fingerprint_size) {
    try {
      return from_hex(digits);
    } catch (const Error&) {
    }
  }
  throw Error(Fault::invalid, "a fingerprint is SHA-256, 64 hexadecimal digits",
              "openssl x509 -in FILE -noout -fingerprint -sha256 prints it");
}

}  // namespace crypto
