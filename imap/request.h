#pragma once
// One client command, whole: its line with every literal read into it. Walked from left to right by
// the command's handler with the productions of RFC 3501 section 9; each throws BadSyntax where the
// text is another. Literals lie in the text as {n} CRLF octets.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "imap/sequence_set.h"
#include "storage/entry.h"

namespace imap {

// The client's text breaks the grammar: answered BAD, never NO (style.md 1.3).
class BadSyntax : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DateTime {
  UnixTime time = 0;
  std::int16_t zone = 0;  // minutes east of UTC
};

class Request {
 public:
  // Reads tag and command name; "UID FETCH" is name() "UID FETCH". Leading blanks before the tag
  // are passed over. Throws BadSyntax; tag_of() is then what could be read of the tag.
  explicit Request(std::string text);

  const std::string& tag() const { return tag_; }
  const std::string& name() const { return name_; }  // upper case
  bool by_uid() const { return by_uid_; }

  // ---- the cursor
  void space();  // exactly one SP (further blanks are passed over: clients send them)
  bool try_space();
  bool at_end() const;
  void end();         // throws unless all was read
  char peek() const;  // 0 at the end
  bool try_char(char);
  void expect(char);

  // ---- productions
  std::string atom();
  std::string astring();  // atom (with ']'), quoted or literal
  std::string string();   // quoted or literal
  std::string literal();  // {n}, {n+} or ~{n} only; its octets as they are
  std::optional<std::string> nstring();
  std::string list_mailbox();  // LIST patterns: atom with % and *, or string
  std::uint32_t number();
  std::uint32_t nz_number();
  std::uint64_t number64();
  SequenceSet sequence_set();
  // "(...)" or bare flags up to the end (STORE). \Recent is passed over: no client can set it.
  storage::FlagNames flag_list();
  DateTime date_time();  // "17-Jul-1996 02:44:25 -0700", quoted
  UnixTime date();       // 1-Feb-1994, quoted or not: midnight UTC of that day
  std::string_view
  keyword_text();  // letters, digits and '.': FETCH items, SEARCH keys, upper-cased by the caller
  std::string_view rest() const;  // what has not been read
  std::size_t position() const { return at_; }
  void rewind(std::size_t position) { at_ = position; }
  void require_utf8() { checks_utf8_ = true; }  // 8-bit in quoted strings must be (RFC 6855 3)
  void forget();  // overwrites the text, once a password has been taken from it

 private:
  std::string_view take_while(bool (*allowed)(char));
  std::string quoted();

  std::string text_;
  std::size_t at_ = 0;
  std::string tag_, name_;
  bool by_uid_ = false;
  bool checks_utf8_ = false;
};

// As protocols compare words: ASCII letters only.
std::string upper_ascii(std::string_view);

// The tag a reply to this text bears, also where the rest of it cannot be read: "*" without one.
std::string tag_of(std::string_view text);

}  // namespace imap
