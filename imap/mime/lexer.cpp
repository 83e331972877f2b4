#include "imap/mime/lexer.h"

namespace imap::mime {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Folding is no content, nor can NUL be sent to a client.
void add(std::string& out, char c) {
  if (c != '\r' && c != '\n') out += c == '\0' ? '?' : c;
}

}  // namespace

bool Lexer::take(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void Lexer::skip_space() {
  while (!at_end() && is_space(text_[at_])) ++at_;
}

std::string Lexer::skip_cfws() {
  std::string last;
  for (skip_space(); peek() == '('; skip_space()) last = comment();
  return last;
}

std::string Lexer::comment() {
  std::string out;
  int depth = 0;
  for (; !at_end(); ++at_) {
    const char c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size()) {
      add(out, text_[++at_]);
      continue;
    }
    if (c == '(' && depth++ == 0) continue;
    if (c == ')' && --depth == 0) {
      ++at_;
      break;
    }
    add(out, c);
  }
  return out;
}

std::string Lexer::quoted() {
  std::string out;
  for (++at_; !at_end(); ++at_) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      break;
    }
    if (c == '\\' && at_ + 1 < text_.size())
      add(out, text_[++at_]);
    else
      add(out, c);
  }
  return out;
}

std::string_view Lexer::word(std::string_view stops) {
  const auto start = at_;
  while (!at_end() && !is_space(peek()) && peek() != '"' && peek() != '(' &&
         stops.find(peek()) == std::string_view::npos)
    ++at_;
  return text_.substr(start, at_ - start);
}

void Lexer::skip_to(std::string_view stops) {
  while (!at_end() && stops.find(peek()) == std::string_view::npos) {
    if (peek() == '"')
      quoted();
    else if (peek() == '(')
      comment();
    else
      ++at_;
  }
}

}  // namespace imap::mime
