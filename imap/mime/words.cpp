#include "imap/mime/words.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/error.h"
#include "imap/mime/charset.h"
#include "imap/mime/header.h"
#include "imap/mime/mimetic_bridge.h"

namespace imap::mime {
namespace {

struct Word {
  std::string_view charset;
  std::string octets;
  std::size_t length;  // of the whole encoded word; 0: there is none
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// RFC 2047 4.2.
std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

// `text` begins with "=?".
Word word_at(std::string_view text) {
  const auto charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end == 2 || charset_end > 80) return {};
  if (charset_end + 2 >= text.size() || text[charset_end + 2] != '?') return {};
  const auto start = charset_end + 3;
  const auto end = text.find("?=", start);
  if (end == std::string_view::npos) return {};
  const auto coded = text.substr(start, end - start);
  if (coded.find('?') != std::string_view::npos) return {};
  const auto charset = text.substr(2, charset_end - 2);
  switch (text[charset_end + 1]) {
    case 'B':
    case 'b':
      return {charset, decode_base64(coded), end + 2};
    case 'Q':
    case 'q':
      return {charset, decode_q(coded), end + 2};
    default:
      return {};
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::size_t blanks_at(std::string_view text, std::size_t at) {
  auto end = at;
  while (end < text.size() && is_blank(text[end])) ++end;
  return end - at;
}

// Consecutive encoded words: those of one charset as one run of octets.
std::size_t add_words(std::string& out, std::string_view text, std::size_t at, Word word) {
  std::string octets;
  auto charset = word.charset;
  while (true) {
    if (!same_name(word.charset, charset)) {
      out += to_utf8(octets, charset);
      octets.clear();
      charset = word.charset;
    }
    octets += word.octets;
    at += word.length;
    const auto blanks = blanks_at(text, at);
    if (!text.substr(at + blanks).starts_with("=?")) break;
    auto next = word_at(text.substr(at + blanks));
    if (next.length == 0) break;
    at += blanks;
    word = std::move(next);
  }
  out += to_utf8(octets, charset);
  return at;
}

std::string on_one_line(std::string text) {
  const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  std::replace_if(text.begin(), text.end(), breaks, ' ');
  return text;
}

constexpr std::size_t word_limit = 45;  // octets of UTF-8 that fit an encoded word of 75

}  // namespace

std::string decode_words(std::string_view value) {
  const auto text = unfolded(value);
  if (text.find("=?") == std::string::npos) return on_one_line(to_utf8(text, {}));
  std::string out;
  const std::string_view view(text);
  std::size_t tries = 1000;  // "=?=?=?..." must not cost the square of its length
  for (std::size_t at = 0; at < view.size();) {
    const auto start = tries > 0 ? view.find("=?", at) : std::string_view::npos;
    out += to_utf8(view.substr(at, start == std::string_view::npos ? start : start - at), {});
    if (start == std::string_view::npos) break;
    auto word = word_at(view.substr(start));
    if (word.length == 0) {
      --tries;
      out += "=?";
      at = start + 2;
    } else {
      at = add_words(out, view, start, std::move(word));
    }
  }
  return on_one_line(std::move(out));
}

std::string encode_words(std::string_view utf8) {
  if (utf8.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
    throw Error(Fault::invalid, "a header field cannot hold a line end or NUL");
  const bool plain =
      std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= ' ' && c < 127; });
  if (plain && utf8.size() <= 900 && utf8.find("=?") == std::string_view::npos)
    return std::string(utf8);
  std::string out;
  while (!utf8.empty()) {
    auto piece = cut_utf8(utf8, word_limit);
    if (piece.empty()) piece = utf8.substr(0, word_limit);
    if (!out.empty()) out += ' ';
    out += "=?utf-8?B?" + to_base64(bytes_of(piece)) + "?=";
    utf8.remove_prefix(piece.size());
  }
  return out;
}

}  // namespace imap::mime
