#pragma once
// The mechanisms, each with when it is offered: one table.

#include <memory>
#include <string>
#include <string_view>

#include "imap/sasl/exchange.h"
#include "imap/sasl/verifier.h"
#include "imap/stream.h"

namespace imap::sasl {

// The connection, as far as mechanisms depend on it.
struct Channel {
  bool is_private = false;  // TLS, or a cleartext login is allowed
  bool takes_tokens = false;
  std::vector<ChannelBinding> bindings;
  std::optional<crypto::PeerCertificate> certificate;
};

Channel channel_of(const Stream&, const policy::Login&);  // private where it is TLS

struct Mechanism {
  std::string_view name;
  bool (*is_offered)(const Channel&);
  std::unique_ptr<Exchange> (*make)(const Channel&, Verifier&);
};

const Mechanism* find_mechanism(std::string_view name);  // in upper case; null: there is none

// The names of those that are offered, `before` ahead of each: " AUTH=PLAIN AUTH=LOGIN".
std::string offered(const Channel&, std::string_view before);

}  // namespace imap::sasl
