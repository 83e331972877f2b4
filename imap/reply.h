#pragma once
// Replies, and failures as replies (RFC 3501 7.1, response codes of RFC 5530).

#include <string>

#include "base/error.h"

namespace imap {

// A tagged reply without its tag: "OK [READ-WRITE] SELECT completed". Empty: all was said already.
struct Reply {
  std::string text;
  bool by_number = false;  // it answers in terms of numbers: no expunge may be told before it
  bool expunged = false;   // expunges told before it are its answer
};
Reply ok(std::string text);
Reply no(std::string text);
Reply bad(std::string text);
Reply already_said();

// What a client is told of a failure. Of the inner ones (a disk, a key, a damaged record) only what
// to do about it; the rest is for the log.
Reply no(const Error&);

// On one line, ASCII, of bounded length.
std::string one_line(std::string_view);

}  // namespace imap
