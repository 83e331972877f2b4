#pragma once
// What is set on top of a mailbox's DEP: that its mail is encrypted to its owner before it is
// stored (policy/protection.h). No record: it is not.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace storage {

struct Protection {
  std::vector<Bytes> certificates;  // of its owner, DER; at least one: mail is encrypted to each
  UnixTime since = 0;
  std::string by;          // who set it
  bool converted = false;  // mail that came before `since` is encrypted, too

  bool operator==(const Protection&) const = default;
};

Bytes encoded(const Protection&);         // crypto/FORMAT.md section 7
Protection decoded_protection(ByteView);  // throws corrupt

}  // namespace storage
