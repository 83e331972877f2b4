#include "imap/request.h"

#include <algorithm>

#include "crypto/locked_memory.h"
#include "imap/mime/charset.h"

namespace imap {

namespace {

constexpr std::size_t tag_limit = 256;  // octets

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// RFC 3501 section 9: what the names say.
bool is_atom_char(char c) {
  return c > ' ' && c < '\x7f' && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
}
bool is_astring_char(char c) { return is_atom_char(c) || c == ']' || c == '}'; }
bool is_atom_or_brace(char c) { return is_atom_char(c) || c == '}'; }
bool is_list_char(char c) { return is_astring_char(c) || c == '%' || c == '*'; }
bool is_tag_char(char c) { return is_astring_char(c) && c != '+'; }
bool is_set_char(char c) { return is_digit(c) || c == ':' || c == ',' || c == '*'; }
bool is_keyword_char(char c) { return is_letter(c) || is_digit(c) || c == '.'; }

}  // namespace

std::string upper_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), upper);
  return result;
}

std::string tag_of(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  const auto end =
      std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), is_tag_char);
  const auto tag = text.substr(begin, static_cast<std::size_t>(end - text.begin()) - begin);
  if (tag.empty() || tag.size() > tag_limit) return "*";
  return std::string(tag);
}

Request::Request(std::string text) : text_(std::move(text)) {
  while (try_char(' ')) {
  }
  tag_ = take_while(is_tag_char);
  if (tag_.empty() || tag_.size() > tag_limit) throw BadSyntax("a command begins with a tag");
  space();
  name_ = upper_ascii(atom());
  if (name_ != "UID") return;
  space();
  by_uid_ = true;
  name_ += ' ' + upper_ascii(atom());
}

void Request::space() {
  if (!try_space()) throw BadSyntax("a space is missing");
}

bool Request::try_space() {
  if (!try_char(' ')) return false;
  while (try_char(' ')) {
  }
  return true;
}

bool Request::at_end() const { return text_.find_first_not_of(' ', at_) == std::string::npos; }

void Request::end() {
  if (!at_end()) throw BadSyntax("there is more in the line than the command takes");
}

char Request::peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

bool Request::try_char(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void Request::expect(char c) {
  if (!try_char(c)) throw BadSyntax(std::string("expected '") + c + "'");
}

std::string_view Request::rest() const { return std::string_view(text_).substr(at_); }

void Request::forget() {
  crypto::wipe(text_.data(), text_.size());
  text_.clear();
  at_ = 0;
}

std::string_view Request::take_while(bool (*allowed)(char)) {
  const auto begin = at_;
  while (at_ < text_.size() && allowed(text_[at_])) ++at_;
  return std::string_view(text_).substr(begin, at_ - begin);
}

std::string Request::atom() {
  const auto text = take_while(is_atom_or_brace);
  if (text.empty()) throw BadSyntax("an atom is missing");
  return std::string(text);
}

std::string Request::astring() {
  if (peek() == '"' || peek() == '{') return string();
  const auto text = take_while(is_astring_char);
  if (text.empty()) throw BadSyntax("a string is missing");
  return std::string(text);
}

std::string Request::string() { return peek() == '"' ? quoted() : literal(); }

std::string Request::quoted() {
  expect('"');
  std::string result;
  while (!try_char('"')) {
    char c = peek();
    if (c == '\0' || c == '\r' || c == '\n') throw BadSyntax("a quoted string does not end");
    ++at_;
    if (c == '\\') {
      c = peek();
      if (c != '"' && c != '\\') throw BadSyntax("only \" and \\ follow a \\ in a quoted string");
      ++at_;
    }
    result += c;
  }
  if (checks_utf8_ && !mime::is_utf8(result)) throw BadSyntax("a quoted string is no UTF-8");
  return result;
}

std::string Request::literal() {
  try_char('~');  // RFC 3516 literal8
  expect('{');
  const auto size = number();
  try_char('+');  // RFC 7888
  for (const char c : {'}', '\r', '\n'}) expect(c);
  if (size > text_.size() - at_) throw BadSyntax("a literal is cut short");
  at_ += size;
  return text_.substr(at_ - size, size);
}

std::optional<std::string> Request::nstring() {
  if (peek() == '"' || peek() == '{' || peek() == '~') return string();
  if (upper_ascii(atom()) != "NIL") throw BadSyntax("expected a string or NIL");
  return std::nullopt;
}

std::string Request::list_mailbox() {
  if (peek() == '"' || peek() == '{') return string();
  const auto text = take_while(is_list_char);
  if (text.empty()) throw BadSyntax("a folder name or pattern is missing");
  return std::string(text);
}

std::uint64_t Request::number64() {
  const auto digits = take_while(is_digit);
  if (digits.empty()) throw BadSyntax("a number is missing");
  std::uint64_t number = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (INT64_MAX - digit) / 10)
      throw BadSyntax("a number is too big");  // RFC 7162: 63 bits
    number = number * 10 + digit;
  }
  return number;
}

std::uint32_t Request::number() {
  const auto number = number64();
  if (number > UINT32_MAX) throw BadSyntax("a number is too big");
  return static_cast<std::uint32_t>(number);
}

std::uint32_t Request::nz_number() {
  const auto value = number();
  if (value == 0) throw BadSyntax("this number is never 0");
  return value;
}

SequenceSet Request::sequence_set() {
  return SequenceSet::parsed(try_char('$') ? "$" : take_while(is_set_char));
}

std::string_view Request::keyword_text() {
  const auto text = take_while(is_keyword_char);
  if (text.empty()) throw BadSyntax("a word is missing");
  return text;
}

}  // namespace imap
