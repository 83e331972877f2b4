#pragma once
// The limits of an IMAP session, named (README, "Limits"). Over them: a clear answer, and the
// session stays usable where the protocol allows.

#include <chrono>
#include <cstddef>

namespace imap {

struct Limits {
  std::size_t line = 64 * 1024;            // a command line without literals, octets
  std::size_t literal = 64 * 1024;         // a literal that is no message, octets
  std::size_t message = 64 * 1024 * 1024;  // APPEND and REPLACE, octets
  std::size_t before_login = 8 * 1024;     // a line or a literal, octets
  std::chrono::seconds idle_before_login{60};
  std::chrono::seconds idle{30 * 60};        // RFC 3501 5.4: at least 30 minutes
  std::chrono::seconds within_command{120};  // between the pieces of one command
  std::chrono::seconds keep_alive{120};      // a line in IDLE, so that NATs do not forget
  std::chrono::seconds handshake{30};        // STARTTLS
  std::chrono::seconds progress{10};         // without a word in a command (RFC 9585 section 4)
  unsigned failed_logins = 5;                // then BYE
  unsigned bad_commands = 50;                // in a row without a good one, then BYE
};

}  // namespace imap
