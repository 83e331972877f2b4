#pragma once
// SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677), the server's side.

#include "imap/sasl/gs2.h"
#include "imap/sasl/mechanism.h"

namespace imap::sasl {

// Does the client bind its proof to the TLS connection (RFC 5802 section 6)?
enum class Binding { none, required };

class Scram final : public Exchange {
 public:
  // `nonce`: our part of it, printable and without a comma.
  Scram(Binding, const Channel&, std::string nonce, Verifier&);

 private:
  Step next(const Message&) override;
  Step client_first(std::string_view message);
  Step client_final(std::string_view message);
  std::optional<Refusal> objection(const Gs2Header&) const;
  const ChannelBinding* find_binding(std::string_view type) const;
  // The octets that "c=" must be.
  std::string bound(const Gs2Header&) const;

  const Binding binding_;
  const std::vector<ChannelBinding> bindings_;
  std::string nonce_;
  Verifier& verifier_;
  enum class Expected { client_first, client_final, nothing } expected_ = Expected::client_first;
  std::string name_, bound_, dialogue_;  // client-first-bare "," server-first
  policy::ScramOffer offer_;
  std::optional<policy::Admission> admission_;
};

}  // namespace imap::sasl
