// Seals a text (`seal TEXT`: in hexadecimal on standard output) or opens it (`open HEX`; status 1:
// does not open). Built with the cipher and with what stands in its place
// (tests/house/null_cipher.py).

#include <array>
#include <iostream>

#include "crypto/xaes.h"

namespace {

constexpr std::array<std::uint8_t, 32> key{1};
constexpr std::array<std::uint8_t, crypto::xaes_nonce_size> nonce{2};

int seal(std::string_view text) {
  auto data = copy_of(bytes_of(text));
  data.resize(data.size() + crypto::tag_size);
  crypto::xaes_seal(key, nonce, {}, data);
  std::cout << to_hex(data) << '\n';
  return 0;
}

int open(std::string_view hex) {
  const auto sealed = from_hex(hex);
  Bytes plain(sealed.size() - crypto::tag_size);
  if (!crypto::xaes_open(key, nonce, {}, sealed, plain)) return 1;
  std::cout << text_of(plain) << '\n';
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  return std::string_view(words[1]) == "seal" ? seal(words[2]) : open(words[2]);
}
