#pragma once
// What the administrator has to say to all users (RFC 5464 3.2.1.1); empty: nothing.

#include <string>

namespace imap {

struct Notes {
  std::string admin;  // how to reach them: a URI
  std::string comment;
};

}  // namespace imap
