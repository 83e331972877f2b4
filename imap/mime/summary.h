#pragma once
// What is known of a message without reading it again: made once at delivery, sealed by storage,
// read by FETCH, SORT, THREAD and the header keys of SEARCH. Opaque to storage.
//
// Encoded form, version 1 (integers little-endian):
//
//   0  u8   version = 1        1  u8  bits: SummaryBits
//   2  i16  zone of Date       4  i64 Date as UnixTime
//  12  u64  size of message   20  32  SHA-256 of the octets
//  52  u32  length of each string, in the order of SummaryView::Slot; then the strings themselves
//
// The `parts` string has, for each entity in order of appearance (the first is the message):
// u8 kind, u8 transfer encoding, then varints: index of parent + 1, header offset - offset where
// the entity before began, header length, header lines, body length, body lines. A body begins
// where its header ends.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "imap/mime/header.h"

namespace imap::mime {

// Fields whose raw octets a summary keeps, so that HEADER.FIELDS of what clients list mail with
// needs no message. Lower case, sorted.
inline constexpr std::string_view kept_fields[] = {
    "auto-submitted",
    "bcc",
    "cc",
    "content-class",
    "content-transfer-encoding",
    "content-type",
    "date",
    "delivered-to",
    "disposition-notification-to",
    "from",
    "importance",
    "in-reply-to",
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mail-followup-to",
    "mail-reply-to",
    "message-id",
    "mime-version",
    "newsgroups",
    "precedence",
    "priority",
    "references",
    "reply-to",
    "resent-date",
    "resent-from",
    "resent-to",
    "return-path",
    "sender",
    "subject",
    "to",
    "x-mailing-list",
    "x-mozilla-keys",
    "x-priority",
    "x-spam-flag",
    "x-spam-status",
    "x-universally-unique-identifier",
};
// Beyond this the kept fields are left out, and HEADER.FIELDS reads the message.
inline constexpr std::size_t kept_fields_limit = 32 * 1024;

// An encoded summary is never longer. Mail that would need more gets a plainer one: an opaque
// structure and cut lists.
inline constexpr std::size_t summary_limit = 1024 * 1024;

enum SummaryBits : std::uint8_t {
  has_date = 1,      // Date could be read
  is_reply = 2,      // the subject said so (RFC 5256 2.1)
  fields_kept = 4,   // the kept fields are there
  is_encrypted = 8,  // end to end (opaque.h): there is no preview and no body text. In summaries
                     // made before 0.2: what S/MIME and PGP/MIME call so, and no armour in text
  is_opaque = 16,    // over a limit: parts beyond it are not described
  has_attachment = 32,
};

// Octets of the stored message.
struct Range {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const Range&) const = default;
};

enum class Kind : std::uint8_t { leaf, multipart, message };
enum class Encoding : std::uint8_t { identity, base64, quoted_printable, unknown };

struct Part {
  Kind kind = Kind::leaf;
  Encoding encoding = Encoding::identity;
  std::int32_t parent = -1;  // index; -1: the message itself
  Range header;              // with the empty line at its end, where there is one
  Range body;                // begins where the header ends
  std::uint32_t header_lines = 0;
  std::uint32_t body_lines = 0;  // line feeds
  bool operator==(const Part&) const = default;
};

// When the sender says it was written. `zone`: minutes east of UTC; SENTON and its like compare the
// day in that zone (RFC 3501 6.4.4).
struct Sent {
  UnixTime time = 0;
  std::int16_t zone = 0;
};

struct Summary {
  std::uint8_t bits = 0;
  Sent sent;
  std::uint64_t size = 0;
  Bytes digest;

  std::string envelope, body, bodystructure;  // in wire form, literals and all: ready to send
  std::string header_fields;                  // raw kept fields, in message order
  std::vector<Part> parts;
  std::string base_subject;  // RFC 5256 2.1, decoded, folded
  // First mailbox (local part) and what a person is shown (RFC 5957), both decoded and folded.
  std::string from, to, cc, from_display, to_display;
  std::string message_id;  // normalised, without <>
  std::string references;  // likewise, each followed by LF; the last is the parent. From
                           // References or else In-Reply-To (RFC 5256)
  std::string preview;     // RFC 8970: at most 200 characters, UTF-8

  std::string encode() const;
};

// Reads an encoded summary in place, field by field; the octets must outlive it. No allocation but
// where a std::string is returned.
class SummaryView {
 public:
  enum Slot {
    envelope_slot,
    body_slot,
    bodystructure_slot,
    fields_slot,
    parts_slot,
    subject_slot,
    from_slot,
    to_slot,
    cc_slot,
    from_display_slot,
    to_display_slot,
    id_slot,
    references_slot,
    preview_slot,
    slots
  };

  // Throws corrupt when the version is unknown or the lengths do not add up.
  explicit SummaryView(std::string_view encoded);

  std::string_view envelope() const { return strings_[envelope_slot]; }
  std::string_view body() const { return strings_[body_slot]; }
  std::string_view bodystructure() const { return strings_[bodystructure_slot]; }
  std::string_view base_subject() const { return strings_[subject_slot]; }
  std::string_view from() const { return strings_[from_slot]; }
  std::string_view to() const { return strings_[to_slot]; }
  std::string_view cc() const { return strings_[cc_slot]; }
  std::string_view from_display() const { return strings_[from_display_slot]; }
  std::string_view to_display() const { return strings_[to_display_slot]; }
  std::string_view message_id() const { return strings_[id_slot]; }
  std::string_view references() const { return strings_[references_slot]; }
  std::string_view preview() const { return strings_[preview_slot]; }

  std::string_view parts_text() const { return strings_[parts_slot]; }  // encoded, as above

  std::uint64_t size() const;
  ByteView digest() const;  // SHA-256 of the octets
  std::optional<Sent> sent() const;
  bool has(SummaryBits bit) const { return (bits_ & bit) != 0; }

  // HEADER.FIELDS from the kept fields; none when a name is not kept: then read the header and use
  // picked_fields().
  std::optional<std::string> header_fields(std::span<const std::string> names) const;

  // Entities in order of appearance, the message first. Throws corrupt.
  std::vector<Part> parts() const;
  // The entity that a part number means (RFC 3501 6.4.5): {1, 2} is "1.2", {} the message; none if
  // there is no such part. Where it means the body of a message that has no parts, that message.
  std::optional<Part> part(std::span<const std::uint32_t> path) const;

 private:
  std::string_view encoded_;
  std::uint8_t bits_;
  std::string_view strings_[slots];
};

// What of a part: BODY[path], BODY[path.HEADER], .TEXT, .MIME.
enum class Section { all, header, text, mime };

// The octets that BODY[...] gives back. None when there is no such section: FETCH answers NIL.
// header and text want the message itself or a message/rfc822 part, mime wants a part number.
std::optional<Range> find_section(const SummaryView&, std::span<const std::uint32_t> path, Section);

bool is_kept_field(std::string_view name);

}  // namespace imap::mime
