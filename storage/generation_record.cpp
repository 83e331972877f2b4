#include "storage/generation_record.h"

#include "crypto/aead.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t content_version = 1;

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

}  // namespace storage
