#include "crypto/padding.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "base/error.h"
#include "crypto/big_endian.h"

namespace crypto {
namespace {

enum class Method : std::uint8_t { raw = 0, zstd = 1 };

constexpr int compression_level = 1;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

template <class Context>
Context& usable(const std::unique_ptr<Context, FreeContext>& context) {
  if (!context) throw Error(Fault::unavailable, "no memory to compress or decompress mail");
  return *context;
}

[[noreturn]] void malformed() {
  throw Error(Fault::corrupt, "sealed data opened, but its inside is malformed");
}

// The compressed size, if that ends in a smaller bucket. Scribbles on `out` either way.
std::optional<std::size_t> compressed_into(std::span<std::uint8_t> out, ByteView plain) {
  const auto bucket = padded_size(inner_header_size + plain.size());
  if (bucket == smallest_inner) return std::nullopt;
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  const auto size = ZSTD_compressCCtx(&usable(context), out.data(), out.size(), plain.data(),
                                      plain.size(), compression_level);
  if (ZSTD_isError(size) || padded_size(inner_header_size + size) >= bucket) return std::nullopt;
  return size;
}

Bytes decompressed(ByteView stored, std::size_t size) {
  if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != size ||
      ZSTD_findFrameCompressedSize(stored.data(), stored.size()) != stored.size())
    malformed();
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  Bytes plain(size);
  if (ZSTD_decompressDCtx(&usable(context), plain.data(), size, stored.data(), stored.size()) !=
      size)
    malformed();
  return plain;
}

void write_header(std::uint8_t* at, Method method, std::size_t stored, std::size_t real) {
  at[0] = static_cast<std::uint8_t>(method);
  store_big(at + 1, static_cast<std::uint32_t>(stored));
  store_big(at + 5, static_cast<std::uint32_t>(real));
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](auto octet) { return octet == 0; });
}

}  // namespace

std::size_t padded_size(std::size_t inner) {
  if (inner <= smallest_inner) return smallest_inner;
  const auto exponent = std::bit_width(inner) - 1;
  const auto kept_bits = std::bit_width(static_cast<unsigned>(exponent));
  const auto mask = (std::size_t{1} << (exponent - kept_bits)) - 1;
  return (inner + mask) & ~mask;
}

Bytes packed(ByteView plain, Room room) {
  if (plain.size() > UINT32_MAX) throw Error(Fault::too_big, "too much to seal in one piece");
  const auto begin = room.before + inner_header_size;
  Bytes out(room.before + padded_size(inner_header_size + plain.size()) + room.after);
  const auto content = std::span(out).subspan(begin, plain.size());
  if (const auto size = compressed_into(content, plain)) {
    write_header(out.data() + room.before, Method::zstd, *size, plain.size());
    out.resize(room.before + padded_size(inner_header_size + *size) + room.after);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin + *size), out.end(), 0);
  } else {
    write_header(out.data() + room.before, Method::raw, plain.size(), plain.size());
    std::copy(plain.begin(), plain.end(), content.begin());
  }
  return out;
}

Bytes unpacked(Bytes inner, std::size_t limit) {
  if (inner.size() < smallest_inner) malformed();
  const std::size_t stored = load_big<std::uint32_t>(inner.data() + 1);
  const std::size_t real = load_big<std::uint32_t>(inner.data() + 5);
  if (real > limit || stored > real || stored > inner.size() - inner_header_size ||
      inner.size() != padded_size(inner_header_size + stored) ||
      !all_zero(ByteView(inner).subspan(inner_header_size + stored)))
    malformed();
  switch (static_cast<Method>(inner[0])) {
    case Method::raw:
      if (stored != real) malformed();
      inner.erase(inner.begin(), inner.begin() + inner_header_size);
      inner.resize(real);
      return inner;
    case Method::zstd:
      return decompressed(ByteView(inner).subspan(inner_header_size, stored), real);
  }
  malformed();
}

}  // namespace crypto
