#include "imap/message_section.h"

#include <algorithm>

#include "imap/mime/header.h"

namespace imap {
namespace {

using Part = FetchItem::Part;

mime::Section named(Part part) {
  switch (part) {
    case Part::all:
      return mime::Section::all;
    case Part::text:
      return mime::Section::text;
    case Part::mime:
      return mime::Section::mime;
    default:
      return mime::Section::header;
  }
}

std::optional<mime::Range> range_of(const Readable& message, const FetchItem& item) {
  if (!needs_summary(item)) return mime::Range{0, message.entry.size};
  return mime::find_section(message.known(), item.path, named(item.part));
}

// RFC 3501 6.4.5: clamped; beyond the end it is empty.
mime::Range cut(mime::Range range, const std::optional<Partial>& partial) {
  if (!partial) return range;
  const auto skipped = std::min(partial->offset, range.length);
  return {range.offset + skipped, std::min(partial->length, range.length - skipped)};
}

std::optional<std::string> picked(const Readable& message, const FetchItem& item) {
  if (item.part == Part::fields && item.path.empty()) {
    if (auto kept = message.known().header_fields(item.fields)) return kept;
  }
  const auto header = range_of(message, item);
  if (!header) return std::nullopt;
  const auto pick = item.part == Part::fields ? mime::Pick::these : mime::Pick::others;
  return mime::picked_fields(all_of(message.read, as_stored(*header)), item.fields, pick);
}

// RFC 3516 4.2: counts decoded octets.
Content cut_decoded(Content content, const std::optional<Partial>& partial) {
  if (content.encoding == mime::Encoding::identity) return as_stored(cut(content.stored, partial));
  if (!partial) return content;
  content.skipped = partial->offset;
  content.length = std::min(content.length, partial->length);
  return content;
}

}  // namespace

const mime::SummaryView& Readable::known() const {
  if (!summary) throw Error(Fault::unavailable, "the summary of a message was not read");
  return *summary;
}

std::optional<SectionValue> section_of(const Readable& message, const FetchItem& item) {
  if (item.part == Part::fields || item.part == Part::fields_not) {
    const auto fields = picked(message, item);
    if (!fields) return std::nullopt;
    const auto part = cut({0, fields->size()}, item.partial);
    return fields->substr(part.offset, part.length);
  }
  const auto range = range_of(message, item);
  if (!range) return std::nullopt;
  return as_stored(cut(*range, item.partial));
}

// Multiparts, messages in messages and the message itself are encoded in no way (RFC 2045 6.4).
std::optional<Content> decoded_section_of(const Readable& message, const FetchItem& item) {
  if (item.path.empty()) return cut_decoded(as_stored({0, message.entry.size}), item.partial);
  const auto part = message.known().part(item.path);
  if (!part) return std::nullopt;
  auto content = as_stored(part->body);
  if (part->kind == mime::Kind::leaf) content.encoding = part->encoding;
  if (content.encoding == mime::Encoding::unknown) throw UnknownEncoding();
  return cut_decoded(content, item.partial);
}

}  // namespace imap
