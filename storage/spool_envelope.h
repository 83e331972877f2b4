#pragma once
// What the spool keeps of a message beside its octets: from whom, to whom, and what became of it so
// far. Its plain form is crypto/FORMAT.md section 12; it is never stored unsealed.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace storage {

// What the next server said last. Code 0: it has said nothing, and the rest is our own, or empty.
struct SpoolReply {
  std::uint16_t code = 0;
  std::string status;  // RFC 3463, "5.1.1"; may be empty
  std::string text;
  bool operator==(const SpoolReply&) const = default;
};

enum class SpoolOutcome : std::uint8_t {
  waiting = 0,
  failed = 1,   // for ever; to be reported, and then gone
  relayed = 2,  // the next server has it and makes no reports; to be reported, and then gone
};

struct SpoolRecipient {
  std::string address;     // as in a path, without <>
  std::string parameters;  // of RCPT as they came, each behind a blank (RFC 3461); may be empty
  SpoolOutcome outcome = SpoolOutcome::waiting;
  SpoolReply reply{};
  bool operator==(const SpoolRecipient&) const = default;
};

struct SpoolEnvelope {
  std::string sender;                      // as in a path, without <>; empty: <>
  std::string parameters;                  // of MAIL, likewise: RET and ENVID
  std::uint64_t size = 0;                  // of the message, octets
  bool utf8 = false;                       // RFC 6531: needs a server that takes UTF-8
  bool require_tls = false;                // RFC 8689
  bool delay_told = false;                 // that it is late has been reported
  UnixTime accepted = 0;                   // when it was taken over
  UnixTime next_try = 0;                   // not before
  std::uint32_t tries = 0;                 // that ended with a reply
  std::uint32_t uncertain = 0;             // ends of DATA that were sent and not answered
  std::vector<SpoolRecipient> recipients;  // that are not done
  bool operator==(const SpoolEnvelope&) const = default;
};

Bytes encoded(const SpoolEnvelope&);
SpoolEnvelope decoded_spool_envelope(ByteView);  // throws corrupt

}  // namespace storage
