#include "crypto/cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>

namespace crypto {
namespace {

using Cms = std::unique_ptr<CMS_ContentInfo, void (*)(CMS_ContentInfo*)>;
using Memory = std::unique_ptr<BIO, int (*)(BIO*)>;
constexpr unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_KEY_PARAM;

void require(bool done) {
  if (done) return;
  ERR_clear_error();
  throw CannotEncrypt();
}

void add_recipient(CMS_ContentInfo* cms, const Bytes& der) {
  const auto* at = der.data();
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())), &X509_free);
  require(certificate != nullptr);
  auto* recipient = CMS_add1_recipient_cert(cms, certificate.get(), flags);
  require(recipient != nullptr);
  if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_AGREE) return;
  auto* context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  require(context != nullptr && EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) > 0);
}

}  // namespace

Bytes enveloped(ByteView content, std::span<const Bytes> certificates) {
  require(!certificates.empty() && content.size() <= std::numeric_limits<int>::max());
  const Cms cms(CMS_encrypt(nullptr, nullptr, EVP_aes_256_cbc(), flags), &CMS_ContentInfo_free);
  require(cms != nullptr);
  for (const auto& der : certificates) add_recipient(cms.get(), der);
  const Memory in(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())), &BIO_free);
  require(in != nullptr && CMS_final(cms.get(), in.get(), nullptr, flags) == 1);
  const auto size = i2d_CMS_ContentInfo(cms.get(), nullptr);
  require(size > 0);
  Bytes der(static_cast<std::size_t>(size));
  auto* at = der.data();
  require(i2d_CMS_ContentInfo(cms.get(), &at) == size);
  return der;
}

}  // namespace crypto
