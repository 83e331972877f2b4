#pragma once
// Quoted-printable undone (RFC 2045 6.7), piece by piece: how the pieces were cut makes no
// difference. Line ends come out as they went in; what is no escape stays as it is.

#include <cstddef>
#include <string>
#include <string_view>

namespace imap::mime {

// Blanks in a row that are looked through for a line end; in a longer run they are content.
inline constexpr std::size_t blank_run_limit = 64 * 1024;

class QuotedPrintableDecoder {
 public:
  std::string add(std::string_view coded);
  std::string end();

 private:
  void take(char);
  void take_line_end();
  bool extends(char) const;
  bool is_soft_break() const;
  void let_go();  // what is held is content

  std::string held_;  // the beginning of an escape, a soft line break or blanks at a line's end
  std::string out_;
};

}  // namespace imap::mime
