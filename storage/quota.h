#pragma once
// How much a mailbox holds, and how much it may hold (RFC 9208). Of messages the sum of their sizes
// counts, a copy as often as it is shown.

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace storage {

struct Usage {
  std::uint64_t octets = 0;
  std::uint64_t messages = 0;
  std::uint64_t folders = 0;
  bool operator==(const Usage&) const = default;
};

// Nothing: there is no limit.
struct QuotaLimits {
  std::optional<std::uint64_t> octets, messages, folders;

  bool any() const { return octets || messages || folders; }
  bool operator==(const QuotaLimits&) const = default;
};

// Throws over_quota when `more` goes beyond a limit.
void require_room(const QuotaLimits&, const Usage& used, const Usage& more);

// What an admin has said of one mailbox and one resource. The numbers are stored format.
struct Allowance {
  enum class Kind : std::uint8_t { by_default = 0, unlimited = 1, limited = 2 };

  Kind kind = Kind::by_default;
  std::uint64_t most = 0;  // limited

  std::optional<std::uint64_t> limit(const std::optional<std::uint64_t>& otherwise) const;
  bool operator==(const Allowance&) const = default;
};

struct Quota {
  Allowance octets, messages, folders;

  QuotaLimits limits(const QuotaLimits& defaults) const;
  bool operator==(const Quota&) const = default;
};

Bytes encoded(const Quota&);    // crypto/FORMAT.md section 7
Quota decoded_quota(ByteView);  // throws corrupt

}  // namespace storage
