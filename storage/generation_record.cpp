#include "storage/generation_record.h"

#include "crypto/aead.h"
#include "crypto/keyed_hash.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t content_version = 1;
constexpr std::size_t sum_size = 32;

crypto::Place place_of(GenerationOf of) {
  return {.kind = crypto::Kind::generation, .row = static_cast<std::int64_t>(of)};
}

}  // namespace

Bytes GenerationRecord::sealed(const crypto::DirectoryKey& key, GenerationOf of) const {
  Encoder to;
  to.number(content_version);
  to.number(number);
  to.text<std::uint8_t>(text_of(sum));
  return crypto::Aead::seal_record(key, place_of(of), to.take());
}

GenerationRecord GenerationRecord::opened(const crypto::DirectoryKey& key, GenerationOf of,
                                          ByteView sealed) {
  const auto plain = crypto::Aead::open_record(key, place_of(of), sealed);
  Decoder from(plain);
  from.version(content_version);
  GenerationRecord record;
  record.number = from.number<std::uint64_t>();
  record.sum = copy_of(bytes_of(from.text<std::uint8_t>()));
  from.end();
  return record;
}

std::optional<GenerationRecord> stored_generation(Connection& connection,
                                                  const crypto::DirectoryKey& key,
                                                  GenerationOf of) {
  auto row = connection.query("select sealed from generation");
  if (!row.next()) return std::nullopt;
  return GenerationRecord::opened(key, of, row.blob(0));
}

void store_generation(Connection& connection, const crypto::DirectoryKey& key, GenerationOf of,
                      const GenerationRecord& record) {
  connection.run("insert or replace into generation(id, sealed) values(1, ?)",
                 record.sealed(key, of));
}

void add_to_sum(Bytes& sum, const crypto::DirectoryKey& key, GenerationOf of,
                std::string_view row) {
  sum.resize(sum_size);
  const auto hash =
      crypto::KeyedHash::of(key, of == GenerationOf::spool ? "spool sum" : "ledger sum", row);
  for (std::size_t n = 0; n < sum_size; ++n) sum[n] ^= hash[n];
}

Bytes empty_sum() { return Bytes(sum_size); }

}  // namespace storage
