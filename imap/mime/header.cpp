#include "imap/mime/header.h"

#include <algorithm>
#include <cstring>

namespace imap::mime {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_space(char c) { return is_blank(c) || c == '\r' || c == '\n'; }

// The line with its end.
std::string_view line_at(std::string_view text, std::size_t at) {
  const auto* start = text.data() + at;
  const auto* end = static_cast<const char*>(std::memchr(start, '\n', text.size() - at));
  return end ? std::string_view(start, end + 1) : text.substr(at);
}

std::string_view without_line_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// The length of the field name that a line begins with; 0 when it is no field.
std::size_t name_length(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return 0;
  auto end = colon;
  while (end > 0 && is_blank(line[end - 1])) --end;
  const auto bad = [](unsigned char c) { return c <= ' ' || c == 127; };
  const auto name = line.substr(0, end);
  return std::any_of(name.begin(), name.end(), bad) ? 0 : end;
}

}  // namespace

Header::Header(std::string_view octets) {
  fields_.reserve(24);
  bool in_field = false;
  for (std::size_t at = 0; at < octets.size();) {
    const auto line = line_at(octets, at);
    at += line.size();
    if (without_line_end(line).empty()) break;
    if (is_blank(line.front())) {
      if (!in_field) continue;
      auto& field = fields_.back();
      field.raw = {field.raw.data(), field.raw.size() + line.size()};
      continue;
    }
    const auto length = name_length(line);
    in_field = length > 0;
    if (in_field) fields_.push_back({line.substr(0, length), {}, line});
  }
  for (auto& field : fields_)
    field.value = without_line_end(field.raw.substr(field.raw.find(':') + 1));
}

const Field* Header::find(std::string_view name, std::size_t nth) const {
  for (const auto& field : fields_)
    if (same_name(field.name, name) && nth-- == 0) return &field;
  return nullptr;
}

std::string unfolded(std::string_view value) {
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool line_end = c == '\n' || (c == '\r' && i + 1 < value.size() && value[i + 1] == '\n');
    if (!line_end) out += c == '\0' ? '?' : c;
  }
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string picked_fields(std::string_view header, std::span<const std::string> names, Pick pick) {
  std::string out;
  const Header read(header);
  for (const auto& field : read.fields()) {
    const bool named = std::any_of(names.begin(), names.end(),
                                   [&](const auto& name) { return same_name(name, field.name); });
    if (named == (pick == Pick::these)) out += field.raw;
  }
  if (!out.empty() && out.back() != '\n') out += "\r\n";
  return out += "\r\n";
}

}  // namespace imap::mime
