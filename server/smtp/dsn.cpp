#include "server/smtp/dsn.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "server/smtp/command.h"

namespace server::smtp {
namespace {

// ASCII alone: what a locale calls a letter is of no matter.
std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

bool is_graphic(char c) { return c > ' ' && c < 127; }

// RFC 5322 3.2.3 atom, as RFC 3464 2.1.2 has it of types: they are registered names.
bool is_type(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

bool is_utf8_type(std::string_view type) { return upper(type) == "UTF-8"; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// ---- RFC 6533 3: \x{...} for code points

std::uint32_t take_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  std::uint32_t point = more == 0 ? first : first & (0x3fu >> more);
  for (std::size_t i = 1; i <= more; ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  text.remove_prefix(more + 1);
  return point;
}

void append_point(std::string& out, std::uint32_t point) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    tail(12), tail(6), tail(0);
  }
}

// What a parameter cannot hold, and the escape itself.
bool is_escaped(std::uint32_t point) {
  return point <= ' ' || point >= 127 || point == '\\' || point == '+' || point == '=';
}

// `text` is UTF-8.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto point = take_point(text);
    if (is_escaped(point))
      out += fmt::format("\\x{{{:X}}}", point);
    else
      out += static_cast<char>(point);
  }
  return out;
}

// "\x{E9}": the point, taken off.
std::optional<std::uint32_t> take_escape(std::string_view& text) {
  const auto end = text.find('}');
  if (!text.starts_with("\\x{") || end == text.npos || end > 9) return {};
  const auto digits = text.substr(3, end - 3);
  std::uint32_t point = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
  if (digits.empty() || !std::ranges::all_of(digits, [](char c) { return hex_digit(c) >= 0; }) ||
      read.ptr != digits.data() + digits.size())
    return {};
  text.remove_prefix(end + 1);
  return point;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '\\') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto point = take_escape(text);
    if (!point) return {};
    append_point(out, *point);
  }
  if (!is_utf8(out) || !is_printable(out)) return {};
  return out;
}

// Octets outside ASCII come only with SMTPUTF8; they are kept in the form that goes everywhere.
std::optional<OriginalRecipient> utf8_recipient(std::string_view type, std::string_view value) {
  const auto address = unescaped(value);
  const bool odd = std::ranges::any_of(
      value, [](char c) { return c == ' ' || c == '+' || c == '=' || c == 127; });
  if (!address || address->empty() || odd) return {};
  OriginalRecipient out{std::string(type), escaped(*address)};
  if (out.text().size() > original_recipient_limit) return {};
  return out;
}

bool add_word(Notify& notify, std::string_view word) {
  const auto name = upper(word);
  auto* wanted = name == "SUCCESS"   ? &notify.success
                 : name == "FAILURE" ? &notify.failure
                 : name == "DELAY"   ? &notify.delay
                                     : nullptr;
  if (wanted) *wanted = true;
  return wanted != nullptr;
}

std::string notify_text(const Notify& notify) {
  std::string out;
  if (notify.success) out += ",SUCCESS";
  if (notify.failure) out += ",FAILURE";
  if (notify.delay) out += ",DELAY";
  return out.empty() ? "NEVER" : out.substr(1);
}

// xtext of printable ASCII (4.2, 4.4), not empty.
bool is_printable_xtext(std::string_view text) {
  const auto decoded = decode_xtext(text);
  return decoded && !decoded->empty() && is_ascii(*decoded) && is_printable(*decoded);
}

}  // namespace

std::string OriginalRecipient::address() const {
  return (is_utf8_type(type) ? unescaped(encoded) : decode_xtext(encoded)).value_or("");
}

std::string DsnOfMail::envelope_id_text() const { return decode_xtext(envelope_id).value_or(""); }

std::optional<Returned> parse_returned(std::string_view value) {
  const auto name = upper(value);
  if (name == "FULL") return Returned::full;
  if (name == "HDRS") return Returned::headers;
  return {};
}

std::optional<std::string> parse_envelope_id(std::string_view value) {
  if (value.size() > envelope_id_limit || !is_printable_xtext(value)) return {};
  return std::string(value);
}

// RFC 3461 4.1: NEVER stands alone.
std::optional<Notify> parse_notify(std::string_view value) {
  Notify out;
  if (upper(value) == "NEVER") return out;
  while (true) {
    const auto comma = std::min(value.find(','), value.size());
    if (!add_word(out, value.substr(0, comma))) return {};
    if (comma == value.size()) return out;
    value.remove_prefix(comma + 1);
  }
}

std::optional<OriginalRecipient> parse_original_recipient(std::string_view value) {
  const auto semicolon = value.find(';');
  if (semicolon == value.npos || value.size() > original_recipient_limit) return {};
  const auto type = value.substr(0, semicolon);
  value.remove_prefix(semicolon + 1);
  if (!is_type(type) || value.empty()) return {};
  if (is_utf8_type(type)) return utf8_recipient(type, value);
  if (!is_printable_xtext(value)) return {};
  return OriginalRecipient{std::string(type), std::string(value)};
}

std::string parameters(const DsnOfMail& dsn) {
  std::string out;
  if (dsn.returned) out += *dsn.returned == Returned::full ? " RET=FULL" : " RET=HDRS";
  if (!dsn.envelope_id.empty()) out += " ENVID=" + dsn.envelope_id;
  return out;
}

std::string parameters(const DsnOfRecipient& dsn) {
  std::string out;
  if (dsn.notify) out += " NOTIFY=" + notify_text(*dsn.notify);
  if (dsn.original) out += " ORCPT=" + dsn.original->text();
  return out;
}

std::string encode_xtext(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_graphic(c) && c != '+' && c != '=')
      out += c;
    else
      out += fmt::format("+{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::optional<std::string> decode_xtext(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '+') {
      if (!is_graphic(text.front()) || text.front() == '=') return {};
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3 || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0) return {};
    out += static_cast<char>(hex_digit(text[1]) << 4 | hex_digit(text[2]));
    text.remove_prefix(3);
  }
  return out;
}

OriginalRecipient original_recipient(std::string_view address) {
  if (is_ascii(address)) return {"rfc822", encode_xtext(address)};
  return {"utf-8", escaped(address)};
}

}  // namespace server::smtp
