#include "imap/sasl/exchange.h"

#include "base/bytes.h"

namespace imap::sasl {

Step Exchange::begin(const std::optional<Message>& initial) {
  return initial ? answer(*initial) : first();
}

Step Exchange::answer(const Message& message) {
  if (message.size() > message_limit) return malformed("the response is too long");
  return next(message);
}

Refusal other_identity() {
  return {Refusal::Kind::other_identity, "nobody acts for somebody else here"};
}

std::optional<Message> decoded(std::string& base64) try {
  const auto coded = crypto::taken_secret(base64);
  auto octets = from_base64(coded);
  return crypto::taken_secret(octets);
} catch (const Error&) {
  return std::nullopt;
}

}  // namespace imap::sasl
