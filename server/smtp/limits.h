#pragma once
// Named limits of SMTP sessions (README, "Limits"). Over one: a clear reply, and the session stays
// usable unless it says here that it ends.

#include <chrono>
#include <cstdint>

namespace server::smtp {

struct Limits {
  std::size_t line = 4096;        // a command line, octets (RFC 5321 4.5.3.1.4 asks for 512): 500
  std::size_t auth_line = 12288;  // a line of an AUTH dialogue (RFC 4954 4): 500
  std::size_t dropped_line = 1 << 20;       // of a line over its limit; then the session ends
  std::uint64_t message = 64u << 20;        // octets: 552 5.3.4, from SIZE= or when it turns out so
  std::uint64_t dropped = 1u << 30;         // of a message over its limit; then the session ends
  std::size_t recipients = 1000;            // RCPT commands of a transaction (4.5.3.1.8 asks for
                                            // 100): 452 4.5.3
  unsigned transactions = 10'000;           // MAIL commands of a session: 421 4.7.0, ends
  std::size_t hops = 100;                   // Received fields (6.3): 554 5.4.6
  unsigned errors = 20;                     // refused commands without a message taken: 421, ends
  unsigned failed_logins = 4;               // of a session: 421, ends
  unsigned commands = 10'000;               // without a message taken: 421, ends
  std::chrono::seconds command{300};        // for a whole command line (4.5.3.2.7): 421, ends
  std::chrono::seconds data{300};           // between two pieces of a message: 421, ends
  std::chrono::seconds message_time{3600};  // for a whole message or chunk: 421, ends
  std::chrono::seconds handshake{30};       // of STARTTLS: ends
};

}  // namespace server::smtp
