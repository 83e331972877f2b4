#pragma once
// Whether the rows of the spool are those that the server left there: how often they were changed,
// and the sum of what proves them, in one sealed record that changes with them. Within the
// transaction that changes a row.

#include <cstdint>

#include "storage/generation_record.h"
#include "storage/sqlite.h"

namespace storage {

// As stored; nothing in a spool from before. Throws corrupt.
std::optional<GenerationRecord> spool_generation(Connection&, const crypto::DirectoryKey&);

// A proof goes, another one comes; empty: none.
void note_spool_change(Connection&, const crypto::DirectoryKey&, ByteView gone, ByteView come);

// The sum over the rows that are there.
Bytes spool_sum(Connection&, const crypto::DirectoryKey&);

// What is there is what is to be there, from this generation on.
void adopt_spool(Connection&, const crypto::DirectoryKey&, std::uint64_t generation);

}  // namespace storage
