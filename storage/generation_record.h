#pragma once
// How often a database was changed, sealed within it under the directory key: nobody but the server
// makes one that is greater than it ever was (crypto/FORMAT.md sections 7, 12 and 15).

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "crypto/keys.h"
#include "storage/sqlite.h"

namespace storage {

enum class GenerationOf : std::uint8_t { directory = 0, spool = 1, ledger = 2 };  // stored numbers

struct GenerationRecord {
  std::uint64_t number = 0;
  Bytes sum;  // of the rows, where add_to_sum() was given them; else empty

  Bytes sealed(const crypto::DirectoryKey&, GenerationOf) const;
  // Throws corrupt.
  static GenerationRecord opened(const crypto::DirectoryKey&, GenerationOf, ByteView sealed);
};

// As stored in the database; nothing in one from before there was any. Throws corrupt.
std::optional<GenerationRecord> stored_generation(Connection&, const crypto::DirectoryKey&,
                                                  GenerationOf);
void store_generation(Connection&, const crypto::DirectoryKey&, GenerationOf,
                      const GenerationRecord&);

// A row that comes, or goes: what was added twice is gone. It is hashed under the key, so that
// nobody else finds other rows of the same sum.
void add_to_sum(Bytes& sum, const crypto::DirectoryKey&, GenerationOf, std::string_view row);
Bytes empty_sum();

}  // namespace storage
