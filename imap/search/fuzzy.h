#pragma once
// What FUZZY means for words (RFC 6203 section 3). Both sides are taken as words, runs of letters
// and digits, folded (mime/fold.h) and without diacritics. A text matches when each word of the
// needle is in it, in any order: as it is, as the beginning of a longer word, within one, or with a
// slip (a letter too many, missing, wrong, or two changed round: one in words of 4 to 7 letters,
// two in longer ones). What exact search finds always matches. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace imap::search {

inline constexpr std::size_t fuzzy_needle_words = 32;     // with more, only exact search finds it
inline constexpr std::size_t fuzzy_text_words = 200'000;  // of one text; later ones are not read
inline constexpr std::size_t fuzzy_word_limit = 64;       // octets; a longer one is cut there

class FuzzyNeedle {
 public:
  explicit FuzzyNeedle(std::string_view folded);

  // How well it matches, 1 to 100, or 0 for not at all. `header` is worth more than `body`; words
  // may be in either. Both are folded.
  unsigned score(std::string_view header, std::string_view body) const;

 private:
  struct Word {
    std::u32string letters;
    std::size_t slips = 0;  // that are forgiven
  };
  class Tally;

  std::string whole_;
  std::vector<Word> words_;
};

}  // namespace imap::search
