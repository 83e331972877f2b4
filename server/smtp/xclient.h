#pragma once
// What a front end says of the client it speaks for: Postfix's XCLIENT protocol (XCLIENT_README).

#include <string>
#include <string_view>

#include "server/smtp/mode.h"

namespace server::smtp {

// Empty: not said, or not known ("[UNAVAILABLE]", "[TEMPUNAVAIL]").
struct ClaimedClient {
  std::string name;      // of its host, by DNS
  std::string address;   // "192.0.2.1", "2001:db8::1"
  std::string protocol;  // "SMTP", "ESMTP"
  std::string hello;     // what it said in EHLO
  std::string login;     // the account that the front end has authenticated
};

// "NAME=host ADDR=192.0.2.1 ...": on top of what was said before. PORT, DESTADDR and DESTPORT are
// read, and of no use here. Throws BadCommand (501) for what is malformed, or for LOGIN where
// nobody logs in.
ClaimedClient parse_xclient(std::string_view argument, const Mode&, ClaimedClient before);

// "XCLIENT NAME ADDR ...": as EHLO shows it.
std::string xclient_keyword(const Mode&);

}  // namespace server::smtp
