#include "storage/spool_generation.h"

namespace storage {
namespace {

void add(Bytes& sum, const crypto::DirectoryKey& key, ByteView proof) {
  if (!proof.empty()) add_to_sum(sum, key, GenerationOf::spool, text_of(proof));
}

}  // namespace

std::optional<GenerationRecord> spool_generation(Connection& connection,
                                                 const crypto::DirectoryKey& key) {
  return stored_generation(connection, key, GenerationOf::spool);
}

void note_spool_change(Connection& connection, const crypto::DirectoryKey& key, ByteView gone,
                       ByteView come) {
  auto record = spool_generation(connection, key).value_or(GenerationRecord{});
  ++record.number;
  add(record.sum, key, gone);
  add(record.sum, key, come);
  store_generation(connection, key, GenerationOf::spool, record);
}

Bytes spool_sum(Connection& connection, const crypto::DirectoryKey& key) {
  auto sum = empty_sum();
  for (auto rows = connection.query("select proof from spooled"); rows.next();)
    add(sum, key, rows.blob(0));
  return sum;
}

void adopt_spool(Connection& connection, const crypto::DirectoryKey& key,
                 std::uint64_t generation) {
  store_generation(connection, key, GenerationOf::spool, {generation, spool_sum(connection, key)});
}

}  // namespace storage
