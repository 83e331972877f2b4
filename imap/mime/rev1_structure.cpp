#include <algorithm>

#include "base/error.h"
#include "imap/mime/structure.h"

namespace imap::mime {
namespace {

constexpr std::string_view global = "\"global\"";
constexpr int most_nested = 1000;  // far beyond what a message may have (scanner.h)

// Walks through a structure and leaves out what follows the fields of a message/global.
class Rewriter {
 public:
  explicit Rewriter(std::string_view text) : text_(text) {}

  std::string run() {
    body();
    keep_to(at_);
    return std::move(out_);
  }

 private:
  [[noreturn]] static void unreadable() {
    throw Error(Fault::corrupt, "a body structure cannot be read");
  }

  char octet() const {
    if (at_ >= text_.size()) unreadable();
    return text_[at_];
  }

  void keep_to(std::size_t end) { out_ += text_.substr(kept_, end - kept_); }

  void body() {
    if (++depth_ > most_nested) unreadable();
    if (octet() == ' ') ++at_;
    ++at_;
    if (octet() == '(')
      while (octet() == '(') body();
    else
      single();
    while (octet() != ')') value();
    ++at_;
    --depth_;
  }

  void single() {
    const auto type = value(), subtype = value();
    values(5);  // parameters, id, description, encoding, octets
    if (!same_name(type, "\"message\"")) return;
    if (same_name(subtype, "\"rfc822\"")) {
      value();  // its envelope
      body();
    } else if (same_name(subtype, global)) {
      keep_to(at_);
      values(3);  // envelope, body, lines
      kept_ = at_;
    }
  }

  void values(int count) {
    while (count-- > 0) value();
  }

  // A string, number, NIL or list.
  std::string_view value() {
    if (octet() == ' ') ++at_;
    const auto begin = at_;
    std::size_t depth = 0;
    do {
      const char c = octet();
      if (c == '"') {
        pass_quoted();
      } else if (c == '{') {
        pass_literal();
      } else if (c == '(' || c == ')' || c == ' ') {
        ++at_;
        depth += c == '(';
        depth -= c == ')';
      } else {
        at_ = std::min(text_.find_first_of(" ()", at_), text_.size());
      }
    } while (depth > 0);
    return text_.substr(begin, at_ - begin);
  }

  void pass_quoted() {
    for (++at_; octet() != '"'; ++at_)
      if (octet() == '\\') ++at_;
    ++at_;
  }

  void pass_literal() {
    std::size_t size = 0;
    for (++at_; octet() != '}'; ++at_) {
      if (octet() < '0' || octet() > '9' || size > text_.size()) unreadable();
      size = size * 10 + static_cast<std::size_t>(octet() - '0');
    }
    at_ += 3 + size;  // "}", CRLF
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::size_t kept_ = 0;  // what is before it has been copied, or left out
  std::string out_;
};

}  // namespace

bool may_have_global(std::string_view structure) {
  const auto is_same = [](char c, char lower) {
    return (c >= 'A' && c <= 'Z' ? c | 32 : c) == lower;
  };
  return !std::ranges::search(structure, global, is_same).empty();
}

std::string rev1_structure(std::string_view structure) { return Rewriter(structure).run(); }

}  // namespace imap::mime
