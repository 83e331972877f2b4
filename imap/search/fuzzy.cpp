#include "imap/search/fuzzy.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/find.h"

namespace imap::search {
namespace {

// Percent that a word of the text is worth for a word of the needle.
constexpr unsigned equal = 100, begins = 90, within = 75, one_slip = 60, two_slips = 45;
constexpr unsigned header_weight = 100, body_weight = 80;
constexpr unsigned scattered = 90;  // the words, but not the needle as it stands
constexpr unsigned least = two_slips * body_weight / 100 * scattered / 100;

bool holds(std::string_view text, std::string_view part) {
  return place_of(part, text) != text.npos;
}

const icu::Normalizer2& decomposition() {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(status)) throw Error(Fault::unavailable, "ICU has no NFD data");
  return *normalizer;
}

// Letters that carry a stroke, which Unicode does not take apart.
UChar32 without_stroke(UChar32 c) {
  switch (c) {
    case 0xF8:
      return 'o';
    case 0x111:
      return 'd';
    case 0x127:
      return 'h';
    case 0x142:
      return 'l';
    case 0x167:
      return 't';
    default:
      return c;
  }
}

UChar32 base_letter(UChar32 c) {
  icu::UnicodeString parts;
  if (!decomposition().getDecomposition(c, parts)) return without_stroke(c);
  const auto first = parts.char32At(0);
  return parts.hasMoreChar32Than(0, parts.length(), 1) && u_charType(first) != U_OTHER_LETTER
             ? first
             : c;
}

// A letter without its diacritics; 0 for a mark that stands after its letter.
UChar32 bare(UChar32 c) {
  static const auto table = [] {
    std::array<UChar32, 0x800> made{};
    for (UChar32 at = 0; at < 0x800; ++at)
      made[static_cast<std::size_t>(at)] =
          u_charType(at) == U_NON_SPACING_MARK ? 0 : base_letter(at);
    return made;
  }();
  if (c < 0x800) return table[static_cast<std::size_t>(c)];
  if (c >= 0x1E00 && c < 0x2000) return base_letter(c);  // Vietnamese, polytonic Greek
  return u_charType(c) == U_NON_SPACING_MARK ? 0 : c;
}

bool is_ascii_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_word(UChar32 c) {
  if (c < 128) return is_ascii_word(static_cast<char>(c));
  return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

// Calls `each(word)` for words of valid UTF-8 until it returns false.
template <class Each>
void each_word(std::string_view text, Each each) {
  std::u32string word;
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), INT32_MAX));
  const auto* octets = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c;
    U8_NEXT_OR_FFFD(octets, at, size, c);
    if (is_word(c)) {
      const auto letter = c < 128 ? c : bare(c);
      if (letter != 0 && word.size() < fuzzy_word_limit) word += static_cast<char32_t>(letter);
      if (at < size) continue;
    }
    if (word.empty()) continue;
    if (!each(std::u32string_view(word))) return;
    word.clear();
  }
}

// Letters too many, missing, wrong, or changed round with the next; more than `most` counts as one
// above it.
std::size_t slips_between(std::u32string_view a, std::u32string_view b, std::size_t most) {
  const auto too_many = most + 1;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return too_many;
  using Row = std::array<std::uint8_t, fuzzy_word_limit + 1>;
  Row before{}, last{}, now{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<std::uint8_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = static_cast<std::uint8_t>(i);
    auto best = now[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int wrong = a[i - 1] == b[j - 1] ? 0 : 1;
      int least_slips = std::min({last[j - 1] + wrong, last[j] + 1, now[j - 1] + 1});
      const bool turned = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (turned) least_slips = std::min(least_slips, before[j - 2] + 1);
      now[j] = static_cast<std::uint8_t>(least_slips);
      best = std::min(best, now[j]);
    }
    if (best > most) return too_many;
    before = last;
    last = now;
  }
  return std::min<std::size_t>(last[b.size()], too_many);
}

std::size_t forgiven(std::size_t letters) { return letters < 4 ? 0 : letters < 8 ? 1 : 2; }

}  // namespace

FuzzyNeedle::FuzzyNeedle(std::string_view folded) : whole_(folded) {
  each_word(folded, [&](std::u32string_view word) {
    words_.push_back({std::u32string(word), forgiven(word.size())});
    return words_.size() <= fuzzy_needle_words;
  });
  if (words_.size() > fuzzy_needle_words) words_.clear();
}

// The best that was found for each word of the needle.
class FuzzyNeedle::Tally {
 public:
  explicit Tally(const std::vector<Word>& words) : words_(words), best_(words.size()) {}

  void look(std::string_view text, unsigned weight) {
    std::size_t read = 0;
    each_word(text, [&](std::u32string_view word) {
      for (std::size_t i = 0; i < words_.size(); ++i) {
        if (best_[i] < equal * weight / 100)
          best_[i] = std::max(best_[i], worth(words_[i], word) * weight / 100);
      }
      return ++read < fuzzy_text_words;
    });
  }

  // The mean; 0 when a word is missing.
  unsigned value() const {
    unsigned sum = 0;
    for (const auto best : best_) {
      if (best == 0) return 0;
      sum += best;
    }
    return best_.empty() ? 0 : sum / static_cast<unsigned>(best_.size());
  }

 private:
  static unsigned worth(const Word& wanted, std::u32string_view word) {
    const std::u32string_view letters = wanted.letters;
    if (word.size() >= letters.size()) {
      const auto at = word.find(letters);
      if (at == 0) return word.size() == letters.size() ? equal : begins;
      if (at != word.npos) return within;
    }
    if (wanted.slips == 0) return 0;
    const auto slips = slips_between(letters, word, wanted.slips);
    if (slips > wanted.slips) return 0;
    return slips == 1 ? one_slip : two_slips;
  }

  const std::vector<Word>& words_;
  std::vector<unsigned> best_;
};

unsigned FuzzyNeedle::score(std::string_view header, std::string_view body) const {
  if (holds(header, whole_)) return header_weight;
  unsigned found = 0;
  if (holds(body, whole_)) {
    found = body_weight;
  } else {
    Tally tally(words_);
    tally.look(header, header_weight);
    tally.look(body, body_weight);
    found = tally.value() * scattered / 100;
  }
  if (found == 0) return 0;
  return 1 + (std::max(found, least) - least) * 99 / (100 - least);
}

}  // namespace imap::search
