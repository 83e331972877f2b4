#include "tests/support/recipient.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "imap/mime/mimetic_bridge.h"

namespace test_support {

namespace {

using Memory = std::unique_ptr<BIO, int (*)(BIO*)>;

void check(bool fine) {
  if (!fine) throw std::runtime_error("OpenSSL says no");
}

std::string text_in(BIO* memory) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory, &text);
  return {text, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, int kind, const std::string& value) {
  if (value.empty()) return;
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

struct Recipient::Parts {
  explicit Parts(const Options& options)
      : key(options.key == "RSA" ? EVP_RSA_gen(static_cast<unsigned>(options.bits))
                                 : EVP_EC_gen(options.key.c_str()),
            &EVP_PKEY_free),
        certificate(X509_new(), &X509_free) {
    check(key != nullptr);
    auto* x = certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
    X509_gmtime_adj(X509_getm_notBefore(x), options.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(x), options.valid_to);
    X509_set_pubkey(x, key.get());
    const auto* name = reinterpret_cast<const unsigned char*>("Ada Lovelace");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    extend(x, NID_subject_alt_name, "email:ada@example.org");
    extend(x, NID_key_usage, options.usage);
    extend(x, NID_ext_key_usage, options.extended);
    check(X509_sign(x, key.get(), EVP_sha256()) > 0);
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key;
  std::unique_ptr<X509, void (*)(X509*)> certificate;
};

Recipient::Recipient(const Options& options) : parts_(std::make_shared<const Parts>(options)) {
  der_.resize(static_cast<std::size_t>(i2d_X509(parts_->certificate.get(), nullptr)));
  auto* at = der_.data();
  i2d_X509(parts_->certificate.get(), &at);
}

std::string Recipient::pem() const {
  const Memory out(BIO_new(BIO_s_mem()), &BIO_free);
  check(PEM_write_bio_X509(out.get(), parts_->certificate.get()) == 1);
  return text_in(out.get());
}

std::string Recipient::decrypted(std::string_view der) const {
  const Memory in(BIO_new_mem_buf(der.data(), static_cast<int>(der.size())), &BIO_free);
  const std::unique_ptr<CMS_ContentInfo, void (*)(CMS_ContentInfo*)> cms(
      d2i_CMS_bio(in.get(), nullptr), &CMS_ContentInfo_free);
  check(cms != nullptr);
  const Memory out(BIO_new(BIO_s_mem()), &BIO_free);
  check(CMS_decrypt(cms.get(), parts_->key.get(), parts_->certificate.get(), nullptr, out.get(),
                    0) == 1);
  return text_in(out.get());
}

std::string Recipient::opened(std::string_view message) const {
  const auto body = message.find("\r\n\r\n");
  check(body != message.npos);
  return decrypted(imap::mime::decode_base64(message.substr(body + 4)));
}

const Recipient& ada() {
  static const Recipient recipient;
  return recipient;
}

}  // namespace test_support
