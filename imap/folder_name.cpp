#include "imap/folder_name.h"

#include <unicode/normalizer2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "imap/request.h"
#include "storage/tree.h"

namespace imap {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_direct(char c) { return c >= ' ' && c <= '~'; }

void append_utf8(std::string& text, UChar32 character) {
  char octets[U8_MAX_LENGTH];
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(octets, size, character);
  text.append(octets, static_cast<std::size_t>(size));
}

// The UTF-16 units between '&' and '-'.
std::u16string units_of(std::string_view base64) {
  std::u16string units;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : base64) {
    const auto value = digits.find(c);
    if (value == std::string_view::npos) throw BadSyntax("a folder name is no modified UTF-7");
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFF;
    count += 6;
    if (count < 16) continue;
    count -= 16;
    units += static_cast<char16_t>(bits >> count);
  }
  return units;
}

void append_shifted(std::string& text, std::string_view base64) {
  const auto units = units_of(base64);
  const auto size = static_cast<std::int32_t>(units.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 character;
    U16_NEXT(units, i, size, character);
    if (U_IS_SURROGATE(character)) throw BadSyntax("a folder name has half a character");
    append_utf8(text, character);
  }
}

void append_base64(std::string& text, const std::u16string& units) {
  std::uint32_t bits = 0;
  int count = 0;
  text += '&';
  for (const char16_t unit : units) {
    bits = (bits & 0x3F) << 16 | unit;
    for (count += 16; count >= 6; count -= 6) text += digits[bits >> (count - 6) & 0x3F];
  }
  if (count > 0) text += digits[bits << (6 - count) & 0x3F];
  text += '-';
}

std::string decoded(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    if (!is_direct(name.front())) throw BadSyntax("folder names are sent in modified UTF-7");
    if (name.front() != '&') {
      text += name.front();
      name.remove_prefix(1);
      continue;
    }
    const auto end = name.find('-');
    if (end == std::string_view::npos) throw BadSyntax("a folder name is no modified UTF-7");
    if (end == 1)
      text += '&';
    else
      append_shifted(text, name.substr(1, end - 1));
    name.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace

std::string from_modified_utf7(std::string_view name) {
  auto text = decoded(name);
  // One spelling for each name: no base64 for what is ASCII, no bits left over, no "&...-&...-".
  if (to_modified_utf7(text) != name) throw BadSyntax("a folder name is no modified UTF-7");
  return text;
}

std::string checked_name(std::string_view name, NameForm form) {
  if (form == NameForm::utf8) return storage::checked_folder_name(name);
  return storage::checked_folder_name(from_modified_utf7(name));
}

std::string normalized_name(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFCInstance(status);
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  const icu::StringPiece text(utf8.data(), static_cast<std::int32_t>(utf8.size()));
  if (U_SUCCESS(status)) normalizer->normalizeUTF8(0, text, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(Fault::invalid, "the folder name cannot be normalized");
  return result;
}

std::string to_modified_utf7(std::string_view utf8) {
  std::string text;
  std::u16string units;
  const auto size = static_cast<std::int32_t>(utf8.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 character;
    U8_NEXT_OR_FFFD(utf8.data(), i, size, character);
    if (character < ' ' || character > '~') {
      if (character > 0xFFFF) units += static_cast<char16_t>(U16_LEAD(character));
      units += static_cast<char16_t>(character > 0xFFFF ? U16_TRAIL(character) : character);
      continue;
    }
    if (!units.empty()) append_base64(text, std::exchange(units, {}));
    text += static_cast<char>(character);
    if (character == '&') text += '-';
  }
  if (!units.empty()) append_base64(text, units);
  return text;
}

std::string name_in(NameForm form, std::string_view utf8) {
  return form == NameForm::utf8 ? std::string(utf8) : to_modified_utf7(utf8);
}

std::string wire_name(std::string_view utf8, NameForm form) {
  const auto name = name_in(form, utf8);
  const bool is_atom = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
  });
  if (is_atom && name != "NIL") return name;
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace imap
