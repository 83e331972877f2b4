#include "base/heap.h"

#if __has_feature(address_sanitizer)

#include <sanitizer/allocator_interface.h>

std::size_t heap_in_use() { return __sanitizer_get_current_allocated_bytes(); }

#else

#include <malloc.h>

#include <algorithm>
#include <cstring>

std::size_t heap_in_use() {
  const auto known = mallinfo2();
  return known.uordblks + known.hblkhd;
}

namespace {

// Else glibc takes the largest block that was given back, here what hashing a password works in (19
// MiB), for one that comes again, and keeps room for it in the arena of every thread.
constexpr int given_back_from = 8 << 20;  // octets: of a block, and at the end of an arena
[[maybe_unused]] const bool gives_back = mallopt(M_MMAP_THRESHOLD, given_back_from) == 1 &&
                                         mallopt(M_TRIM_THRESHOLD, given_back_from) == 1;

}  // namespace

extern "C" {

void* __libc_malloc(std::size_t);
void __libc_free(void*);

void free(void* block) noexcept {
  if (!block) return;
  explicit_bzero(block, malloc_usable_size(block));
  __libc_free(block);
}

// glibc's own would move a block and leave the old one as it was.
void* realloc(void* block, std::size_t size) noexcept {
  if (!block) return __libc_malloc(size);
  if (size == 0) {
    free(block);
    return nullptr;
  }
  const auto room = malloc_usable_size(block);
  if (size <= room && size >= room / 2) return block;
  auto* moved = __libc_malloc(size);
  if (!moved) return nullptr;
  std::memcpy(moved, block, std::min(size, room));
  free(block);
  return moved;
}

}  // extern "C"

#endif
