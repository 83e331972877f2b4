#include "imap/mime/opaque.h"

#include <algorithm>
#include <array>
#include <string>

#include "imap/mime/armour.h"
#include "imap/mime/html.h"
#include "imap/mime/mimetic_bridge.h"

namespace imap::mime {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t head_size = 4096;  // enough to see what a part begins with

enum class Leaf { empty, readable, smime, openpgp };

// 1.2.840.113549.1.7.3, 1.2.840.113549.1.9.16.1.23, 1.2.840.113549.1.7.6
constexpr std::array enveloping = {
    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"sv,
    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"sv,
    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"sv,
};

// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, ... } (RFC 5652 3), in DER or BER.
std::string_view cms_content_type(std::string_view octets) {
  if (octets.size() < 4 || octets[0] != '\x30') return {};
  const auto length = static_cast<unsigned char>(octets[1]);
  const std::size_t oid = length > 0x80 ? 2u + (length & 0x7f) : 2u;
  if (octets.size() < oid + 2 || octets[oid] != '\x06') return {};
  const auto size = static_cast<unsigned char>(octets[oid + 1]);
  return size < 0x80 ? octets.substr(oid + 2, size) : std::string_view();
}

// What can be read before the first encrypted armour.
std::string before_cipher(std::string text) {
  const auto armour = find_armour(text);
  if (armour && armour->encrypted) text.resize(armour->begin);
  return text;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\xa0\xc2"sv) == std::string_view::npos;
}

// Type and subtype of what goes with encrypted or signed parts and says nothing itself.
bool is_control(const ContentType& type) {
  return type.is("application", "pgp-encrypted") || type.is("application", "pgp-signature") ||
         type.is("application", "pkcs7-signature") || type.is("application", "x-pkcs7-signature");
}

class Judge {
 public:
  explicit Judge(const Scan& scanned) : scan_(scanned) {}

  Opaque run() const {
    auto found = Opaque::no;
    for (const auto& entity : scan_.entities) {
      const auto leaf = judged(entity);
      if (leaf == Leaf::readable) return Opaque::no;
      if (leaf == Leaf::smime) found = Opaque::smime;
      if (leaf == Leaf::openpgp) found = Opaque::openpgp;
    }
    return found;
  }

 private:
  Leaf judged(const Entity& entity) const {
    if (entity.opaque || entity.part.kind == Kind::message) return Leaf::readable;
    if (entity.part.kind == Kind::multipart) return Leaf::empty;
    if (same_name(entity.type.type, "text")) return of_text(entity);
    return is_control(entity.type) ? Leaf::empty : of_octets(entity);
  }

  std::string shown(const Entity& entity, std::size_t limit) const {
    auto text = decoded_body(scan_.body(entity), entity.part.encoding, limit);
    if (same_name(entity.type.subtype, "html")) return text_of_html(text).shown;
    return text;
  }

  Leaf of_text(const Entity& entity) const {
    if (!is_blank(before_cipher(shown(entity, head_size)))) return Leaf::readable;
    const auto all = shown(entity, no_limit);
    if (!is_blank(without_armour(all))) return Leaf::readable;
    return is_blank(all) ? Leaf::empty : Leaf::openpgp;
  }

  Leaf of_octets(const Entity& entity) const {
    const auto head = decoded_body(scan_.body(entity), entity.part.encoding, head_size);
    if (std::ranges::find(enveloping, cms_content_type(head)) != enveloping.end())
      return Leaf::smime;
    if (is_blank(before_cipher(head))) return is_blank(head) ? Leaf::empty : Leaf::openpgp;
    return in_encrypted(entity) && begins_encrypted(head) ? Leaf::openpgp : Leaf::readable;
  }

  // One octet is proof only where it is announced.
  bool in_encrypted(const Entity& entity) const {
    return entity.part.parent != no_entity &&
           scan_.entities[static_cast<std::size_t>(entity.part.parent)].type.is("multipart",
                                                                                "encrypted");
  }

  const Scan& scan_;
};

}  // namespace

Opaque opacity(const Scan& scanned) { return Judge(scanned).run(); }

}  // namespace imap::mime
