#include "crypto/locked_memory.h"

#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <atomic>
#include <cstring>

#include "base/error.h"

namespace crypto {
namespace {

constexpr std::size_t locked_key_size = 32;
constexpr std::size_t heap_size = 4 << 20;  // 131,072 keys; half the usual RLIMIT_MEMLOCK

std::atomic<std::size_t> keys_alive{0};

enum class Heap { locked, unlocked, none };

// CRYPTO_secure_malloc_init answers 1 for a locked heap, 2 for one that could not be locked.
Heap made_heap() {
  switch (CRYPTO_secure_malloc_init(heap_size, locked_key_size)) {
    case 1:
      return Heap::locked;
    case 2:
      return Heap::unlocked;
    default:
      return Heap::none;
  }
}

Heap heap() {
  static const Heap once = made_heap();
  return once;
}

bool core_dumps_off() {
  const rlimit none{0, 0};
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
}

}  // namespace

ProcessSecurity secure_process() {
  ProcessSecurity result;
  result.core_dumps_off = core_dumps_off();
  result.memory_locked = heap() == Heap::locked;
  result.locked_bytes = result.memory_locked ? heap_size : 0;
  return result;
}

LockedKey::LockedKey() {
  // Without its own heap OpenSSL would quietly fall back to ordinary memory.
  if (heap() != Heap::none)
    bytes_ = static_cast<std::uint8_t*>(OPENSSL_secure_zalloc(locked_key_size));
  if (!bytes_)
    throw Error(Fault::unavailable, "the locked memory for keys is full",
                "close some sessions, or restart the server");
  ++keys_alive;
}

LockedKey LockedKey::random() {
  LockedKey key;
  random_bytes(std::span(key.bytes_, locked_key_size));
  return key;
}

LockedKey LockedKey::copy_of(ByteView raw) {
  if (raw.size() != locked_key_size) throw Error(Fault::invalid, "a key has 32 octets");
  LockedKey key;
  std::memcpy(key.bytes_, raw.data(), locked_key_size);
  return key;
}

LockedKey::LockedKey(LockedKey&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}

LockedKey& LockedKey::operator=(LockedKey&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

LockedKey::~LockedKey() {
  if (!bytes_) return;
  OPENSSL_secure_clear_free(bytes_, locked_key_size);
  --keys_alive;
}

ByteView LockedKey::view() const {
  if (!bytes_) return {};
  return {bytes_, locked_key_size};
}

std::size_t locked_keys_alive() { return keys_alive; }

void wipe(void* data, std::size_t size) { OPENSSL_cleanse(data, size); }

}  // namespace crypto
