#include "imap/mime/quoted_printable.h"

#include <algorithm>
#include <utility>

namespace imap::mime {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool are_blanks(std::string_view text) { return std::all_of(text.begin(), text.end(), is_blank); }

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string_view without_cr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string QuotedPrintableDecoder::add(std::string_view coded) {
  out_.reserve(coded.size());
  while (!coded.empty()) {
    if (held_.empty()) {
      const auto plain = std::min(coded.find_first_of("= \t\r"), coded.size());
      out_ += coded.substr(0, plain);
      coded.remove_prefix(plain);
      if (coded.empty()) break;
    }
    take(coded.front());
    coded.remove_prefix(1);
  }
  return std::exchange(out_, {});
}

// The last line need not have an end.
std::string QuotedPrintableDecoder::end() {
  if (is_soft_break() || are_blanks(held_)) held_.clear();
  let_go();
  return std::exchange(out_, {});
}

void QuotedPrintableDecoder::take(char c) {
  if (c == '\n') return take_line_end();
  if (!held_.empty() && !extends(c)) let_go();
  if (held_.empty() && c != '=' && c != '\r' && !is_blank(c)) {
    out_ += c;
    return;
  }
  held_ += c;
  const bool is_escape = held_.size() == 3 && digit(held_[1]) >= 0;
  if (!is_escape) return;
  out_ += static_cast<char>(digit(held_[1]) * 16 + digit(held_[2]));
  held_.clear();
}

// RFC 2045 6.7 (3): blanks at the end were added on the way; (5): "=" there hides the line end.
void QuotedPrintableDecoder::take_line_end() {
  const bool has_cr = held_.ends_with('\r');
  const auto line = without_cr(held_);
  if (are_blanks(line)) {
    out_ += has_cr ? "\r\n" : "\n";
  } else if (line[0] != '=' || !are_blanks(line.substr(1))) {
    out_ += held_ + '\n';
  }
  held_.clear();
}

bool QuotedPrintableDecoder::is_soft_break() const {
  return held_.starts_with('=') && are_blanks(std::string_view(held_).substr(1));
}

bool QuotedPrintableDecoder::extends(char c) const {
  if (held_.back() == '\r') return false;
  if (held_.size() >= blank_run_limit) return c == '\r';
  if (held_[0] == '=' && held_.size() == 1) return digit(c) >= 0 || is_blank(c) || c == '\r';
  if (held_[0] == '=' && !is_blank(held_[1])) return digit(c) >= 0;
  return is_blank(c) || c == '\r';
}

void QuotedPrintableDecoder::let_go() {
  out_ += held_;
  held_.clear();
}

}  // namespace imap::mime
