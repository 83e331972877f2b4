// RFC 4422 appendix A: TLS has said who it is; the message is whom it wants to be, or nothing.

#include "imap/sasl/exchanges.h"

namespace imap::sasl {

namespace {

class External final : public Exchange {
 public:
  External(crypto::PeerCertificate certificate, Verifier& verifier)
      : certificate_(std::move(certificate)), verifier_(verifier) {}

 private:
  Step next(const Message& as) override {
    if (as.find('\0') != as.npos) return malformed("an EXTERNAL message has no NUL");
    auto admission = verifier_.certificate(certificate_, as);
    if (!admission) return wrong();
    return std::move(*admission);
  }

  const crypto::PeerCertificate certificate_;
  Verifier& verifier_;
};

}  // namespace

std::unique_ptr<Exchange> make_external(const Channel& channel, Verifier& verifier) {
  return std::make_unique<External>(channel.certificate.value(), verifier);
}

}  // namespace imap::sasl
