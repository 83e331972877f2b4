#pragma once
// What a server can announce (RFC 3501 6.1.1), and when each of it is true.

#include <string>

#include "imap/command_reader.h"
#include "imap/limits.h"
#include "imap/quirks.h"
#include "imap/sasl/mechanism.h"

namespace imap {

struct Backend;

// A connection, as far as capabilities depend on it.
struct Moment {
  State state = State::not_authenticated;
  bool tls_offered = false;  // STARTTLS can be asked for
  bool compressed = false;
  bool login_here = false;   // passwords are taken on this connection
  bool sets_quotas = false;  // other than those who only see theirs
  const sasl::Channel& channel;
  const Backend& backend;
  const Client& client;  // withheld from it: quirks.h
};

// "IMAP4rev1 LITERAL+ ...", in the order of the table.
std::string announced(const Moment&);

}  // namespace imap
