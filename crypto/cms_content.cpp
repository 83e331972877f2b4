#include "crypto/cms_content.h"

#include <openssl/asn1.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <limits>
#include <memory>

namespace crypto {
namespace {

using Cms = std::unique_ptr<CMS_ContentInfo, void (*)(CMS_ContentInfo*)>;

constexpr int most_elements = 100'000;  // 1,000 recipients and 60 MB in pieces of 1 kB have fewer

// OpenSSL allocates for each element some hundred octets, however small it is.
bool has_few_elements(ByteView octets) {
  const auto* at = octets.data();
  const auto* end = at + octets.size();
  for (int count = 0; at < end; ++count) {
    long length = 0;
    int tag = 0, tag_class = 0;
    const int kind = ASN1_get_object(&at, &length, &tag, &tag_class, end - at);
    if (count == most_elements || (kind & 0x80) != 0) return false;
    if ((kind & V_ASN1_CONSTRUCTED) == 0) at += length;
  }
  return true;
}

// Null when the octets are something else, or more follows.
Cms parsed(ByteView octets) {
  Cms cms(nullptr, &CMS_ContentInfo_free);
  if (octets.size() <= std::numeric_limits<int>::max() && has_few_elements(octets)) {
    const auto* at = octets.data();
    cms.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(octets.size())));
    if (at != octets.data() + octets.size()) cms.reset();
  }
  ERR_clear_error();
  return cms;
}

bool is_enveloped(const CMS_ContentInfo* cms) {
  const int type = OBJ_obj2nid(CMS_get0_type(cms));
  return type == NID_pkcs7_enveloped || type == NID_id_smime_ct_authEnvelopedData;
}

}  // namespace

Bytes enciphered_content(ByteView octets) {
  const auto cms = parsed(octets);
  if (!cms || !is_enveloped(cms.get())) return {};
  if (sk_CMS_RecipientInfo_num(CMS_get0_RecipientInfos(cms.get())) < 1) return {};
  const auto* content = CMS_get0_content(cms.get());
  if (!content || !*content) return {};
  const auto* data = ASN1_STRING_get0_data(*content);
  return Bytes(data, data + ASN1_STRING_length(*content));
}

bool is_detached_signature(ByteView octets) {
  const auto cms = parsed(octets);
  return cms && OBJ_obj2nid(CMS_get0_type(cms.get())) == NID_pkcs7_signed &&
         CMS_is_detached(cms.get()) == 1;
}

}  // namespace crypto
