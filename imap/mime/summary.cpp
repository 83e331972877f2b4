#include "imap/mime/summary.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace imap::mime {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t lengths_at = 52;
constexpr std::size_t strings_at = lengths_at + 4 * SummaryView::slots;

template <class Number>
void add_number(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}

template <class Number>
Number number_at(std::string_view text, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value |= std::uint64_t{static_cast<unsigned char>(text[at + i])} << (8 * i);
  return static_cast<Number>(value);
}

void add_varint(std::string& out, std::uint64_t value) {
  for (; value >= 128; value >>= 7) out += static_cast<char>(value | 128);
  out += static_cast<char>(value);
}

[[noreturn]] void throw_corrupt() {
  throw Error(Fault::corrupt, "a message summary cannot be read",
              "it was written by a newer version, or is damaged");
}

std::string encoded_parts(const std::vector<Part>& parts) {
  std::string out;
  std::uint64_t before = 0;
  for (const auto& part : parts) {
    out += static_cast<char>(part.kind);
    out += static_cast<char>(part.encoding);
    add_varint(out, static_cast<std::uint64_t>(part.parent + 1));
    add_varint(out, part.header.offset - before);
    add_varint(out, part.header.length);
    add_varint(out, part.header_lines);
    add_varint(out, part.body.length);
    add_varint(out, part.body_lines);
    before = part.header.offset;
  }
  return out;
}

// Reads the parts one after the other.
class PartReader {
 public:
  explicit PartReader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }

  Part next() {
    Part part;
    part.kind = static_cast<Kind>(octet(static_cast<std::uint8_t>(Kind::message)));
    part.encoding = static_cast<Encoding>(octet(static_cast<std::uint8_t>(Encoding::unknown)));
    const auto parent = varint();
    if (parent > index_) throw_corrupt();
    part.parent = static_cast<std::int32_t>(parent) - 1;
    part.header.offset = before_ + varint();
    before_ = part.header.offset;
    part.header.length = varint();
    part.header_lines = static_cast<std::uint32_t>(varint());
    part.body.offset = part.header.offset + part.header.length;
    part.body.length = varint();
    part.body_lines = static_cast<std::uint32_t>(varint());
    ++index_;
    return part;
  }

 private:
  std::uint8_t octet(std::uint8_t most) {
    if (at_ >= text_.size()) throw_corrupt();
    const auto value = static_cast<std::uint8_t>(text_[at_++]);
    if (value > most) throw_corrupt();
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 49; shift += 7) {
      if (at_ >= text_.size()) break;
      const auto byte = static_cast<unsigned char>(text_[at_++]);
      value |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128) return value;
    }
    throw_corrupt();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t before_ = 0;
  std::uint64_t index_ = 0;
};

struct Found {
  Part part;
  std::int32_t index;
};

// Walks down from the message: entities come in order of appearance, so that one pass finds all.
class Walk {
 public:
  explicit Walk(std::string_view parts) : reader_(parts), here_(next()) {}

  const Part& part() const { return here_.part; }

  // RFC 3501 6.4.5: a message/rfc822 part is passed through to what is inside; what has no parts
  // has one, number 1.
  bool down(std::uint32_t number, bool at_message) {
    if (here_.part.kind == Kind::message && !at_message) {
      if (!child(1)) return false;
      at_message = true;
    }
    if (here_.part.kind == Kind::multipart) return child(number);
    return at_message && number == 1;
  }

  bool into_message() { return here_.part.kind == Kind::message && child(1); }

 private:
  Found next() {
    if (reader_.at_end()) throw_corrupt();
    return {reader_.next(), count_++};
  }

  bool child(std::uint32_t number) {
    const auto parent = here_.index;
    while (!reader_.at_end()) {
      const auto found = next();
      if (found.part.parent < parent) return false;  // the entity has ended
      if (found.part.parent != parent || --number > 0) continue;
      here_ = found;
      return true;
    }
    return false;
  }

  PartReader reader_;
  std::int32_t count_ = 0;
  Found here_;
};

bool walk(Walk& at, std::span<const std::uint32_t> path) {
  bool at_message = true;
  for (const auto number : path) {
    if (number == 0 || !at.down(number, at_message)) return false;
    at_message = false;
  }
  return true;
}

}  // namespace

std::string Summary::encode() const {
  const auto coded = encoded_parts(parts);
  const std::array<std::string_view, SummaryView::slots> strings = {
      envelope, body, bodystructure, header_fields, coded,      base_subject, from,
      to,       cc,   from_display,  to_display,    message_id, references,   preview};
  std::size_t total = strings_at;
  for (const auto& text : strings) total += text.size();
  std::string out;
  out.reserve(total);
  add_number(out, version);
  add_number(out, bits);
  add_number(out, sent.zone);
  add_number(out, sent.time);
  add_number(out, size);
  out += text_of(digest);
  out.resize(lengths_at);
  for (const auto& text : strings) add_number(out, static_cast<std::uint32_t>(text.size()));
  for (const auto& text : strings) out += text;
  return out;
}

SummaryView::SummaryView(std::string_view encoded) : encoded_(encoded) {
  if (encoded.size() < strings_at || static_cast<std::uint8_t>(encoded[0]) != version)
    throw_corrupt();
  bits_ = static_cast<std::uint8_t>(encoded[1]);
  std::size_t at = strings_at;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const auto length = number_at<std::uint32_t>(encoded, lengths_at + 4 * slot);
    if (length > encoded.size() - at) throw_corrupt();
    strings_[slot] = encoded.substr(at, length);
    at += length;
  }
  if (at != encoded.size()) throw_corrupt();
}

std::uint64_t SummaryView::size() const { return number_at<std::uint64_t>(encoded_, 12); }

ByteView SummaryView::digest() const { return bytes_of(encoded_.substr(20, 32)); }

std::optional<Sent> SummaryView::sent() const {
  if (!has(has_date)) return {};
  return Sent{number_at<std::int64_t>(encoded_, 4), number_at<std::int16_t>(encoded_, 2)};
}

std::optional<std::string> SummaryView::header_fields(std::span<const std::string> names) const {
  if (!has(fields_kept) || !std::all_of(names.begin(), names.end(), is_kept_field)) return {};
  return picked_fields(strings_[fields_slot], names, Pick::these);
}

std::vector<Part> SummaryView::parts() const {
  std::vector<Part> out;
  for (PartReader reader(strings_[parts_slot]); !reader.at_end();) out.push_back(reader.next());
  return out;
}

std::optional<Part> SummaryView::part(std::span<const std::uint32_t> path) const {
  Walk at(strings_[parts_slot]);
  if (!walk(at, path)) return {};
  return at.part();
}

std::optional<Range> find_section(const SummaryView& summary, std::span<const std::uint32_t> path,
                                  Section section) {
  Walk at(summary.parts_text());
  if (!walk(at, path)) return {};
  switch (section) {
    case Section::all:
      return path.empty() ? Range{0, summary.size()} : at.part().body;
    case Section::mime:
      if (path.empty()) return {};
      return at.part().header;
    case Section::header:
    case Section::text:
      break;
  }
  if (!path.empty() && !at.into_message()) return {};
  return section == Section::header ? at.part().header : at.part().body;
}

bool is_kept_field(std::string_view name) {
  return std::any_of(std::begin(kept_fields), std::end(kept_fields),
                     [&](std::string_view kept) { return same_name(kept, name); });
}

}  // namespace imap::mime
