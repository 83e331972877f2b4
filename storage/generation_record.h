#pragma once
// How often a database was changed, sealed within it under the directory key: nobody but the server
// makes one that is greater than it ever was (crypto/FORMAT.md sections 7 and 12).

#include <cstdint>

#include "base/bytes.h"
#include "crypto/keys.h"

namespace storage {

enum class GenerationOf : std::uint8_t { directory = 0, spool = 1 };  // stored numbers

struct GenerationRecord {
  std::uint64_t number = 0;
  Bytes sum;  // the spool: of what proves its rows; else empty

  Bytes sealed(const crypto::DirectoryKey&, GenerationOf) const;
  // Throws corrupt.
  static GenerationRecord opened(const crypto::DirectoryKey&, GenerationOf, ByteView sealed);
};

}  // namespace storage
