#pragma once
// One change of ledger.db: a transaction that seals what it writes, and counts itself and adds up
// the rows (generation_record.h), so that an older row or file that is put back is noticed.

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "crypto/place.h"
#include "storage/generation_record.h"
#include "storage/sqlite.h"

namespace storage {

enum class LedgerPart : std::uint32_t { counts = 0, notice = 1 };  // stored numbers

crypto::Place ledger_place(std::int64_t row, LedgerPart);

class LedgerEdit {
 public:
  // `before`: what the generation is. Nothing: the file was put back and not accepted, and keeps
  // the one it has, so that it stays the older one.
  LedgerEdit(Connection&, const crypto::DirectoryKey&, std::optional<GenerationRecord> before);

  void put(LedgerPart, std::int64_t row, ByteView plain);
  void remove(LedgerPart, std::int64_t row);
  std::optional<GenerationRecord> commit();  // what it is then

 private:
  void note(LedgerPart, std::int64_t row, ByteView sealed);  // that comes or goes
  void gone(LedgerPart, std::int64_t row);

  Connection& connection_;
  const crypto::DirectoryKey& key_;
  std::optional<GenerationRecord> generation_;
  SqlTransaction transaction_;
};

// The sum over the rows that are there. In a transaction.
Bytes ledger_sum(Connection&, const crypto::DirectoryKey&);

}  // namespace storage
