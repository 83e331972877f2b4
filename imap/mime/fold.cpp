#include "imap/mime/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <array>

#include "base/error.h"
#include "imap/mime/charset.h"

namespace imap::mime {
namespace {

constexpr auto folded_ascii = [] {
  std::array<char, 128> table{};
  for (int c = 0; c < 128; ++c) {
    const bool space = c <= ' ' || c == 127;
    const bool upper = c >= 'A' && c <= 'Z';
    table[static_cast<std::size_t>(c)] = static_cast<char>(space ? ' ' : upper ? c + 32 : c);
  }
  return table;
}();

bool is_ascii_byte(char c) { return static_cast<unsigned char>(c) < 128; }

// Blanks that NFKC leaves alone: U+0085, U+1680, U+2028, U+2029. Length in octets, or 0.
std::size_t wide_space(std::string_view text) {
  if (text.starts_with("\xC2\x85")) return 2;
  if (text.starts_with("\xE1\x9A\x80") || text.starts_with("\xE2\x80\xA8") ||
      text.starts_with("\xE2\x80\xA9"))
    return 3;
  return 0;
}

void add_blank(std::string& out) {
  if (out.empty() || out.back() != ' ') out += ' ';
}

void add_ascii(std::string& out, std::string_view text) {
  auto size = out.size();
  out.resize(size + text.size());
  char last = size ? out[size - 1] : 'x';
  for (const char c : text) {
    const char f = folded_ascii[static_cast<unsigned char>(c)];
    out[size] = f;
    size += !(f == ' ' && last == ' ');
    last = f;
  }
  out.resize(size);
}

void add_normalized(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (is_ascii_byte(text[i])) {
      const char f = folded_ascii[static_cast<unsigned char>(text[i++])];
      if (f == ' ')
        add_blank(out);
      else
        out += f;
    } else if (const auto length = wide_space(text.substr(i))) {
      add_blank(out);
      i += length;
    } else {
      out += text[i++];
    }
  }
}

void add_wide(std::string& out, std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) throw Error(Fault::unavailable, "ICU has no NFKC_Casefold data");
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal, static_cast<std::int32_t>(text.size()));
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  normalizer->normalizeUTF8(0, piece, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(Fault::unavailable, "ICU could not fold text");
  add_normalized(out, normal);
}

// Where a stretch that needs Unicode ends: at a blank that a fair run of ASCII follows. Nothing
// composes across a blank, so stretches fold on their own.
std::size_t wide_end(std::string_view text, std::size_t from) {
  constexpr std::size_t worth = 24;
  constexpr std::size_t most = 1 << 20;  // bounds ICU's buffers
  std::size_t ascii_run = 0, blank = from;
  std::size_t i = from;
  for (; i < text.size() && (i - from < most || !is_ascii_byte(text[i])); ++i) {
    if (!is_ascii_byte(text[i]))
      ascii_run = 0;
    else if (ascii_run++ == 0)
      blank = std::string_view::npos;
    if (text[i] == ' ' && blank == std::string_view::npos && ascii_run > 0) blank = i;
    if (ascii_run >= worth && blank != std::string_view::npos) return blank;
  }
  return i;
}

}  // namespace

std::string folded(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size() + 1);
  if (is_ascii(utf8)) {
    add_ascii(out, utf8);
    return out;
  }
  std::string repaired;
  if (!is_utf8(utf8)) utf8 = repaired = to_utf8(utf8, "utf-8");
  for (std::size_t at = 0; at < utf8.size();) {
    auto end = at;
    while (end < utf8.size() && is_ascii_byte(utf8[end])) ++end;
    if (end < utf8.size())
      while (end > at && utf8[end - 1] != ' ') --end;
    add_ascii(out, utf8.substr(at, end - at));
    if (end == utf8.size()) break;
    at = wide_end(utf8, end);
    add_wide(out, utf8.substr(end, at - end));
  }
  return out;
}

}  // namespace imap::mime
