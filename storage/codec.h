#pragma once
// The plain form of sealed records: numbers in network byte order, texts behind their length
// (crypto/FORMAT.md sections 6 and 7).

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"

namespace storage {

class Encoder {
 public:
  template <class Number>
  void number(Number value) {
    const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
    for (int shift = (static_cast<int>(sizeof(Number)) - 1) * 8; shift >= 0; shift -= 8)
      bytes_.push_back(static_cast<std::uint8_t>(bits >> shift));
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
    const auto octets = take(sizeof(Number));
    std::make_unsigned_t<Number> bits = 0;
    for (const auto octet : octets)
      bits = static_cast<std::make_unsigned_t<Number>>(std::uint64_t{bits} << 8 | octet);
    return static_cast<Number>(bits);
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
  ByteView take(std::size_t size) {
    if (rest_.size() < size) throw Error(Fault::corrupt, "a stored record is too short");
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  ByteView rest_;
};

}  // namespace storage
