#include "storage/search_group.h"

#include <bit>

#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t map_version = 2;
constexpr std::size_t record_goal = 4096;  // octets
constexpr unsigned least_rows = 8;
constexpr std::uint32_t not_there = UINT32_MAX;

}  // namespace

std::vector<SearchSpan> full_spans(Uid uid_next) {
  std::vector<SearchSpan> spans;
  std::uint64_t first = 0;
  for (const auto uids : {big_span, small_span})
    for (; first + uids <= uid_next.value; first += uids)
      spans.push_back({static_cast<std::uint32_t>(first), uids});
  return spans;
}

std::size_t SearchMap::columns() const {
  std::size_t count = 0;
  for (const auto& slot : slots) count += std::size_t{slot.header} + slot.body;
  return count;
}

Bytes encoded(const SearchMap& map) {
  Encoder to;
  to.number(map_version);
  to.number(map.folder.value);
  to.number(map.span.first);
  to.number(map.span.uids);
  to.number(map.word_records);
  for (const auto& slot : map.slots) {
    to.number(slot.uid.value);
    to.number(slot.message.value);
    to.number(slot.header);
    to.number(slot.body);
    to.number(static_cast<std::uint8_t>(slot.worded));
  }
  return to.take();
}

SearchMap decoded_search_map(ByteView plain) {
  constexpr std::size_t head_size = 1 + 8 + 4 + 4 + 2, slot_size = 4 + 8 + 1 + 1 + 1;
  Decoder from(plain);
  from.version(map_version);
  SearchMap map;
  map.folder = FolderId(from.number<std::int64_t>());
  map.span.first = from.number<std::uint32_t>();
  map.span.uids = from.number<std::uint32_t>();
  map.word_records = from.number<std::uint16_t>();
  map.slots.resize((plain.size() - head_size) / slot_size);
  for (auto& slot : map.slots) {
    slot.uid = Uid(from.number<std::uint32_t>());
    slot.message = MessageId(from.number<std::int64_t>());
    slot.header = from.number<std::uint8_t>();
    slot.body = from.number<std::uint8_t>();
    slot.worded = from.number<std::uint8_t>() != 0;
  }
  from.end();
  return map;
}

SearchShape::SearchShape(std::size_t columns) : row_size((columns + 7) / 8), rows(least_rows) {
  while (rows < trigram_values && 2 * record_size() <= record_goal) rows *= 2;
}

std::vector<Bytes> SearchColumns::records() const {
  const SearchShape shape(columns_.size());
  std::vector<Bytes> records(shape.records(), Bytes(shape.record_size()));
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const auto bit = static_cast<std::uint8_t>(1U << (column % 8));
    for (unsigned word = 0; word < columns_[column].size(); ++word) {
      for (auto set = columns_[column][word]; set != 0; set &= set - 1) {
        const auto value = word * 64 + static_cast<unsigned>(std::countr_zero(set));
        records[value / shape.rows][value % shape.rows * shape.row_size + column / 8] |= bit;
      }
    }
  }
  return records;
}

void SliceRecord::add_length(std::uint32_t length) {
  for (int shift = 24; shift >= 0; shift -= 8)
    plain_.push_back(static_cast<std::uint8_t>(length >> shift));
}

void SliceRecord::add(std::string_view text) {
  add_length(static_cast<std::uint32_t>(text.size()));
  plain_.insert(plain_.end(), text.begin(), text.end());
}

void SliceRecord::add_none() { add_length(not_there); }

std::vector<std::optional<std::string_view>> decoded_slice_record(ByteView plain) {
  std::vector<std::optional<std::string_view>> texts;
  while (!plain.empty()) {
    const auto length = Decoder(plain).number<std::uint32_t>();
    plain = plain.subspan(sizeof length);
    if (length == not_there) {
      texts.emplace_back();
      continue;
    }
    if (length > plain.size())
      throw Error(Fault::corrupt, "a record of the search index is too short");
    texts.emplace_back(text_of(plain.first(length)));
    plain = plain.subspan(length);
  }
  return texts;
}

}  // namespace storage
