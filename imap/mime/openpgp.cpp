#include "imap/mime/openpgp.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace imap::mime {
namespace {

struct Packet {
  int tag = 0;
  bool in_pieces = false;  // partial lengths, or none at all
  std::string body;
};

// Takes packets from the front; nullopt where there is none, or it is cut.
class Reader {
 public:
  explicit Reader(std::string_view octets) : left_(octets) {}

  bool at_end() const { return left_.empty(); }

  std::optional<Packet> packet() {
    const auto first = number(1);
    if (!first || (*first & 0x80) == 0) return std::nullopt;
    Packet packet;
    const bool is_new = (*first & 0x40) != 0;
    packet.tag = static_cast<int>(is_new ? *first & 0x3f : *first >> 2 & 0x0f);
    const bool whole = is_new ? new_body(packet) : old_body(packet, *first & 3);
    return whole ? std::optional(std::move(packet)) : std::nullopt;
  }

 private:
  // Big-endian.
  std::optional<std::size_t> number(std::size_t octets) {
    if (left_.size() < octets) return std::nullopt;
    std::size_t value = 0;
    for (const char octet : left_.substr(0, octets))
      value = value << 8 | static_cast<unsigned char>(octet);
    left_.remove_prefix(octets);
    return value;
  }

  bool take(Packet& packet, std::optional<std::size_t> length) {
    if (!length || *length > left_.size()) return false;
    packet.body.append(left_.substr(0, *length));
    left_.remove_prefix(*length);
    return true;
  }

  // RFC 4880 4.2.1. The last type has no length: it goes on to the end.
  bool old_body(Packet& packet, std::size_t type) {
    packet.in_pieces = type == 3;
    return take(packet, packet.in_pieces ? left_.size() : number(std::size_t{1} << type));
  }

  // RFC 4880 4.2.2.
  bool new_body(Packet& packet) {
    for (;;) {
      const auto first = number(1);
      if (!first) return false;
      if (*first < 192) return take(packet, first);
      if (*first == 255) return take(packet, number(4));
      if (*first < 224) {
        const auto second = number(1);
        return second && take(packet, ((*first - 192) << 8) + *second + 192);
      }
      packet.in_pieces = true;
      if (!take(packet, std::size_t{1} << (*first & 0x1f))) return false;
    }
  }

  std::string_view left_;
};

bool has_version(const Packet& packet, std::string_view versions) {
  return !packet.body.empty() && versions.find(packet.body.front()) != std::string_view::npos;
}

// Wrapped by a public key, or by a passphrase. Never in pieces (RFC 4880 4.2.2.4).
bool is_session_key(const Packet& packet) {
  if (packet.in_pieces) return false;
  return (packet.tag == 1 && has_version(packet, "\3\6")) ||
         (packet.tag == 3 && has_version(packet, "\4\5\6"));
}

// The old kind, the one with integrity, and GnuPG's with AEAD.
bool is_encrypted_data(const Packet& packet) {
  return packet.tag == 9 || (packet.tag == 18 && has_version(packet, "\1\2")) ||
         (packet.tag == 20 && has_version(packet, "\1"));
}

}  // namespace

std::string enciphered_data(std::string_view packets) {
  Reader reader(packets);
  bool has_key = false;
  while (auto packet = reader.packet()) {
    if (is_session_key(*packet)) {
      has_key = true;
      continue;
    }
    if (has_key && reader.at_end() && is_encrypted_data(*packet)) return std::move(packet->body);
    break;
  }
  return {};
}

}  // namespace imap::mime
