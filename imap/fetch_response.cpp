#include "imap/fetch_response.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "imap/date_text.h"
#include "imap/mime/header.h"
#include "imap/modseq.h"
#include "imap/view.h"

namespace imap {
namespace {

using Kind = FetchItem::Kind;
using Part = FetchItem::Part;

void add_number(std::string& out, std::uint64_t number) {
  char text[20];
  out.append(text, std::to_chars(std::begin(text), std::end(text), number).ptr);
}

mime::Section section_of(Part part) {
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

bool is_picked(const FetchItem& item) {
  return item.part == Part::fields || item.part == Part::fields_not;
}

// RFC 3501 6.4.5: clamped; beyond the end it is empty.
mime::Range cut(mime::Range range, const std::optional<Partial>& partial) {
  if (!partial) return range;
  const auto skipped = std::min(partial->offset, range.length);
  return {range.offset + skipped, std::min(partial->length, range.length - skipped)};
}

// RFC 3516 4.2: a partial counts decoded octets.
Content cut(Content content, const Partial& partial) {
  if (content.encoding == mime::Encoding::identity) return as_stored(cut(content.stored, partial));
  content.skipped = partial.offset;
  content.length = std::min(content.length, partial.length);
  return content;
}

void begin_literal(std::string& out, std::uint64_t size) {
  out += '{';
  add_number(out, size);
  out += "}\r\n";
}

void add_octets(std::string& out, std::string_view octets) {
  if (octets.empty()) {
    out += "\"\"";
    return;
  }
  begin_literal(out, octets.size());
  out += octets;
}

}  // namespace

struct FetchWriter::Message {
  std::string& out;
  const FetchSubject& subject;
  const mime::SummaryView* summary;
  const Read& read;
  std::vector<Hole> holes{};

  const mime::SummaryView& known() const {
    if (!summary) throw Error(Fault::unavailable, "the summary of a message was not read");
    return *summary;
  }

  // With what is held already.
  bool is_held(std::uint64_t length) const { return out.size() + length <= held_limit; }

  std::optional<mime::Range> range(const FetchItem& item) const {
    if (!needs_summary(item)) return mime::Range{0, subject.entry.size};
    return mime::find_section(known(), item.path, section_of(item.part));
  }

  std::string octets(mime::Range range) const {
    if (range.length == 0) return {};
    auto result = read(range);
    if (result.size() != range.length) {
      throw Error(Fault::corrupt, "a stored message is shorter than it should be");
    }
    return result;
  }

  std::optional<std::string> picked(const FetchItem& item) const {
    if (item.part == Part::fields && item.path.empty()) {
      if (auto kept = known().header_fields(item.fields)) return kept;
    }
    const auto header = range(item);
    if (!header) return std::nullopt;
    const auto pick = item.part == Part::fields ? mime::Pick::these : mime::Pick::others;
    return mime::picked_fields(octets(*header), item.fields, pick);
  }

  void add_picked(const FetchItem& item) {
    const auto fields = picked(item);
    if (!fields) {
      out += "NIL";
      return;
    }
    const auto part = cut({0, fields->size()}, item.partial);
    add_octets(out, std::string_view(*fields).substr(part.offset, part.length));
  }

  // RFC 3516 section 3. Multiparts, messages in messages and the message itself are encoded in no
  // way (RFC 2045 6.4). None: there is no such part.
  std::optional<Content> decoded(const FetchItem& item) const {
    if (item.path.empty()) return as_stored({0, subject.entry.size});
    const auto part = known().part(item.path);
    if (!part) return std::nullopt;
    auto content = as_stored(part->body);
    if (part->kind != mime::Kind::leaf) return content;
    if (part->encoding == mime::Encoding::unknown) throw UnknownEncoding();
    content.encoding = part->encoding;
    return content;
  }

  // RFC 3516 4.3: a literal8 where there is NUL, and only there.
  void add_binary(const FetchItem& item) {
    auto content = decoded(item);
    if (!content) {
      out += "NIL";
      return;
    }
    if (item.partial) *content = cut(*content, *item.partial);
    const auto found = measured(read, *content);
    if (found.has_nul) out += '~';
    if (is_held(found.size)) return add_octets(out, found.held);
    begin_literal(out, found.size);
    content->length = found.size;
    holes.push_back({out.size(), *content, Hole::Read::once});
  }

  void add_binary_size(const FetchItem& item) {
    const auto content = decoded(item);
    add_number(out, content ? measured(read, *content).size : 0);
  }

  void add_section(const FetchItem& item) {
    const auto whole = range(item);
    if (!whole) {
      out += "NIL";
      return;
    }
    const auto part = cut(*whole, item.partial);
    if (is_held(part.length)) {
      add_octets(out, octets(part));
    } else {
      begin_literal(out, part.length);
      holes.push_back({out.size(), as_stored(part)});
    }
  }
};

FetchWriter::FetchWriter(const std::vector<FetchItem>& items, const storage::Tree& tree)
    : items_(items),
      tree_(tree),
      asks_for_flags_(asks_for(items, Kind::flags)),
      flags_text_(imap::flags_text(flags_, tree_, recent_)) {}

std::vector<Hole> FetchWriter::write(std::string& out, const FetchSubject& subject,
                                     const mime::SummaryView* summary, const Read& read) {
  Message message{out, subject, summary, read};
  out += "* ";
  add_number(out, subject.number);
  out += " FETCH ";
  char before = '(';
  if (subject.flags == FetchSubject::Flags::tell && !asks_for_flags_) {
    out += "(FLAGS ";
    add_flags(out, subject);
    before = ' ';
  }
  for (const auto& item : items_) {
    out += before;
    if (item.kind != Kind::modseq) out += item.name + ' ';
    add_value(message, item);
    before = ' ';
  }
  out += ")\r\n";
  return std::move(message.holes);
}

void FetchWriter::add_value(Message& message, const FetchItem& item) {
  const auto& entry = message.subject.entry;
  auto& out = message.out;
  switch (item.kind) {
    case Kind::flags:
      return add_flags(out, message.subject);
    case Kind::uid:
      return add_number(out, entry.uid.value);
    case Kind::internal_date:
      return add_date_time(out, entry.internal_date, entry.zone);
    case Kind::save_date:
      return add_date_time(out, entry.saved, 0);
    case Kind::size:
      return add_number(out, entry.size);
    case Kind::envelope:
      out += message.known().envelope();
      return;
    case Kind::body:
      out += message.known().body();
      return;
    case Kind::bodystructure:
      out += message.known().bodystructure();
      return;
    case Kind::modseq:
      out += modseq_item(entry.modseq);
      return;
    case Kind::section:
      return is_picked(item) ? message.add_picked(item) : message.add_section(item);
    case Kind::binary:
      return message.add_binary(item);
    case Kind::binary_size:
      return message.add_binary_size(item);
  }
}

void FetchWriter::add_flags(std::string& out, const FetchSubject& subject) {
  if (subject.entry.flags != flags_ || subject.recent != recent_) {
    flags_ = subject.entry.flags;
    recent_ = subject.recent;
    flags_text_ = imap::flags_text(flags_, tree_, recent_);
  }
  out += flags_text_;
}

}  // namespace imap
