#pragma once
// The words of the body texts of a group, each with the slots that have it, so that a search need
// not read texts for what lies within a word (crypto/FORMAT.md section 16). Pure.

#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/seeded_hash.h"
#include "storage/search_group.h"

namespace storage {

// What is listed is a bounded part of what there is: octets of a word, of a text, of memory for all
// words of a group.
inline constexpr std::size_t word_limit = 64;
inline constexpr std::size_t worded_text_limit = 64 * 1024;
inline constexpr std::size_t group_words_limit = 16 * 1024 * 1024;

using SlotSet = std::bitset<big_span>;

// The words of a group while it is built.
class WordList {
 public:
  // Of the next slot. False: not all that it has are listed.
  bool add(std::string_view body);
  std::vector<Bytes> records() const;

 private:
  struct Word {
    std::vector<std::uint16_t> slots{};  // rising
  };
  bool add_word(std::string_view);

  std::unordered_map<std::string, Word, SeededHash, std::equal_to<>> words_;
  std::size_t octets_ = 0;
  std::uint16_t slots_ = 0;
};

// A word, or a piece of one, that a text must have if it holds a needle.
struct WordPiece {
  enum class Edge : bool { open, word };  // `word`: the word begins or ends there
  std::string letters;
  Edge begin = Edge::open, end = Edge::open;
};
struct WordQuestion {
  std::vector<WordPiece> pieces;
  // A text that has the piece holds the needle.
  bool decides = false;
};
WordQuestion word_question(std::string_view needle);

class WordRecord {
 public:
  // Of a group with that many slots. Throws corrupt.
  WordRecord(Bytes plain, std::size_t slots);

  // Adds the slots that have it. Throws corrupt.
  enum class Fields : bool { left_out, too };  // of MIME parts
  void find(const WordPiece&, Fields, SlotSet& to) const;

 private:
  class Place;

  Bytes plain_;
  std::size_t slots_;
  std::string_view words_;  // each with LF behind it
  ByteView lengths_, lists_;
};

}  // namespace storage
