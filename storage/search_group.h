#pragma once
// One group of the search index: the messages of some UIDs of a folder, and for each value of a
// trigram the columns (windows of their texts) that have it (crypto/FORMAT.md section 16). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "storage/brief.h"
#include "storage/entry.h"
#include "storage/search_needle.h"

namespace storage {

// UIDs of a folder that are indexed together: big ones, and small ones behind the last big one.
struct SearchSpan {
  std::uint32_t first = 0, uids = 0;
  bool operator==(const SearchSpan&) const = default;
  bool has(Uid uid) const { return uid.value >= first && uid.value - first < uids; }
};
inline constexpr std::uint32_t big_span = 1024, small_span = 128;
// Those of a folder where all of their UIDs have been given.
std::vector<SearchSpan> full_spans(Uid uid_next);

struct SearchSlot {
  Uid uid;
  MessageId message;
  std::uint8_t header = 0, body = 0;  // columns of each text
  bool worded = false;                // all words of its body text are listed (search_words.h)

  bool shows(const Entry& entry) const { return uid == entry.uid && message == entry.message; }
};

struct SearchMap {
  FolderId folder;
  SearchSpan span;
  std::vector<SearchSlot> slots;  // UIDs rise
  std::uint16_t word_records = 0;

  std::size_t columns() const;
};
Bytes encoded(const SearchMap&);
SearchMap decoded_search_map(ByteView);  // throws corrupt

// How the rows of that many columns lie in records: value v is row v % rows of record v / rows, and
// column c is bit c % 8 of its octet c / 8.
struct SearchShape {
  explicit SearchShape(std::size_t columns);
  std::size_t row_size;  // octets
  unsigned rows;         // of one record
  unsigned records() const { return trigram_values / rows; }
  std::size_t record_size() const { return rows * row_size; }
};

// The columns of a group while it is built; record n as it is sealed.
class SearchColumns {
 public:
  void add(const TrigramSet& column) { columns_.push_back(column); }
  std::size_t size() const { return columns_.size(); }
  std::vector<Bytes> records() const;

 private:
  std::vector<TrigramSet> columns_;
};

// Header texts of up to slice_size slots, one part of each: behind each other, in one record. Of a
// message with a longer header there is none.
inline constexpr std::size_t slice_size = 128;
inline constexpr std::size_t listed_header_limit = 16 * 1024;
inline constexpr unsigned first_header_record = 2048;  // the rows have those before
inline unsigned header_record(std::size_t slot, HeaderPart part) {
  return first_header_record +
         static_cast<unsigned>(slot / slice_size * header_parts + static_cast<std::size_t>(part));
}
// Likewise what is kept of their summaries, one kind of it.
inline constexpr std::size_t listed_brief_limit = 4 * 1024;
inline constexpr unsigned first_brief_record = 2560;
inline unsigned brief_record(std::size_t slot, Brief kind) {
  return first_brief_record +
         static_cast<unsigned>(slot / slice_size * brief_kinds + static_cast<std::size_t>(kind));
}
class SliceRecord {
 public:
  void add(std::string_view text);
  void add_none();
  Bytes take() { return std::move(plain_); }

 private:
  void add_length(std::uint32_t);
  Bytes plain_;
};
inline constexpr unsigned first_word_record = 3072;

// The texts of a record, nothing for those that are not in it. Throws corrupt.
std::vector<std::optional<std::string_view>> decoded_slice_record(ByteView);

}  // namespace storage
