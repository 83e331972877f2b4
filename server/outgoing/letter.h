#pragma once
// What goes out: a message with those of its recipients who wait for it.

#include <string>
#include <string_view>
#include <vector>

namespace server::outgoing {

// Paths are without <>; parameters are those of RFC 3461 as they came, each behind a blank.
struct Letter {
  std::string sender;
  std::string parameters;  // of MAIL
  bool utf8 = false, require_tls = false;
  struct Recipient {
    std::string address;
    std::string parameters;  // of RCPT
  };
  std::vector<Recipient> recipients;
  std::string_view octets;
};

// It cannot go where SMTPUTF8 is not offered (RFC 6531 3.2): for addresses and header fields.
// Bodies are a matter of the content.
bool needs_utf8(const Letter&);

// What the next server must be able to take.
struct Content {
  bool eight_bit = false;  // octets over 127 (RFC 6152)
  bool nul = false;        // octets that no text has
  bool lone_ends = false;  // a CR or LF alone, which DATA cannot carry (RFC 3030 section 3)
};
Content content_of(std::string_view octets);

}  // namespace server::outgoing
