#include "storage/ledger_edit.h"

#include "crypto/aead.h"
#include "crypto/digest.h"

namespace storage {
namespace {

constexpr LedgerPart parts[] = {LedgerPart::counts, LedgerPart::notice};

struct Statements {
  std::string_view all, one, put, remove;
};

const Statements& statements(LedgerPart part) {
  static constexpr Statements counts{
      "select id, sealed from ledger", "select sealed from ledger where id = ?",
      "insert or replace into ledger(id, sealed) values(?, ?)", "delete from ledger where id = ?"};
  static constexpr Statements notice{
      "select id, sealed from notice", "select sealed from notice where id = ?",
      "insert or replace into notice(id, sealed) values(?, ?)", "delete from notice where id = ?"};
  return part == LedgerPart::counts ? counts : notice;
}

void add(Bytes& sum, const crypto::DirectoryKey& key, LedgerPart part, std::int64_t row,
         ByteView sealed) {
  add_to_sum(sum, key, GenerationOf::ledger,
             std::to_string(static_cast<std::uint32_t>(part)) + ':' + std::to_string(row) + ':' +
                 to_hex(crypto::sha256(sealed)));
}

}  // namespace

crypto::Place ledger_place(std::int64_t row, LedgerPart part) {
  return {.kind = crypto::Kind::ledger, .row = row, .part = static_cast<std::uint32_t>(part)};
}

LedgerEdit::LedgerEdit(Connection& connection, const crypto::DirectoryKey& key,
                       std::optional<GenerationRecord> before)
    : connection_(connection),
      key_(key),
      generation_(std::move(before)),
      transaction_(connection, SqlTransaction::Kind::immediate) {}

void LedgerEdit::note(LedgerPart part, std::int64_t row, ByteView sealed) {
  if (generation_) add(generation_->sum, key_, part, row, sealed);
}

void LedgerEdit::gone(LedgerPart part, std::int64_t row) {
  auto found = connection_.query(statements(part).one, row);
  if (found.next()) note(part, row, found.blob(0));
}

void LedgerEdit::put(LedgerPart part, std::int64_t row, ByteView plain) {
  gone(part, row);
  const auto sealed = crypto::Aead::seal_record(key_, ledger_place(row, part), plain);
  note(part, row, sealed);
  connection_.run(statements(part).put, row, ByteView(sealed));
}

void LedgerEdit::remove(LedgerPart part, std::int64_t row) {
  gone(part, row);
  connection_.run(statements(part).remove, row);
}

std::optional<GenerationRecord> LedgerEdit::commit() {
  if (generation_) {
    ++generation_->number;
    store_generation(connection_, key_, GenerationOf::ledger, *generation_);
  }
  transaction_.commit();
  return std::move(generation_);
}

Bytes ledger_sum(Connection& connection, const crypto::DirectoryKey& key) {
  auto sum = empty_sum();
  for (const auto part : parts)
    for (auto rows = connection.query(statements(part).all); rows.next();)
      add(sum, key, part, rows.integer(0), rows.blob(1));
  return sum;
}

}  // namespace storage
