#pragma once
// Steps through a structured field value (RFC 5322 3.2): comments, quoted strings, words. Reads
// folded values as they are; never fails, and always ends.

#include <string>
#include <string_view>

namespace imap::mime {

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip() { ++at_; }
  std::size_t position() const { return at_; }
  void back_to(std::size_t position) { at_ = position; }
  bool take(char);  // skips it if it is next

  void skip_space();
  // Blanks and comments; gives back the text of the last comment.
  std::string skip_cfws();
  // At '"': the content without quotes and backslashes; a missing end quote is the end of text.
  std::string quoted();
  // Up to one of `stops`, white space, '"' or '('. May be empty.
  std::string_view word(std::string_view stops);
  // Up to one of `stops` outside quotes and comments.
  void skip_to(std::string_view stops);

 private:
  std::string comment();
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace imap::mime
