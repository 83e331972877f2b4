#include "storage/dep_sealed.h"

#include "crypto/aead.h"
#include "crypto/keyed_hash.h"
#include "storage/codec.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

constexpr std::uint8_t content_version = 1;

// Part 0 is of the DEP itself, and of what its roots said; versions are from 1 on.
crypto::Place place_of(crypto::Kind kind, DepId dep, std::uint32_t version = 0) {
  return {.kind = kind, .row = dep.value, .part = version};
}

Bytes sealed_time(const crypto::DirectoryKey& key, const crypto::Place& place, UnixTime time) {
  Encoder to;
  to.number(content_version);
  to.number(time);
  return crypto::Aead::seal_record(key, place, to.take());
}

UnixTime opened_time(const crypto::DirectoryKey& key, const crypto::Place& place, ByteView sealed) {
  const auto plain = crypto::Aead::open_record(key, place, sealed);
  Decoder from(plain);
  from.version(content_version);
  const auto time = from.number<UnixTime>();
  from.end();
  return time;
}

}  // namespace

Bytes dep_name_hash(const crypto::DirectoryKey& key, std::string_view name) {
  return crypto::KeyedHash::of(key, "dep", lower_case(name));
}

Bytes sealed_dep(const crypto::DirectoryKey& key, const Dep& dep) {
  Encoder to;
  to.number(content_version);
  to.text<std::uint16_t>(dep.name);
  to.text<std::uint16_t>(dep.description);
  to.number(dep.created);
  return crypto::Aead::seal_record(key, place_of(crypto::Kind::dep_record, dep.id), to.take());
}

void open_dep(const crypto::DirectoryKey& key, ByteView sealed, Dep& dep) {
  const auto plain =
      crypto::Aead::open_record(key, place_of(crypto::Kind::dep_record, dep.id), sealed);
  Decoder from(plain);
  from.version(content_version);
  dep.name = from.text<std::uint16_t>();
  dep.description = from.text<std::uint16_t>();
  dep.created = from.number<UnixTime>();
  from.end();
}

Bytes sealed_making(const crypto::DirectoryKey& key, const DepVersion& version, UnixTime made) {
  return sealed_time(key, place_of(crypto::Kind::dep_record, version.dep, version.version), made);
}

UnixTime opened_making(const crypto::DirectoryKey& key, const DepVersion& version,
                       ByteView sealed) {
  return opened_time(key, place_of(crypto::Kind::dep_record, version.dep, version.version), sealed);
}

Bytes sealed_denial(const crypto::DirectoryKey& key, DepId dep, const RootDenial& denial) {
  Encoder to;
  to.number(content_version);
  to.text<std::uint16_t>(denial.kid);
  to.number(denial.since);
  to.text<std::uint16_t>(denial.reason);
  return crypto::Aead::seal_record(key, place_of(crypto::Kind::root_answer, dep), to.take());
}

RootDenial opened_denial(const crypto::DirectoryKey& key, DepId dep, std::string_view kid,
                         ByteView sealed) {
  const auto plain =
      crypto::Aead::open_record(key, place_of(crypto::Kind::root_answer, dep), sealed);
  Decoder from(plain);
  from.version(content_version);
  RootDenial denial{.kid = std::string(from.text<std::uint16_t>())};
  denial.since = from.number<UnixTime>();
  denial.reason = from.text<std::uint16_t>();
  from.end();
  if (denial.kid != kid)
    throw Error(Fault::corrupt, "directory.db: a denial of another root stands in this row");
  return denial;
}

Bytes sealed_outage(const crypto::DirectoryKey& key, const DepVersion& version, UnixTime since) {
  return sealed_time(key, place_of(crypto::Kind::root_answer, version.dep, version.version), since);
}

UnixTime opened_outage(const crypto::DirectoryKey& key, const DepVersion& version,
                       ByteView sealed) {
  return opened_time(key, place_of(crypto::Kind::root_answer, version.dep, version.version),
                     sealed);
}

}  // namespace storage
