#pragma once
// Numbers as stored octets. Every number in every stored format of this program is big-endian.

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace crypto {

template <std::unsigned_integral Number>
void store_big(std::uint8_t* at, Number number) {
  for (std::size_t i = sizeof(Number); i-- > 0; number = static_cast<Number>(number >> 8))
    at[i] = static_cast<std::uint8_t>(number);
}

template <std::unsigned_integral Number>
Number load_big(const std::uint8_t* at) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    number = static_cast<Number>((number << 8) | at[i]);
  return number;
}

}  // namespace crypto
