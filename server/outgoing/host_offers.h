#pragma once
// What another SMTP server offers in its reply to EHLO (RFC 5321 4.1.1.1).

#include <cstdint>
#include <optional>

#include "server/smtp/reply.h"

namespace server::outgoing {

struct HostOffers {
  bool pipelining = false;            // RFC 2920
  bool eight_bit = false;             // RFC 6152
  bool utf8 = false;                  // RFC 6531
  bool dsn = false;                   // RFC 3461
  bool start_tls = false;             // RFC 3207
  bool require_tls = false;           // RFC 8689
  bool chunking = false;              // RFC 3030
  bool binary = false;                // BINARYMIME, likewise; goes with chunking
  std::optional<std::uint64_t> size;  // RFC 1870; 0: no limit is said
  bool scram_plus = false, scram = false, plain = false, login = false;  // RFC 4954 AUTH

  bool operator==(const HostOffers&) const = default;
};

// Unknown lines are passed over.
HostOffers parse_offers(const smtp::Reply& to_hello);

}  // namespace server::outgoing
