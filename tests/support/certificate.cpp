#include "tests/support/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace test_support {

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(FILE* file) const { std::fclose(file); }
};

using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void check(bool fine) {
  if (!fine) throw std::runtime_error("cannot make a certificate");
}

Certificate self_signed(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  auto* name = X509_get_subject_name(certificate.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  check(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

}  // namespace

CertificateFiles make_certificate(const std::filesystem::path& directory) {
  const Key key(EVP_EC_gen("P-256"));
  check(key != nullptr);
  const auto certificate = self_signed(key.get());
  CertificateFiles files{directory / "certificate.pem", directory / "key.pem"};
  const std::unique_ptr<FILE, Free> certificate_file(std::fopen(files.certificate.c_str(), "w"));
  const std::unique_ptr<FILE, Free> key_file(std::fopen(files.key.c_str(), "w"));
  check(certificate_file && key_file);
  check(PEM_write_X509(certificate_file.get(), certificate.get()) == 1);
  check(PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
        1);
  return files;
}

}  // namespace test_support
