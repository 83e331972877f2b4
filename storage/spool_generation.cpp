#include "storage/spool_generation.h"

#include "crypto/keyed_hash.h"

namespace storage {
namespace {

constexpr std::size_t sum_size = 32;

// A proof stands in clear beside its row; what is added up does not, so that nobody finds other
// rows of the same sum.
void add(Bytes& sum, const crypto::DirectoryKey& key, ByteView proof) {
  if (proof.empty()) return;
  sum.resize(sum_size);
  const auto hash = crypto::KeyedHash::of(key, "spool sum", text_of(proof));
  for (std::size_t n = 0; n < sum_size; ++n) sum[n] ^= hash[n];
}

void store(Connection& connection, const crypto::DirectoryKey& key,
           const GenerationRecord& record) {
  connection.run("insert or replace into generation(id, sealed) values(1, ?)",
                 record.sealed(key, GenerationOf::spool));
}

}  // namespace

std::optional<GenerationRecord> spool_generation(Connection& connection,
                                                 const crypto::DirectoryKey& key) {
  auto row = connection.query("select sealed from generation");
  if (!row.next()) return std::nullopt;
  return GenerationRecord::opened(key, GenerationOf::spool, row.blob(0));
}

void note_spool_change(Connection& connection, const crypto::DirectoryKey& key, ByteView gone,
                       ByteView come) {
  auto record = spool_generation(connection, key).value_or(GenerationRecord{});
  ++record.number;
  add(record.sum, key, gone);
  add(record.sum, key, come);
  store(connection, key, record);
}

Bytes spool_sum(Connection& connection, const crypto::DirectoryKey& key) {
  Bytes sum(sum_size);
  for (auto rows = connection.query("select proof from spooled"); rows.next();)
    add(sum, key, rows.blob(0));
  return sum;
}

void adopt_spool(Connection& connection, const crypto::DirectoryKey& key,
                 std::uint64_t generation) {
  store(connection, key, {generation, spool_sum(connection, key)});
}

}  // namespace storage
