#include "base/bytes.h"

#include <string.h>  // explicit_bzero

#include "base/error.h"

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view plain_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  throw Error(Fault::invalid, "not hexadecimal");
}

std::string encode(ByteView in, std::string_view alphabet) {
  std::string out;
  out.reserve((in.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int have = 0;
  for (const auto byte : in) {
    bits = bits << 8 | byte;
    for (have += 8; have >= 6; have -= 6) out += alphabet[bits >> (have - 6) & 63];
  }
  if (have > 0) out += alphabet[bits << (6 - have) & 63];
  return out;
}

// The unused low bits of the last digit must be zero: each value has one spelling.
std::string decode(std::string_view in, std::string_view alphabet) {
  std::string out;
  out.reserve(in.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : in) {
    const auto value = alphabet.find(c);
    if (value == alphabet.npos) throw Error(Fault::invalid, "not base64");
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    have += 6;
    if (have >= 8) out += static_cast<char>(bits >> (have -= 8) & 255);
  }
  if (have == 6 || (bits & ((1u << have) - 1)) != 0) throw Error(Fault::invalid, "not base64");
  return out;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
  }
  return out;
}

Bytes from_hex(std::string_view text) {
  if (text.size() % 2 != 0) throw Error(Fault::invalid, "hexadecimal has an odd length");
  Bytes out;
  for (std::size_t i = 0; i < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(hex_value(text[i]) << 4 | hex_value(text[i + 1])));
  return out;
}

std::string to_base64(ByteView bytes) {
  auto out = encode(bytes, plain_alphabet);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string from_base64(std::string_view text) {
  if (text.size() % 4 != 0) throw Error(Fault::invalid, "base64 has a wrong length");
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return decode(text, plain_alphabet);
}

std::string to_base64url(ByteView bytes) { return encode(bytes, url_alphabet); }

Bytes from_base64url(std::string_view text) {
  auto out = decode(text, url_alphabet);
  auto bytes = copy_of(bytes_of(out));
  explicit_bzero(out.data(), out.size());  // vaults send unwrapped keys so
  return bytes;
}
