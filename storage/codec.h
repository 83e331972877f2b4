#pragma once
// The plain form of sealed records: numbers in network byte order, texts behind their length
// (crypto/FORMAT.md sections 6 and 7).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/big_endian.h"

namespace storage {

class Encoder {
 public:
  template <class Number>
  void number(Number value) {
    std::array<std::uint8_t, sizeof(Number)> octets;
    crypto::store_big(octets.data(), static_cast<std::make_unsigned_t<Number>>(value));
    bytes_.insert(bytes_.end(), octets.begin(), octets.end());
  }
  // Length as a Length, then the octets.
  template <class Length>
  void text(std::string_view value) {
    number(static_cast<Length>(value.size()));
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Throws corrupt when the bytes end too soon.
class Decoder {
 public:
  explicit Decoder(ByteView bytes) : rest_(bytes) {}

  template <class Number>
  Number number() {
    using Bits = std::make_unsigned_t<Number>;
    return static_cast<Number>(crypto::load_big<Bits>(take(sizeof(Number)).data()));
  }
  template <class Length>
  std::string_view text() {
    return text_of(take(number<Length>()));
  }
  // Throws corrupt unless the next octet is `known`.
  void version(std::uint8_t known) {
    if (number<std::uint8_t>() != known)
      throw Error(Fault::corrupt, "a stored record is of an unknown version");
  }
  // Throws corrupt when something is left.
  void end() const {
    if (!rest_.empty()) throw Error(Fault::corrupt, "a stored record is too long");
  }

 private:
  // Apart, so that take() is small: folders are lists of long runs of numbers.
  [[noreturn, gnu::noinline]] static void too_short() {
    throw Error(Fault::corrupt, "a stored record is too short");
  }
  ByteView take(std::size_t size) {
    if (rest_.size() < size) too_short();
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  ByteView rest_;
};

}  // namespace storage
