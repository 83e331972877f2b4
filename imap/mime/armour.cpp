#include "imap/mime/armour.h"

#include <algorithm>
#include <array>

#include "imap/mime/mimetic_bridge.h"

namespace imap::mime {
namespace {

constexpr std::string_view begin_line = "-----BEGIN PGP MESSAGE-----";
constexpr std::string_view end_line = "-----END PGP MESSAGE-----";
constexpr std::size_t longest_header = 80;  // octets of a line
constexpr int most_headers = 5;
constexpr std::array known_headers = {"Version:", "Comment:", "MessageID:", "Hash:", "Charset:"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Without the marks of a quotation.
std::string_view bare(std::string_view line) {
  while (!line.empty() && (is_blank(line.front()) || line.front() == '>')) line.remove_prefix(1);
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_coded(std::string_view line) {
  return !line.empty() && std::ranges::all_of(line, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
  });
}

// "Version: ...": letters, then a colon.
bool is_armour_header(std::string_view line) {
  const auto colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         std::ranges::all_of(line.substr(0, colon), is_letter);
}

// Takes lines of a text, one after the other.
class Lines {
 public:
  Lines(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= text_.size(); }
  std::string_view next() const { return bare(text_.substr(at_, length())); }
  void skip() { at_ = std::min(text_.size(), at_ + length() + 1); }

 private:
  std::size_t length() const { return std::min(text_.find('\n', at_), text_.size()) - at_; }
  std::string_view text_;
  std::size_t at_;
};

std::size_t line_start(std::string_view text, std::size_t marker) {
  const auto before = text.substr(0, marker).rfind('\n');
  const auto start = before == std::string_view::npos ? 0 : before + 1;
  return bare(text.substr(start, marker - start)).empty() ? start : marker;
}

bool is_known_header(std::string_view line) {
  return line.size() <= longest_header &&
         std::ranges::any_of(known_headers, [&](auto* name) { return line.starts_with(name); });
}

// As text of HTML has it: all on one line. What begins with five dashes next is its end.
std::optional<Armoured> read_joined(std::string_view text, std::size_t marker) {
  const auto body = marker + begin_line.size();
  const auto end = text.find("-----", body);
  if (end == std::string_view::npos || !text.substr(end).starts_with(end_line)) return std::nullopt;
  const auto inside = text.substr(body, end - body);
  if (bare(inside.substr(0, inside.find('\n'))).empty()) return std::nullopt;
  return Armoured{marker, end + end_line.size()};
}

Armoured read(std::string_view text, std::size_t marker) {
  if (const auto joined = read_joined(text, marker)) return *joined;
  Lines lines(text, marker);
  lines.skip();
  while (!lines.at_end() && is_armour_header(lines.next())) lines.skip();
  while (!lines.at_end() && lines.next().empty()) lines.skip();
  while (!lines.at_end() && is_coded(lines.next())) lines.skip();
  if (!lines.at_end() && lines.next() == end_line) lines.skip();
  return {line_start(text, marker), lines.at()};
}

// Padding, and a checksum of four digits behind '=' (RFC 4880 6.1), are all that follows the data.
bool ends_as_base64(std::string_view coded) {
  const auto end = std::min(coded.find('='), coded.size());
  return coded.size() - end <= std::string_view("===ABCD").size();
}

}  // namespace

std::optional<Armoured> find_armour(std::string_view text, std::size_t from) {
  const auto marker = text.find(begin_line, from);
  if (marker == std::string_view::npos) return std::nullopt;
  return read(text, marker);
}

std::string without_armour(std::string text) {
  std::string out;
  std::size_t kept = 0;
  while (const auto found = find_armour(text, kept)) {
    out.append(text, kept, std::max(found->begin, kept) - kept);
    kept = found->end;
  }
  if (kept == 0) return text;
  return out.append(text, kept);
}

std::string armoured_packets(std::string_view armour) {
  Lines lines(armour, 0);
  if (lines.next() != begin_line) return {};
  lines.skip();
  for (int n = 0; n < most_headers && is_known_header(lines.next()); ++n) lines.skip();
  while (!lines.at_end() && lines.next().empty()) lines.skip();
  std::string coded;
  for (; is_coded(lines.next()); lines.skip()) coded += lines.next();
  if (lines.next() != end_line || !ends_as_base64(coded)) return {};
  lines.skip();
  return lines.at_end() ? decode_base64(coded) : std::string();
}

}  // namespace imap::mime
