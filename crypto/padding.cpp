#include "crypto/padding.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

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

// Contexts that rest between two uses, of any thread.
template <class Context, Context* (*make)()>
class Contexts {
 public:
  using Owned = std::unique_ptr<Context, FreeContext>;

  // One of them, until it goes.
  class Lease {
   public:
    explicit Lease(Contexts& all) : all_(all), context_(all.taken()) {}
    ~Lease() { all_.give_back(std::move(context_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    operator Context*() const { return context_.get(); }

   private:
    Contexts& all_;
    Owned context_;
  };

  void forget() {
    std::vector<Owned> gone;
    const std::lock_guard lock(mutex_);
    gone.swap(resting_);
  }

 private:
  Owned taken() {
    {
      const std::lock_guard lock(mutex_);
      if (!resting_.empty()) {
        auto last = std::move(resting_.back());
        resting_.pop_back();
        return last;
      }
    }
    Owned made(make());
    if (!made) throw Error(Fault::unavailable, "no memory to compress or decompress mail");
    return made;
  }
  void give_back(Owned context) {
    const std::lock_guard lock(mutex_);
    resting_.push_back(std::move(context));
  }

  std::mutex mutex_;
  std::vector<Owned> resting_;
};

using Compressors = Contexts<ZSTD_CCtx, ZSTD_createCCtx>;
using Decompressors = Contexts<ZSTD_DCtx, ZSTD_createDCtx>;

Compressors& compressors() {
  static Compressors all;
  return all;
}

Decompressors& decompressors() {
  static Decompressors all;
  return all;
}

[[noreturn]] void malformed() {
  throw Error(Fault::corrupt, "sealed data opened, but its inside is malformed");
}

// The compressed size, if that ends in a smaller bucket. Scribbles on `out` either way.
std::optional<std::size_t> compressed_into(std::span<std::uint8_t> out, ByteView plain) {
  const auto bucket = padded_size(inner_header_size + plain.size());
  if (bucket == smallest_inner) return std::nullopt;
  const Compressors::Lease context(compressors());
  const auto size = ZSTD_compressCCtx(context, out.data(), out.size(), plain.data(), plain.size(),
                                      compression_level);
  if (ZSTD_isError(size) || padded_size(inner_header_size + size) >= bucket) return std::nullopt;
  return size;
}

Bytes decompressed(ByteView stored, std::size_t size) {
  if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != size ||
      ZSTD_findFrameCompressedSize(stored.data(), stored.size()) != stored.size())
    malformed();
  const Decompressors::Lease context(decompressors());
  Bytes plain(size);
  if (ZSTD_decompressDCtx(context, plain.data(), size, stored.data(), stored.size()) != size)
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

void forget_scratch() {
  compressors().forget();
  decompressors().forget();
}

}  // namespace crypto
