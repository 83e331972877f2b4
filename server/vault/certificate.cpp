#include "server/vault/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "base/asio.h"
#include "base/error.h"

namespace vault {
namespace {

constexpr long validity_seconds = 10L * 365 * 24 * 3600;
constexpr long clock_slack_seconds = 24L * 3600;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Pair = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Output = std::unique_ptr<BIO, Freed<BIO_free_all>>;

void require(bool fine) {
  if (!fine) throw Error(Fault::invalid, "cannot make a TLS certificate for these hosts");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string out;
  for (const auto& host : hosts) {
    const auto fine = [](unsigned char c) {
      return std::isalnum(c) || c == '.' || c == '-' || c == ':';
    };
    require(!host.empty() && std::ranges::all_of(host, fine));
    boost::system::error_code no_address;
    boost::asio::ip::make_address(host, no_address);
    out += (out.empty() ? "" : ",") + std::string(no_address ? "DNS:" : "IP:") + host;
  }
  return out;
}

Certificate self_signed(EVP_PKEY* pair, const std::vector<std::string>& hosts) {
  Certificate out(X509_new());
  require(out && X509_set_version(out.get(), 2) == 1);
  const std::unique_ptr<BIGNUM, Freed<BN_free>> serial(BN_new());
  require(BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
          BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(out.get())) != nullptr);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -clock_slack_seconds);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), validity_seconds);
  auto* name = X509_get_subject_name(out.get());
  const auto* text = reinterpret_cast<const unsigned char*>("sealvault");
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
          X509_set_issuer_name(out.get(), name) == 1 && X509_set_pubkey(out.get(), pair) == 1);
  add_extension(out.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(out.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(out.get(), NID_ext_key_usage, "serverAuth");
  add_extension(out.get(), NID_subject_key_identifier, "hash");
  add_extension(out.get(), NID_subject_alt_name, alternative_names(hosts));
  require(X509_sign(out.get(), pair, EVP_sha256()) > 0);
  return out;
}

void write_out(const Path& path, BIO* output) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(output, &data);
  replace_file(path, bytes_of({data, static_cast<std::size_t>(size)}));
}

}  // namespace

void make_certificate(const Path& certificate, const Path& key,
                      const std::vector<std::string>& hosts) {
  const Pair pair(EVP_EC_gen("P-256"));
  require(pair != nullptr);
  const auto made = self_signed(pair.get(), hosts);
  const Output key_text(BIO_new(BIO_s_secmem())), certificate_text(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(key_text.get(), pair.get(), nullptr, nullptr, 0, nullptr,
                                   nullptr) == 1 &&
          PEM_write_bio_X509(certificate_text.get(), made.get()) == 1);
  write_out(key, key_text.get());
  write_out(certificate, certificate_text.get());
}

}  // namespace vault
