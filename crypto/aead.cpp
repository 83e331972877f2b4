#include "crypto/aead.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "crypto/big_endian.h"
#include "crypto/padding.h"
#include "crypto/xaes.h"

namespace crypto {
namespace {

// The first octet of everything sealed: version in the high half, form in the low one.
enum class Form : std::uint8_t { record = 0x11, chunk = 0x12, wrap = 0x13 };

constexpr std::size_t record_begin = 1 + xaes_nonce_size;
constexpr std::size_t chunk_begin = 1;

// Of a chunk, in the first octet of what is packed, which is the method.
constexpr std::uint8_t opaque_mark = 0x80;

[[noreturn]] void does_not_open() {
  throw Error(Fault::corrupt,
              "sealed data does not open: it was altered, moved or cut, or sealed "
              "under another key");
}

std::array<std::uint8_t, 1 + place_size> associated(Form form, const Place& place) {
  std::array<std::uint8_t, 1 + place_size> data;
  data[0] = static_cast<std::uint8_t>(form);
  std::ranges::copy(place.encoded(), data.begin() + 1);
  return data;
}

// The first half derives a key apart from those of records under the same message key.
std::array<std::uint8_t, xaes_nonce_size> chunk_nonce(const Place& place, std::uint32_t number,
                                                      bool last) {
  constexpr std::string_view label = "message body";
  std::array<std::uint8_t, xaes_nonce_size> nonce{};
  std::ranges::copy(label, nonce.begin());
  nonce[12] = static_cast<std::uint8_t>(place.kind);
  nonce[13] = last ? 1 : 0;
  store_big(&nonce[16], place.part);
  store_big(&nonce[20], number);
  return nonce;
}

void refuse_above(std::size_t limit, ByteView plain) {
  if (plain.size() > limit) throw Error(Fault::too_big, "too much to seal in one piece");
}

// Is it of this form, and of a size that sealing at most `limit` octets can give?
void check_shape(ByteView sealed, Form form, std::size_t begin, std::size_t limit) {
  const auto most = padded_size(inner_header_size + limit);
  if (sealed.size() < begin + smallest_inner + tag_size ||
      sealed.size() > begin + most + tag_size || sealed[0] != static_cast<std::uint8_t>(form))
    does_not_open();
}

// Still packed.
Bytes opened(ByteView key, XaesNonce nonce, ByteView data, ByteView sealed) {
  Bytes inner(sealed.size() - tag_size);
  if (!xaes_open(key, nonce, data, sealed, inner)) does_not_open();
  return inner;
}

Content taken_mark(Bytes& inner) {
  const bool opaque = (inner[0] & opaque_mark) != 0;
  inner[0] &= static_cast<std::uint8_t>(~opaque_mark);
  return opaque ? Content::opaque : Content::readable;
}

}  // namespace

Bytes Aead::seal_raw(ByteView key, const Place& place, ByteView plain) {
  refuse_above(record_limit, plain);
  auto out = packed(plain, {record_begin, tag_size});
  out[0] = static_cast<std::uint8_t>(Form::record);
  const auto nonce = std::span(out).subspan<1, xaes_nonce_size>();
  random_bytes(nonce);
  xaes_seal(key, nonce, associated(Form::record, place), std::span(out).subspan(record_begin));
  return out;
}

Bytes Aead::open_raw(ByteView key, const Place& place, ByteView sealed) {
  check_shape(sealed, Form::record, record_begin, record_limit);
  return unpacked(opened(key, sealed.subspan<1, xaes_nonce_size>(), associated(Form::record, place),
                         sealed.subspan(record_begin)),
                  record_limit);
}

Bytes Aead::open_record(const MailboxKey& key, const Place& place, ByteView sealed,
                        const Crossing& crossing) {
  auto plain = open_raw(key.raw({}), place, sealed);
  count_crossing(crossing, plain.size(), Content::readable);
  return plain;
}

Bytes Aead::open_record(const MessageKey& key, const Place& place, ByteView sealed,
                        const Crossing& crossing) {
  auto plain = open_raw(key.raw({}), place, sealed);
  count_crossing(crossing, plain.size(), Content::readable);
  return plain;
}

Bytes Aead::open_record(const DirectoryKey& key, const Place& place, ByteView sealed) {
  return open_raw(key.raw({}), place, sealed);
}

Bytes Aead::seal_chunk(const MessageKey& key, const Place& place, std::uint32_t number, bool last,
                       ByteView plain, Content content) {
  refuse_above(chunk_size, plain);
  auto out = packed(plain, {chunk_begin, tag_size});
  out[0] = static_cast<std::uint8_t>(Form::chunk);
  if (content == Content::opaque) out[chunk_begin] |= opaque_mark;
  xaes_seal(key.raw({}), chunk_nonce(place, number, last), associated(Form::chunk, place),
            std::span(out).subspan(chunk_begin));
  return out;
}

Bytes Aead::open_chunk(const MessageKey& key, const Place& place, std::uint32_t number, bool last,
                       ByteView sealed, const Crossing& crossing) {
  check_shape(sealed, Form::chunk, chunk_begin, chunk_size);
  auto inner = opened(key.raw({}), chunk_nonce(place, number, last), associated(Form::chunk, place),
                      sealed.subspan(chunk_begin));
  const auto content = taken_mark(inner);
  auto plain = unpacked(std::move(inner), chunk_size);
  count_crossing(crossing, plain.size(), content);
  return plain;
}

Bytes Aead::wrap_raw(ByteView key, ByteView by, const Place& place) {
  if (key.size() != key_size) throw Error(Fault::invalid, "a key has 32 octets");
  Bytes out(wrapped_key_size);
  out[0] = static_cast<std::uint8_t>(Form::wrap);
  const auto nonce = std::span(out).subspan<1, xaes_nonce_size>();
  random_bytes(nonce);
  std::ranges::copy(key, out.begin() + record_begin);
  xaes_seal(by, nonce, associated(Form::wrap, place), std::span(out).subspan(record_begin));
  return out;
}

LockedKey Aead::unwrap_raw(ByteView blob, ByteView by, const Place& place) {
  if (blob.size() != wrapped_key_size || blob[0] != static_cast<std::uint8_t>(Form::wrap))
    does_not_open();
  SecretBytes raw(key_size);
  if (!xaes_open(by, blob.subspan<1, xaes_nonce_size>(), associated(Form::wrap, place),
                 blob.subspan(record_begin), raw))
    does_not_open();
  return LockedKey::copy_of(raw);
}

}  // namespace crypto
