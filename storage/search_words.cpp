#include "storage/search_words.h"

#include <algorithm>
#include <numeric>

#include "base/find.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::size_t record_goal = 32 * 1024;  // octets of words
constexpr std::size_t word_cost = 64;           // octets of memory beside its own
constexpr std::size_t most_pieces = 8;
constexpr char field_mark = '\r';  // begins a line of a body text, and such a word

bool is_letter(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// Calls each(word, whether it is of a line that is a field).
template <class Each>
void each_word(std::string_view text, Each each) {
  bool is_field = text.starts_with(field_mark);
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = at;
    while (at < text.size() && is_letter(text[at])) ++at;
    if (at > begin) each(text.substr(begin, at - begin), is_field);
    if (at < text.size() && text[at] == '\n')
      is_field = text.substr(at + 1).starts_with(field_mark);
    ++at;
  }
}

std::size_t bitmap_size(std::size_t slots) { return (slots + 7) / 8; }

// The first slot, then how far each is from the one before; from 128 on in two octets.
Bytes distances(const std::vector<std::uint16_t>& slots) {
  Bytes list;
  unsigned before = 0;
  for (const auto slot : slots) {
    const auto distance = slot - before;
    before = slot;
    if (distance >= 128) list.push_back(static_cast<std::uint8_t>(distance | 128));
    list.push_back(static_cast<std::uint8_t>(distance >= 128 ? distance >> 7 : distance));
  }
  return list;
}

Bytes bitmap(const std::vector<std::uint16_t>& slots, std::size_t all) {
  Bytes bits(bitmap_size(all));
  for (const auto slot : slots) bits[slot / 8] |= static_cast<std::uint8_t>(1U << (slot % 8));
  return bits;
}

Bytes slot_list(const std::vector<std::uint16_t>& slots, std::size_t all) {
  auto list = distances(slots);
  return list.size() < bitmap_size(all) ? list : bitmap(slots, all);
}

class RecordWriter {
 public:
  explicit RecordWriter(std::size_t slots) : slots_(slots) {}

  bool is_empty() const { return words_.empty(); }
  bool is_full() const { return words_.size() >= record_goal; }
  void add(std::string_view word, const std::vector<std::uint16_t>& slots) {
    (words_ += word) += '\n';
    const auto list = slot_list(slots, slots_);
    lengths_.push_back(static_cast<std::uint8_t>(list.size()));
    lists_.insert(lists_.end(), list.begin(), list.end());
  }
  Bytes take() {
    Encoder to;
    to.text<std::uint32_t>(std::exchange(words_, {}));
    to.text<std::uint32_t>(text_of(std::exchange(lengths_, {})));
    to.text<std::uint32_t>(text_of(std::exchange(lists_, {})));
    return to.take();
  }

 private:
  std::size_t slots_;
  std::string words_;
  Bytes lengths_, lists_;
};

[[noreturn]] void malformed() {
  throw Error(Fault::corrupt, "a record of words of the search index is malformed");
}

void add_slot(std::size_t slot, std::size_t all, SlotSet& to) {
  if (slot >= all) malformed();
  to.set(slot);
}

void add_slots(ByteView list, std::size_t all, SlotSet& to) {
  if (list.size() == bitmap_size(all)) {
    for (std::size_t n = 0; n < list.size(); ++n)
      for (unsigned bits = list[n]; bits != 0; bits &= bits - 1)
        add_slot(n * 8 + static_cast<unsigned>(std::countr_zero(bits)), all, to);
    return;
  }
  std::size_t slot = 0;
  for (std::size_t n = 0; n < list.size(); ++n) {
    std::size_t distance = list[n];
    if (distance >= 128) {
      if (++n == list.size()) malformed();
      distance = (distance & 127) | std::size_t{list[n]} << 7;
    }
    add_slot(slot += distance, all, to);
  }
}

}  // namespace

// ---- building

bool WordList::add_word(std::string_view word) {
  auto found = words_.find(word);
  if (found == words_.end()) {
    if (octets_ + word.size() + word_cost > group_words_limit) return false;
    octets_ += word.size() + word_cost;
    found = words_.emplace(word, Word()).first;
  }
  auto& slots = found->second.slots;
  if (slots.empty() || slots.back() != slots_) slots.push_back(slots_);
  return true;
}

bool WordList::add(std::string_view body) {
  bool whole = body.size() <= worded_text_limit;
  std::string of_field;
  each_word(body.substr(0, worded_text_limit), [&](std::string_view word, bool is_field) {
    if (word.size() > word_limit) {
      whole = false;
    } else if (is_field) {
      of_field.assign(1, field_mark) += word;
      whole = add_word(of_field) && whole;
    } else {
      whole = add_word(word) && whole;
    }
  });
  ++slots_;
  return whole;
}

std::vector<Bytes> WordList::records() const {
  std::vector<const std::pair<const std::string, Word>*> in_order;
  in_order.reserve(words_.size());
  for (const auto& word : words_) in_order.push_back(&word);
  std::ranges::sort(in_order, {},
                    [](const auto* word) -> const std::string& { return word->first; });
  std::vector<Bytes> records;
  RecordWriter writer(slots_);
  for (const auto* word : in_order) {
    writer.add(word->first, word->second.slots);
    if (writer.is_full()) records.push_back(writer.take());
  }
  if (!writer.is_empty()) records.push_back(writer.take());
  return records;
}

// ---- asking

WordQuestion word_question(std::string_view needle) {
  using Edge = WordPiece::Edge;
  WordQuestion question;
  each_word(needle, [&](std::string_view word, bool) {
    if (question.pieces.size() == most_pieces) return;
    const auto edge = [](bool is_there) { return is_there ? Edge::open : Edge::word; };
    question.pieces.push_back(
        {.letters = std::string(word),
         .begin = edge(word.data() == needle.data()),
         .end = edge(word.data() + word.size() == needle.data() + needle.size())});
  });
  question.decides =
      question.pieces.size() == 1 && question.pieces.front().letters.size() == needle.size();
  return question;
}

WordRecord::WordRecord(Bytes plain, std::size_t slots) : plain_(std::move(plain)), slots_(slots) {
  Decoder from(plain_);
  words_ = from.text<std::uint32_t>();
  lengths_ = bytes_of(from.text<std::uint32_t>());
  lists_ = bytes_of(from.text<std::uint32_t>());
  from.end();
}

// A word of a record, as it is gone through: words and their lists are in the same order.
class WordRecord::Place {
 public:
  explicit Place(const WordRecord& record) : record_(record) {}

  // Whose words begin at `begin`.
  ByteView list_of_word_at(std::size_t begin) {
    const auto words = record_.words_.substr(begin_, begin - begin_);
    const auto next = number_ + static_cast<std::size_t>(std::ranges::count(words, '\n'));
    if (next >= record_.lengths_.size()) malformed();
    const auto passed = record_.lengths_.subspan(number_, next - number_);
    offset_ = std::accumulate(passed.begin(), passed.end(), offset_);
    begin_ = begin;
    number_ = next;
    const std::size_t length = record_.lengths_[number_];
    if (offset_ + length > record_.lists_.size()) malformed();
    return record_.lists_.subspan(offset_, length);
  }

 private:
  const WordRecord& record_;
  std::size_t begin_ = 0, number_ = 0, offset_ = 0;
};

void WordRecord::find(const WordPiece& piece, Fields fields, SlotSet& to) const {
  Place place(*this);
  const auto size = piece.letters.size();
  for (auto at = place_of(piece.letters, words_); at != words_.npos;
       at = place_of(piece.letters, words_, at)) {
    const auto begin = words_.rfind('\n', at) + 1;  // npos + 1: the first
    const auto end = std::min(words_.find('\n', at), words_.size());
    const bool is_field = words_[begin] == field_mark;
    const bool fits_begin = piece.begin == WordPiece::Edge::open || at == begin + is_field;
    const bool fits_end = piece.end == WordPiece::Edge::open || at + size == end;
    if (!fits_begin || !fits_end) {
      ++at;
      continue;
    }
    if (fields == Fields::too || !is_field) add_slots(place.list_of_word_at(begin), slots_, to);
    at = end;
  }
}

}  // namespace storage
