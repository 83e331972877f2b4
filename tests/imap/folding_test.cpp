#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "imap/mime/fold.h"

using imap::mime::folded;

namespace {

// The definition, without short cuts.
std::string slowly(const std::u32string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* icu = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const auto wide = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                                  static_cast<std::int32_t>(text.size()));
  const auto normal = icu->normalize(wide, status);
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < normal.length(); i = normal.moveIndex32(i, 1)) {
    const auto c = normal.char32At(i);
    const bool space =
        c <= 32 || c == 127 || c == 0x85 || c == 0x1680 || c == 0x2028 || c == 0x2029;
    if (!space)
      out.append(c);
    else if (out.isEmpty() || out.charAt(out.length() - 1) != ' ')
      out.append(UChar32(' '));
  }
  std::string utf8;
  return out.toUTF8String(utf8);
}

std::string utf8_of(const std::u32string& text) {
  std::string out;
  icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                static_cast<std::int32_t>(text.size()))
      .toUTF8String(out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(folding)

BOOST_AUTO_TEST_CASE(every_character_as_unicode_folds_it) {
  for (char32_t c = 1; c < 0x30000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    for (const auto& text : {std::u32string{c}, std::u32string{'a', c, 0x301, ' ', c, 'B'}})
      BOOST_REQUIRE_MESSAGE(folded(utf8_of(text)) == slowly(text), std::uint32_t(c));
  }
}

BOOST_AUTO_TEST_CASE(short_cuts_change_nothing) {
  std::mt19937 random(3);
  const char32_t characters[] = {'A',     'e',    ' ',    '\n',   0xE4,   0xC4,   0xDF,
                                 0xAD,    0xA0,   0x301,  0x308,  0x323,  0x3A3,  0x416,
                                 0x5D0,   0x627,  0x655,  0x200D, 0x2028, 0x304B, 0x3099,
                                 0x4E00,  0x1100, 0x1161, 0x11A8, 0xAC00, 0xFB01, 0xFF21,
                                 0x1F600, 0x1E9E, 0x130,  0x345,  0xB4,   0x1D15E};
  for (int i = 0; i < 20000; ++i) {
    std::u32string text;
    for (auto count = random() % 24; count > 0; --count)
      text += characters[random() % std::size(characters)];
    BOOST_REQUIRE(folded(utf8_of(text)) == slowly(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
