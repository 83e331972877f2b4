#include "imap/mime/prepare.h"

#include <optional>

#include "crypto/digest.h"
#include "imap/mime/charset.h"
#include "imap/mime/date.h"
#include "imap/mime/fold.h"
#include "imap/mime/opaque.h"
#include "imap/mime/sort_names.h"
#include "imap/mime/structure.h"
#include "imap/mime/subject.h"
#include "imap/mime/text.h"

namespace imap::mime {
namespace {

constexpr std::size_t sort_key_limit = 200;  // octets; beyond it mail sorts as equal

// None when there are too many octets of them, or more that were not read.
std::optional<std::string> kept(const Entity& message) {
  if (message.opaque) return {};
  std::string out;
  for (const auto& field : message.header.fields())
    if (is_kept_field(field.name)) out += field.raw;
  if (out.size() > kept_fields_limit) return {};
  return out;
}

std::string key(std::string_view text) { return std::string(cut_utf8(text, sort_key_limit)); }

// As they are kept.
SortNames sort_keys(const Header& header, std::string_view name) {
  const auto names = sort_names(header, name);
  return {key(folded(names.mailbox)), key(folded(names.display))};
}

void add_sort_keys(Summary& summary, const Header& header) {
  if (const auto* field = header.find("Subject")) {
    auto base = base_subject(field->value);
    summary.base_subject = cut_utf8(base.text, 1000);
    if (base.reply) summary.bits |= is_reply;
  }
  auto from = sort_keys(header, "From");
  auto to = sort_keys(header, "To");
  summary.from = std::move(from.mailbox);
  summary.from_display = std::move(from.display);
  summary.to = std::move(to.mailbox);
  summary.to_display = std::move(to.display);
  summary.cc = sort_keys(header, "Cc").mailbox;
  if (const auto* field = header.find("Message-ID"))
    if (auto ids = message_ids(field->value); !ids.empty())
      summary.message_id = std::move(ids.front());
  summary.references = thread_references(header);
  if (summary.references.size() > kept_fields_limit) summary.references.clear();
}

void add_structure(Summary& summary, const Scan& scanned, const Detail& detail) {
  summary.envelope = envelope(scanned.entities.front().header, detail);
  summary.body = structure(scanned, Extensions::without, detail);
  summary.bodystructure = structure(scanned, Extensions::with, detail);
  for (const auto& entity : scanned.entities) summary.parts.push_back(entity.part);
  if (scanned.limited) summary.bits |= is_opaque;
}

Summary summary_of(const Scan& scanned, const BodyText& body, const Detail& detail) {
  const auto& header = scanned.entities.front().header;
  Summary summary;
  summary.size = scanned.octets.size();
  summary.digest = crypto::sha256(bytes_of(scanned.octets));
  summary.preview = body.preview;
  if (body.attachments) summary.bits |= has_attachment;
  if (opacity(scanned) != Opaque::no) summary.bits |= is_encrypted;
  if (const auto* field = header.find("Date"))
    if (const auto sent = parse_date(field->value)) {
      summary.sent = *sent;
      summary.bits |= has_date;
    }
  if (auto fields = kept(scanned.entities.front())) {
    summary.header_fields = std::move(*fields);
    summary.bits |= fields_kept;
  }
  add_sort_keys(summary, header);
  add_structure(summary, scanned, detail);
  return summary;
}

std::string encoded_summary(const Scan& scanned, const BodyText& body) {
  auto encoded = summary_of(scanned, body, {}).encode();
  if (encoded.size() <= summary_limit) return encoded;
  // Hostile, or far beyond what a mail client could show.
  Limits plain;
  plain.depth = 1;
  plain.header = 128 * 1024;
  auto opaque = scan(scanned.octets, plain);
  opaque.limited = true;
  return summary_of(opaque, body, {.addresses = 100, .octets = 4096}).encode();
}

}  // namespace

storage::NewMessage prepare(std::string octets, storage::FlagNames flags, UnixTime internal_date,
                            std::int16_t zone) {
  storage::NewMessage message;
  {
    const auto scanned = scan(octets);
    auto body = body_text(scanned);
    message.summary = encoded_summary(scanned, body);
    message.header_text = header_text(scanned.entities.front().header);
    message.body_text = std::move(body.text);
  }
  message.octets = std::move(octets);
  message.flags = std::move(flags);
  message.internal_date = internal_date;
  message.zone = zone;
  return message;
}

}  // namespace imap::mime
