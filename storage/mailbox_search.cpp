// What the search index says of messages.

#include <algorithm>
#include <bit>

#include "storage/mailbox_open.h"
#include "storage/search_reading.h"
#include "storage/search_words.h"

namespace storage {
namespace {

constexpr std::size_t worth_a_group = 8;  // messages; fewer are read as they are
// Of a slice, to open the lines of its other fields, or what is kept of its summaries; fewer are
// read as they are.
constexpr std::size_t worth_a_slice = 16;
constexpr std::size_t few_columns = 1;      // left: another row costs more than it spares
constexpr std::size_t worth_the_words = 8;  // messages left; the texts of fewer are read

using Asked = AskedSlot;
using Columns = Bytes;  // a bit each, as in a row

std::size_t count(const Columns& columns) {
  std::size_t bits = 0;
  for (const auto octet : columns) bits += static_cast<std::size_t>(std::popcount(octet));
  return bits;
}

// The rows of one group, opened as they are needed.
class Rows {
 public:
  explicit Rows(OpenGroup& group)
      : group_(group), shape_(group.map().columns()), records_(shape_.records()) {}

  std::size_t row_size() const { return shape_.row_size; }
  void narrow(Columns& columns, unsigned value) {
    const auto& record = this->record(value / shape_.rows);
    const auto* row = record.data() + value % shape_.rows * shape_.row_size;
    for (std::size_t n = 0; n < columns.size(); ++n) columns[n] &= row[n];
  }

 private:
  const Bytes& record(unsigned number) {
    auto& plain = records_[number];
    if (plain.empty()) plain = group_.part(number);
    if (plain.size() != shape_.record_size()) group_.malformed();
    return plain;
  }

  OpenGroup& group_;
  SearchShape shape_;
  std::vector<Bytes> records_;
};

// Where the columns of one kind of text are.
class Layout {
 public:
  explicit Layout(const SearchMap& map) : map_(map) {
    std::size_t at = 0;
    for (const auto& slot : map.slots) {
      first_.push_back(at);
      at += std::size_t{slot.header} + slot.body;
    }
  }

  Columns columns(std::span<const Asked> asked, SearchNeedle::In in, std::size_t row_size) const {
    Columns columns(row_size);
    for (const auto& one : asked)
      each(one.slot, in, [&](std::size_t c) { columns[c / 8] |= bit(c); });
    return columns;
  }
  bool any(const Columns& columns, std::size_t slot, SearchNeedle::In in) const {
    bool found = false;
    each(slot, in, [&](std::size_t c) { found = found || (columns[c / 8] & bit(c)) != 0; });
    return found;
  }

 private:
  static std::uint8_t bit(std::size_t column) {
    return static_cast<std::uint8_t>(1U << (column % 8));
  }
  void each(std::size_t slot, SearchNeedle::In in, const auto& work) const {
    const auto& texts = map_.slots[slot];
    const bool header = in == SearchNeedle::In::header;
    const auto begin = first_[slot] + (header ? 0 : texts.header);
    const auto end = begin + (header ? texts.header : texts.body);
    for (auto column = begin; column < end; ++column) work(column);
  }

  const SearchMap& map_;
  std::vector<std::size_t> first_;
};

// Those that may hold all pieces of the needle.
std::vector<Asked> possible(Rows& rows, const Layout& layout, const SearchNeedle& needle,
                            std::vector<Asked> asked) {
  for (const auto& piece : needle.pieces) {
    if (asked.empty()) break;
    auto columns = layout.columns(asked, needle.in, rows.row_size());
    for (const auto value : asked_values(piece)) {
      rows.narrow(columns, value);
      if (count(columns) <= few_columns) break;
    }
    std::erase_if(asked,
                  [&](const Asked& one) { return !layout.any(columns, one.slot, needle.in); });
  }
  return asked;
}

// What the words of one group tell, opened when they are needed.
class Words {
 public:
  explicit Words(OpenGroup& group) : group_(group) {}

  // Leaves of them what is not told; those that hold the needle are returned.
  std::vector<Asked> narrow(const SearchNeedle& needle, std::vector<Asked>& left) {
    const auto question = word_question(needle.pieces.front());
    if (question.pieces.empty()) return {};
    const auto fields = needle.in == SearchNeedle::In::body ? WordRecord::Fields::too
                                                            : WordRecord::Fields::left_out;
    const auto having = this->having(question, fields);
    std::vector<Asked> present;
    std::erase_if(left, [&](const Asked& one) {
      const bool has = having.test(one.slot);
      if (has && question.decides) present.push_back(one);
      return has ? question.decides : group_.map().slots[one.slot].worded;
    });
    return present;
  }

 private:
  SlotSet having(const WordQuestion& question, WordRecord::Fields fields) {
    if (records_.empty()) open();
    SlotSet all;
    all.set();
    for (const auto& piece : question.pieces) {
      SlotSet some;
      for (const auto& record : records_) record.find(piece, fields, some);
      all &= some;
    }
    return all;
  }
  void open() {
    const auto& map = group_.map();
    for (unsigned n = 0; n < map.word_records; ++n)
      records_.emplace_back(group_.part(first_word_record + n), map.slots.size());
  }

  OpenGroup& group_;
  std::vector<WordRecord> records_;
};

// Texts of a slice's messages.
class SliceTexts {
 public:
  SliceTexts(OpenGroup& group, std::size_t first_slot, unsigned number)
      : first_slot_(first_slot), plain_(group.part(number)), texts_(decoded_slice_record(plain_)) {}

  // Nothing: it is not there.
  std::optional<std::string_view> of(std::size_t slot) const {
    const auto at = slot - first_slot_;
    return at < texts_.size() ? texts_[at] : std::nullopt;
  }

 private:
  std::size_t first_slot_;
  Bytes plain_;
  std::vector<std::optional<std::string_view>> texts_;
};

// Reads the lines of a slice's messages.
class Slice {
 public:
  Slice(OpenGroup& group, std::size_t first_slot, HeaderParts parts) {
    for (std::size_t part = 0; part < header_parts; ++part)
      if ((parts >> part & 1) != 0)
        parts_.emplace_back(group, first_slot,
                            header_record(first_slot, static_cast<HeaderPart>(part)));
  }
  // False: it is not there.
  bool read(std::size_t slot, std::string& text) const {
    text.clear();
    for (const auto& part : parts_) {
      const auto lines = part.of(slot);
      if (!lines) return false;
      text += *lines;
    }
    return true;
  }

 private:
  std::vector<SliceTexts> parts_;
};

std::size_t first_of_slice(std::size_t slot) { return slot / slice_size * slice_size; }

// Those of one slice, of slots that rise.
std::span<const Asked> next_slice(std::span<const Asked> asked) {
  const auto slice = asked.front().slot / slice_size;
  const auto end =
      std::ranges::find_if(asked, [&](const Asked& one) { return one.slot / slice_size != slice; });
  return asked.first(static_cast<std::size_t>(end - asked.begin()));
}

}  // namespace

std::vector<NeedleBits> Mailbox::told_by_index(FolderId folder, std::span<const Entry> entries,
                                               std::span<const SearchNeedle> needles,
                                               const Reason& reason) {
  std::vector<NeedleBits> told(entries.size());
  SearchReading reading(open_->database.search, open_->seals(), reason);
  reading.each_group(folder, entries, worth_a_group, [&](OpenGroup& group) {
    const auto& asked = group.asked();
    const Layout layout(group.map());
    Rows rows(group);
    Words words(group);
    for (std::size_t n = 0; n < needles.size(); ++n) {
      auto left = possible(rows, layout, needles[n], asked);
      const bool by_words =
          needles[n].in != SearchNeedle::In::header && left.size() >= worth_the_words;
      const auto present = by_words ? words.narrow(needles[n], left) : std::vector<Asked>();
      // Nothing is told of a needle for which something does not open.
      const auto bit = std::uint64_t{1} << n;
      for (const auto& one : asked) told[one.entry].absent |= bit;
      for (const auto& one : left) told[one.entry].absent &= ~bit;
      for (const auto& one : present) {
        told[one.entry].absent &= ~bit;
        told[one.entry].present |= bit;
      }
    }
  });
  return told;
}

void Mailbox::header_texts(FolderId folder, std::span<const Entry> entries, HeaderParts parts,
                           const std::function<void(std::size_t, std::string_view)>& each,
                           const Reason& reason) {
  std::vector<bool> done(entries.size());
  std::string text;
  const bool is_short = (parts >> static_cast<unsigned>(HeaderPart::other) & 1) == 0;
  const auto worth = is_short ? 2 : worth_a_slice;
  SearchReading reading(open_->database.search, open_->seals(), reason);
  reading.each_group(folder, entries, worth, [&](OpenGroup& group) {
    for (std::span<const Asked> asked = group.asked(), some; !asked.empty();
         asked = asked.subspan(some.size())) {
      some = next_slice(asked);
      if (some.size() < worth) continue;
      const Slice slice(group, first_of_slice(some.front().slot), parts);
      for (const auto& one : some) {
        if (!slice.read(one.slot, text)) continue;
        done[one.entry] = true;
        each(one.entry, text);
      }
    }
  });
  std::vector<Entry> rest;
  std::vector<std::size_t> places;
  for (std::size_t n = 0; n < entries.size(); ++n) {
    if (done[n]) continue;
    rest.push_back(entries[n]);
    places.push_back(n);
  }
  const auto header = [&](std::size_t n, std::string_view found, std::string_view) {
    each(places[n], found);
    return true;
  };
  texts(rest, Texts::header, header, reason);
}

void Mailbox::briefs(FolderId folder, std::span<const Entry> entries, Brief kind,
                     const std::function<void(std::size_t, std::string_view)>& each,
                     const Reason& reason) {
  SearchReading reading(open_->database.search, open_->seals(), reason);
  reading.each_group(folder, entries, worth_a_slice, [&](OpenGroup& group) {
    for (std::span<const Asked> asked = group.asked(), some; !asked.empty();
         asked = asked.subspan(some.size())) {
      some = next_slice(asked);
      if (some.size() < worth_a_slice) continue;
      const auto first = first_of_slice(some.front().slot);
      const SliceTexts texts(group, first, brief_record(first, kind));
      for (const auto& one : some)
        if (const auto text = texts.of(one.slot)) each(one.entry, *text);
    }
  });
}

}  // namespace storage
