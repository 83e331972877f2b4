#include "tests/support/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

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

void add_address(X509* certificate, const std::string& address) {
  auto* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("email:" + address).c_str());
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// `address`: its rfc822Name, if there is one.
Certificate self_signed(EVP_PKEY* key, const std::string& address) {
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
  if (!address.empty()) add_address(certificate.get(), address);
  check(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

CertificateFiles made(const CertificateFiles& files, const std::string& address) {
  const Key key(EVP_EC_gen("P-256"));
  check(key != nullptr);
  const auto certificate = self_signed(key.get(), address);
  const std::unique_ptr<FILE, Free> certificate_file(std::fopen(files.certificate.c_str(), "w"));
  const std::unique_ptr<FILE, Free> key_file(std::fopen(files.key.c_str(), "w"));
  check(certificate_file && key_file);
  check(PEM_write_X509(certificate_file.get(), certificate.get()) == 1);
  check(PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
        1);
  return files;
}

}  // namespace

CertificateFiles make_certificate(const std::filesystem::path& directory) {
  return made({directory / "certificate.pem", directory / "key.pem"}, "");
}

CertificateFiles make_client_certificate(const std::filesystem::path& directory,
                                         const std::string& address) {
  return made({directory / "client.pem", directory / "client-key.pem"}, address);
}

}  // namespace test_support
