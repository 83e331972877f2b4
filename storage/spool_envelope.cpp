#include "storage/spool_envelope.h"

#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t content_version = 1;
enum Flag : std::uint8_t { utf8 = 1, require_tls = 2, delay_told = 4, all_flags = 7 };

std::uint8_t flags_of(const SpoolEnvelope& envelope) {
  return static_cast<std::uint8_t>((envelope.utf8 ? utf8 : 0) |
                                   (envelope.require_tls ? require_tls : 0) |
                                   (envelope.delay_told ? delay_told : 0));
}

void encode(Encoder& to, const SpoolRecipient& recipient) {
  to.text<std::uint16_t>(recipient.address);
  to.text<std::uint16_t>(recipient.parameters);
  to.number(static_cast<std::uint8_t>(recipient.outcome));
  to.number(recipient.reply.code);
  to.text<std::uint16_t>(recipient.reply.status);
  to.text<std::uint16_t>(recipient.reply.text);
}

SpoolOutcome checked_outcome(std::uint8_t number) {
  if (number > static_cast<std::uint8_t>(SpoolOutcome::relayed))
    throw Error(Fault::corrupt, "a stored envelope has an unknown outcome");
  return static_cast<SpoolOutcome>(number);
}

SpoolRecipient decoded_recipient(Decoder& from) {
  SpoolRecipient out;
  out.address = from.text<std::uint16_t>();
  out.parameters = from.text<std::uint16_t>();
  out.outcome = checked_outcome(from.number<std::uint8_t>());
  out.reply.code = from.number<std::uint16_t>();
  out.reply.status = from.text<std::uint16_t>();
  out.reply.text = from.text<std::uint16_t>();
  return out;
}

}  // namespace

Bytes encoded(const SpoolEnvelope& envelope) {
  Encoder to;
  to.number(content_version);
  to.number(flags_of(envelope));
  to.text<std::uint16_t>(envelope.sender);
  to.text<std::uint16_t>(envelope.parameters);
  to.number(envelope.size);
  to.number(envelope.accepted);
  to.number(envelope.next_try);
  to.number(envelope.tries);
  to.number(envelope.uncertain);
  to.number(static_cast<std::uint32_t>(envelope.recipients.size()));
  for (const auto& recipient : envelope.recipients) encode(to, recipient);
  return to.take();
}

SpoolEnvelope decoded_spool_envelope(ByteView plain) {
  Decoder from(plain);
  from.version(content_version);
  SpoolEnvelope out;
  const auto flags = from.number<std::uint8_t>();
  if ((flags & ~all_flags) != 0) throw Error(Fault::corrupt, "a stored envelope has unknown flags");
  out.utf8 = (flags & utf8) != 0;
  out.require_tls = (flags & require_tls) != 0;
  out.delay_told = (flags & delay_told) != 0;
  out.sender = from.text<std::uint16_t>();
  out.parameters = from.text<std::uint16_t>();
  out.size = from.number<std::uint64_t>();
  out.accepted = from.number<UnixTime>();
  out.next_try = from.number<UnixTime>();
  out.tries = from.number<std::uint32_t>();
  out.uncertain = from.number<std::uint32_t>();
  for (auto left = from.number<std::uint32_t>(); left > 0; --left)
    out.recipients.push_back(decoded_recipient(from));
  from.end();
  return out;
}

}  // namespace storage
