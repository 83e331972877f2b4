#include "storage/versions.h"

namespace storage {
namespace {

constexpr std::uint8_t list_format = 1;

void encode(Encoder& to, std::uint32_t block) { to.number(block); }
void encode(Encoder& to, const RecordKey& key) {
  to.number(static_cast<std::uint8_t>(key.kind));
  to.number(key.row);
}
void encode(Encoder& to, const BlockVersion& version) {
  to.number(version.version);
  to.number(version.slots);
}
void encode(Encoder& to, const RecordVersion& version) { to.number(version.version); }

void decode(Decoder& from, std::uint32_t& block) { block = from.number<std::uint32_t>(); }
void decode(Decoder& from, RecordKey& key) {
  key.kind = static_cast<crypto::Kind>(from.number<std::uint8_t>());
  key.row = from.number<std::int64_t>();
}
void decode(Decoder& from, BlockVersion& version) {
  version.version = from.number<std::uint32_t>();
  version.slots = from.number<std::uint64_t>();
}
void decode(Decoder& from, RecordVersion& version) {
  version.version = from.number<std::uint32_t>();
}

template <class Pairs>
void encode_pairs(Encoder& to, const Pairs& pairs) {
  for (const auto& [key, version] : pairs) {
    encode(to, key);
    encode(to, version);
  }
}

template <class Pairs>
Pairs decoded_pairs(Decoder& from, std::size_t count) {
  Pairs pairs;
  for (; count > 0; --count) {
    typename Pairs::value_type pair{};
    decode(from, pair.first);
    decode(from, pair.second);
    if (!pairs.empty() && !(pairs.back().first < pair.first))
      throw Error(Fault::corrupt, "stored versions are out of order");
    pairs.push_back(pair);
  }
  return pairs;
}

}  // namespace

template <class Key, class Version>
void Versions<Key, Version>::encode(Encoder& to) const {
  to.number(list_version_);
  to.number(static_cast<std::uint16_t>(recent_.size()));
  encode_pairs(to, recent_);
}

template <class Key, class Version>
Versions<Key, Version> Versions<Key, Version>::decoded(Decoder& from) {
  Versions versions;
  versions.list_version_ = from.number<std::uint32_t>();
  versions.recent_ = decoded_pairs<List>(from, from.number<std::uint16_t>());
  return versions;
}

template <class Key, class Version>
Bytes Versions<Key, Version>::encoded_list(const List& list) {
  Encoder to;
  to.number(list_format);
  to.number(static_cast<std::uint32_t>(list.size()));
  encode_pairs(to, list);
  return to.take();
}

template <class Key, class Version>
typename Versions<Key, Version>::List Versions<Key, Version>::decoded_list(ByteView bytes) {
  Decoder from(bytes);
  from.version(list_format);
  auto list = decoded_pairs<List>(from, from.number<std::uint32_t>());
  from.end();
  return list;
}

template class Versions<std::uint32_t, BlockVersion>;
template class Versions<RecordKey, RecordVersion>;

}  // namespace storage
