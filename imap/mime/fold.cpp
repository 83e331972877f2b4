#include "imap/mime/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>

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

// Blanks that NFKC leaves alone.
bool is_wide_space(UChar32 c) { return c == 0x85 || c == 0x1680 || c == 0x2028 || c == 0x2029; }

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

const icu::Normalizer2& casefold() {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) throw Error(Fault::unavailable, "ICU has no NFKC_Casefold data");
  return *normalizer;
}

std::string normalized(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  casefold().normalizeUTF8(0, piece, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(Fault::unavailable, "ICU could not fold text");
  return out;
}

// What ICU makes of each character of two octets that stands alone: most of the world's alphabets.
class Alphabets {
 public:
  static const Alphabets& table() {
    static const Alphabets made;
    return made;
  }

  // Null for what interacts with the character before it.
  const std::string* alone(UChar32 c) const {
    const auto& entry = entries_[static_cast<std::size_t>(c - first)];
    return entry.alone ? &entry.text : nullptr;
  }

  static constexpr UChar32 first = 0x80, end = 0x800;

 private:
  struct Entry {
    std::string text;
    bool alone = false;
  };

  Alphabets() {
    for (UChar32 c = first; c < end; ++c) {
      auto& entry = entries_[static_cast<std::size_t>(c - first)];
      const char octets[] = {static_cast<char>(0xC0 | (c >> 6)),
                             static_cast<char>(0x80 | (c & 63))};
      entry.text = is_wide_space(c) ? " " : normalized({octets, 2});
      entry.alone = casefold().hasBoundaryBefore(c);
    }
  }

  std::array<Entry, end - first> entries_;
};

class Folder {
 public:
  explicit Folder(std::string_view text) : text_(text), icu_(casefold()) {
    out_.reserve(text.size() + 1);
  }

  std::string run() {
    while (at_ < text_.size()) {
      if (is_ascii_byte(text_[at_]))
        ascii();
      else
        wide();
    }
    return std::move(out_);
  }

 private:
  void ascii() {
    auto end = at_ + 1;
    while (end < text_.size() && is_ascii_byte(text_[end])) ++end;
    add_ascii(out_, text_.substr(at_, end - 1 - at_));
    begin(end - 1);
    add_ascii(out_, text_.substr(end - 1, 1));
    at_ = end;
  }

  // The last character that was folded, to be taken back when the next one joins it.
  void begin(std::size_t start) {
    last_start_ = start;
    last_out_ = out_.size();
  }

  UChar32 next(std::size_t& at) const {
    auto i = static_cast<std::int64_t>(at);
    UChar32 c;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text_.data()), i,
            static_cast<std::int64_t>(text_.size()), c);
    at = static_cast<std::size_t>(i);
    return c;
  }

  void wide() {
    auto end = at_;
    const auto c = next(end);
    if (c < Alphabets::end) {
      if (const auto* text = alphabets_.alone(c)) {
        begin(at_);
        add(*text);
        at_ = end;
        return;
      }
    } else if (icu_.isInert(c)) {
      begin(at_);
      if (is_wide_space(c))
        add_blank(out_);
      else
        out_ += text_.substr(at_, end - at_);
      at_ = end;
      return;
    }
    together();
  }

  void add(std::string_view text) {
    for (const char c : text) {
      if (c == ' ')
        add_blank(out_);
      else
        out_ += c;
    }
  }

  // From the character before on: up to a blank that an ASCII letter follows, since nothing joins
  // across a blank.
  void together() {
    out_.resize(last_out_);
    const auto start = last_start_;
    auto end = at_;
    for (; end < text_.size() && !stretch_ends(start, end); ++end) {
    }
    const auto normal = normalized(text_.substr(start, end - start));
    add_normalized(normal);
    at_ = end;
    begin(end);
  }

  bool stretch_ends(std::size_t start, std::size_t at) const {
    constexpr std::size_t most = 1 << 20;  // bounds ICU's buffers
    if (at == at_ || !is_ascii_byte(text_[at])) return false;
    const bool before_ascii = at + 1 == text_.size() || is_ascii_byte(text_[at + 1]);
    return before_ascii && (text_[at] == ' ' || at - start > most);
  }

  void add_normalized(std::string_view normal) {
    const Folder reader(normal, icu_);
    for (std::size_t i = 0; i < normal.size();) {
      const auto start = i;
      const auto c = reader.next(i);
      if (is_wide_space(c) ||
          (c >= 0 && c < 128 && folded_ascii[static_cast<std::size_t>(c)] == ' '))
        add_blank(out_);
      else
        out_ += normal.substr(start, i - start);
    }
  }

  Folder(std::string_view text, const icu::Normalizer2& icu) : text_(text), icu_(icu) {}

  std::string_view text_;
  const icu::Normalizer2& icu_;
  const Alphabets& alphabets_ = Alphabets::table();
  std::string out_;
  std::size_t at_ = 0;
  std::size_t last_start_ = 0, last_out_ = 0;
};

}  // namespace

std::string folded(std::string_view utf8) {
  if (is_ascii(utf8)) {
    std::string out;
    add_ascii(out, utf8);
    return out;
  }
  if (is_utf8(utf8)) return Folder(utf8).run();
  const auto repaired = to_utf8(utf8, "utf-8");
  return Folder(repaired).run();
}

}  // namespace imap::mime
