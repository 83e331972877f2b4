#include "imap/mime/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "imap/mime/header.h"

namespace imap::mime {
namespace {

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// What mailers mean by a name.
constexpr std::pair<std::string_view, std::string_view> meant[] = {
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"ks_c_5601-1987", "windows-949"},
    {"euc-kr", "windows-949"},
    {"shift_jis", "windows-31j"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"x-sjis", "windows-31j"},
    {"tis-620", "windows-874"},
};

// ICU would take an empty name for the locale's charset, and commas for options.
bool is_charset_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           c == ':';
  });
}

std::string converted(std::string_view octets, const std::string& charset) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter from(ucnv_open(charset.c_str(), &status));
  if (U_FAILURE(status)) return {};
  // Substitutes U+FFFD for what is wrong: ICU's own default.
  icu::UnicodeString wide;
  const char* source = octets.data();
  const char* const end = source + octets.size();
  UChar block[1024];
  do {
    status = U_ZERO_ERROR;
    UChar* out = block;
    ucnv_toUnicode(from.get(), &out, block + std::size(block), &source, end, nullptr, true,
                   &status);
    wide.append(block, static_cast<std::int32_t>(out - block));
  } while (status == U_BUFFER_OVERFLOW_ERROR);
  std::string utf8;
  utf8.reserve(octets.size() + octets.size() / 2);
  return wide.toUTF8String(utf8);
}

// Wrong octets become U+FFFD.
std::string repaired(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < size;) {
    const auto start = i;
    UChar32 c;
    U8_NEXT(data, i, size, c);
    if (c < 0)
      out += "\xEF\xBF\xBD";
    else
      out.append(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(i - start)));
  }
  return out;
}

std::string guessed(std::string_view octets) {
  return is_utf8(octets) ? std::string(octets) : converted(octets, "windows-1252");
}

}  // namespace

bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (word & 0x8080808080808080u) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 128; });
}

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(data, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

std::string to_utf8(std::string_view octets, std::string_view charset) {
  auto name = lower_ascii(charset);
  const auto star = name.find('*');  // RFC 2231 section 5: charset*language
  if (star != std::string::npos) name.resize(star);
  const bool stateful = name.starts_with("iso-2022") || name.starts_with("utf-7") ||
                        name.starts_with("utf-16") || name.starts_with("utf-32") ||
                        name.starts_with("hz") || name.starts_with("unicode");
  if (!stateful && is_ascii(octets)) return std::string(octets);
  if (name == "utf-8" || name == "utf8")
    return is_utf8(octets) ? std::string(octets) : repaired(octets);
  if (!is_charset_name(name) || name == "us-ascii" || name == "unknown-8bit")
    return guessed(octets);
  for (const auto& [as_named, as_meant] : meant)
    if (name == as_named) name = as_meant;
  auto text = converted(octets, name);
  return text.empty() && !octets.empty() ? guessed(octets) : text;
}

std::string_view cut_utf8(std::string_view utf8, std::size_t octets) {
  if (utf8.size() <= octets) return utf8;
  while (octets > 0 && (static_cast<unsigned char>(utf8[octets]) & 0xC0) == 0x80) --octets;
  return utf8.substr(0, octets);
}

std::string_view first_characters(std::string_view utf8, std::size_t limit) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    const bool begins = (static_cast<unsigned char>(utf8[at]) & 0xC0) != 0x80;
    if (begins && limit-- == 0) break;
    ++at;
  }
  return utf8.substr(0, at);
}

}  // namespace imap::mime
