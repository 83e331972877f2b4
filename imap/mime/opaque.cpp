#include "imap/mime/opaque.h"

#include <algorithm>
#include <array>
#include <string>

#include "crypto/cms_content.h"
#include "imap/mime/armour.h"
#include "imap/mime/cipher_text.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/openpgp.h"

namespace imap::mime {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t head_size = 4096;       // enough to see what a part begins with
constexpr std::size_t longest_header = 1024;  // octets, of a part

// What programs put before the first part for those who do not know MIME: they say nothing of the
// message (Enigmail and Thunderbird, GPGMail, OpenSSL, and generic ones).
constexpr std::array preambles = {
    ""sv,
    "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)"sv,
    "This is an OpenPGP/MIME encrypted message (RFC 2440 and 3156)"sv,
    "This is an S/MIME signed message"sv,
    "This is a cryptographically signed message in MIME format."sv,
    "This is a multi-part message in MIME format."sv,
};

enum class Leaf { empty, readable, smime, openpgp };

std::string_view trimmed(std::string_view text) {
  constexpr auto blanks = " \t\r\n\xa0\xc2"sv;
  const auto begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

bool is_blank(std::string_view text) { return trimmed(text).empty(); }

// Nothing that decoding would pass over (RFC 2045 6.8).
bool is_base64(std::string_view coded) {
  constexpr auto digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n"sv;
  const auto end = std::min(coded.find('='), coded.size());
  return coded.substr(0, end).find_first_not_of(digits) == std::string_view::npos &&
         coded.substr(end).find_first_not_of("= \t\r\n"sv) == std::string_view::npos;
}

bool is_openpgp(std::string_view packets) {
  return !shows_text(packets) && is_cipher_text(enciphered_data(packets));
}

bool is_smime(std::string_view octets) {
  return is_cipher_text(text_of(crypto::enciphered_content(bytes_of(octets))));
}

// Of a text, or octets: armour, one after the other, and nothing else.
Leaf of_armour(std::string_view text) {
  auto found = Leaf::empty;
  std::size_t at = 0;
  while (const auto armour = find_armour(text, at)) {
    const auto begin = std::max(armour->begin, at);
    if (!is_blank(text.substr(at, begin - at))) return Leaf::readable;
    if (!is_openpgp(armoured_packets(text.substr(begin, armour->end - begin))))
      return Leaf::readable;
    found = Leaf::openpgp;
    at = armour->end;
  }
  return is_blank(text.substr(at)) ? found : Leaf::readable;
}

class Judge {
 public:
  explicit Judge(const Scan& scanned) : scan_(scanned) {}

  Opaque run() const {
    auto found = Opaque::no;
    for (const auto& entity : scan_.entities) {
      const auto leaf = judged(entity);
      if (leaf == Leaf::readable || !has_plain_header(entity)) return Opaque::no;
      if (leaf == Leaf::smime) found = Opaque::smime;
      if (leaf == Leaf::openpgp) found = Opaque::openpgp;
    }
    return found;
  }

 private:
  Leaf judged(const Entity& entity) const {
    if (entity.opaque || entity.part.kind == Kind::message) return Leaf::readable;
    if (entity.part.kind == Kind::multipart) return of_multipart(entity);
    if (entity.part.encoding == Encoding::base64 && !is_base64(scan_.body(entity)))
      return Leaf::readable;
    if (entity.type.is("application", "pgp-encrypted"))
      return trimmed(octets(entity)) == "Version: 1" ? Leaf::empty : Leaf::readable;
    if (is_signature(entity.type) && crypto::is_detached_signature(bytes_of(octets(entity))))
      return Leaf::empty;
    return of_octets(entity);
  }

  static bool is_signature(const ContentType& type) {
    return type.is("application", "pkcs7-signature") || type.is("application", "x-pkcs7-signature");
  }

  const Entity& at(std::int32_t index) const {
    return scan_.entities[static_cast<std::size_t>(index)];
  }

  std::string octets(const Entity& entity, std::size_t limit = no_limit) const {
    return decoded_body(scan_.body(entity), entity.part.encoding, limit);
  }

  // Nothing but fields of MIME, and an empty line. The message's own header is not judged.
  static bool has_plain_header(const Entity& entity) {
    const auto length = entity.part.header.length;
    if (entity.part.parent == no_entity) return true;
    std::size_t known = 0;
    for (const auto& field : entity.header.fields())
      if (lower_ascii(field.name).starts_with("content-") || same_name(field.name, "MIME-Version"))
        known += field.raw.size();
    return length <= longest_header && length - known <= 2;
  }

  Leaf of_multipart(const Entity& entity) const {
    const bool announced = entity.type.is("multipart", "encrypted");
    if (announced && !is_pgp_mime(entity)) return Leaf::readable;
    const bool silent = std::ranges::find(preambles, preamble(entity)) != preambles.end();
    return silent && is_blank(epilogue(entity)) ? Leaf::empty : Leaf::readable;
  }

  // RFC 3156 4.
  bool is_pgp_mime(const Entity& entity) const {
    const auto protocol = std::ranges::find_if(
        entity.type.params, [](auto& param) { return same_name(param.name, "protocol"); });
    return protocol != entity.type.params.end() &&
           same_name(protocol->value, "application/pgp-encrypted") &&
           at(entity.first_child).type.is("application", "pgp-encrypted") &&
           at(entity.first_child).next_sibling == entity.last_child &&
           at(entity.last_child).type.is("application", "octet-stream");
  }

  // Up to the line of the first delimiter.
  std::string_view preamble(const Entity& entity) const {
    const auto begin = entity.part.body.offset;
    const auto end = at(entity.first_child).part.header.offset;
    const auto text = trimmed(scan_.octets.substr(begin, end - begin));
    const auto line = text.rfind('\n');
    return line == text.npos ? std::string_view() : trimmed(text.substr(0, line));
  }

  // Behind the line of the last delimiter, if there is one.
  std::string_view epilogue(const Entity& entity) const {
    const auto& last = at(entity.last_child).part.body;
    const auto begin = last.offset + last.length - entity.part.body.offset;
    const auto text = trimmed(scan_.body(entity).substr(begin));
    return text.substr(std::min(text.find('\n'), text.size()));
  }

  Leaf of_octets(const Entity& entity) const {
    const bool is_text = same_name(entity.type.type, "text");
    const auto head = octets(entity, head_size);
    if (!is_text && head.starts_with('\x30') && is_smime(octets(entity))) return Leaf::smime;
    const auto armour = find_armour(head);
    if (is_blank(head.substr(0, armour ? armour->begin : head.size())))
      return of_armour(octets(entity));
    return in_encrypted(entity) && is_openpgp(octets(entity)) ? Leaf::openpgp : Leaf::readable;
  }

  // Octets that are not armoured are asked only where they are announced.
  bool in_encrypted(const Entity& entity) const {
    return entity.part.parent != no_entity &&
           at(entity.part.parent).type.is("multipart", "encrypted");
  }

  const Scan& scan_;
};

}  // namespace

Opaque opacity(const Scan& scanned) { return Judge(scanned).run(); }

}  // namespace imap::mime
