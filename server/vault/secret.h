#pragma once
// Octets that are wiped when given back: private keys in transit, unwrapped keys, passphrases.

#include <openssl/crypto.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace vault {

template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* data, std::size_t count) {
    OPENSSL_cleanse(data, count * sizeof(T));
    std::allocator<T>().deallocate(data, count);
  }
  bool operator==(const WipingAllocator&) const { return true; }
};

using Secret = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

}  // namespace vault
