#pragma once
// Mail that the server writes itself: bounces (RFC 3464 in RFC 6522's multipart/report). Every
// result has CRLF line ends and has been scanned again: it holds the fields and parts that it was
// meant to, and none that somebody smuggled in.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace imap::mime {

// What makes a message one of a kind; drawn by the caller.
struct Stamp {
  std::string message_id;  // without <>
  std::string boundary;    // random: letters and digits, 16 to 60 of them
  UnixTime time = 0;
  std::int16_t zone = 0;  // minutes east of UTC
};

struct Person {
  std::string name;     // may be empty; UTF-8
  std::string address;  // local@host
};

struct Undelivered {
  std::string recipient;
  std::string status;      // RFC 3463: "5.1.1"
  std::string diagnostic;  // what the SMTP reply said; shown to the person too
};

struct Bounce {
  std::string reporter;  // host name of this server
  Person from, to;       // to: who sent the original
  std::vector<Undelivered> recipients;
  std::string_view original;  // the whole message, or its header: only the header goes back
};

// Throws invalid for a line end or NUL in a field, an address that is none, no recipient, or a
// boundary that occurs in a part.
std::string written(const Bounce&, const Stamp&);

}  // namespace imap::mime
