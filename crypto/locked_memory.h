#pragma once
// Memory for key bytes: locked against swap, kept out of core dumps, wiped when given back.
//
// Call secure_process() first thing in main(), before any key exists and before threads start: no
// core dumps, no ptrace by others (PR_SET_DUMPABLE 0), a locked heap. Tests need not call it; the
// heap is then made on first use.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace crypto {

// How the process is protected, for the log line at start and `sealpost status`.
struct ProcessSecurity {
  bool core_dumps_off = false;
  bool memory_locked = false;    // false: RLIMIT_MEMLOCK is too low; keys may be swapped
  std::size_t locked_bytes = 0;  // size of the locked heap
};
ProcessSecurity secure_process();

// 32 bytes in the locked heap. Throws unavailable when the heap is full.
class LockedKey {
 public:
  static LockedKey random();
  static LockedKey copy_of(ByteView);  // throws invalid unless 32 bytes

  LockedKey(LockedKey&& other) noexcept;
  LockedKey& operator=(LockedKey&& other) noexcept;
  LockedKey(const LockedKey&) = delete;
  LockedKey& operator=(const LockedKey&) = delete;
  ~LockedKey();

  ByteView view() const;

 private:
  LockedKey();
  std::uint8_t* bytes_ = nullptr;
};

// How many keys are in locked memory now (a metric, and a leak test).
std::size_t locked_keys_alive();

// Overwrites; not removed by the optimiser.
void wipe(void* data, std::size_t size);

// For secrets that are not keys of the hierarchy (a vault's answer, a password, a token): ordinary
// memory, wiped when given back.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* data, std::size_t count) {
    wipe(data, count * sizeof(T));
    std::allocator<T>().deallocate(data, count);
  }
  bool operator==(const WipingAllocator&) const { return true; }
};
using SecretBytes = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

// Cryptographically random bytes, from a per-thread pool that is wiped as it is used.
void random_bytes(std::span<std::uint8_t> out);
Bytes random_bytes(std::size_t count);

}  // namespace crypto
