#include "base/stack.h"

#include <cstddef>
#include <cstring>

#if __has_feature(address_sanitizer)
constexpr std::size_t depth = 256 * 1024;
#else
constexpr std::size_t depth = 64 * 1024;
#endif

[[gnu::noinline, clang::no_sanitize("address")]] void wipe_stack() {
  char below[depth];
  explicit_bzero(below, sizeof below);
}
