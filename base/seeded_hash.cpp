#include "base/seeded_hash.h"

#include <array>
#include <cstdint>
#include <random>

namespace {

__extension__ using Wide = unsigned __int128;

const std::array<std::uint64_t, 2>& seed() {
  static const auto made = [] {
    std::random_device random;
    std::array<std::uint64_t, 2> numbers{};
    for (auto& number : numbers) number = std::uint64_t{random()} << 32 | random();
    return numbers;
  }();
  return made;
}

std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
  const auto product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

std::size_t SeededHash::operator()(std::string_view text) const {
  const auto& [one, other] = seed();
  auto hash = one ^ text.size();
  while (!text.empty()) {
    std::uint64_t octets = 0;
    const auto taken = text.copy(reinterpret_cast<char*>(&octets), sizeof octets);
    hash = folded(hash ^ octets, other | 1) + one;
    text.remove_prefix(taken);
  }
  return folded(hash ^ other, one | 1);
}
