#pragma once
// Small files that hold keys: mode 0600, whole or not there at all, never overwritten. Blocking.

#include <filesystem>
#include <optional>

#include "base/bytes.h"
#include "crypto/locked_memory.h"

namespace crypto {

inline constexpr std::size_t secret_file_limit = 64 << 10;

// Makes it, and what is missing above it, with mode 0700. Throws invalid when group or others have
// any right on it.
void make_private_directory(const std::filesystem::path&);

// Nothing when there is no such file. Throws invalid when group or others have any right on it,
// corrupt when it is no plain file or larger than secret_file_limit, unavailable on a disk error.
std::optional<SecretBytes> read_secret_file(const std::filesystem::path&);

// On disk, with its directory entry, when this returns true; false when the name was taken, also
// by another process just now.
[[nodiscard]] bool create_secret_file(const std::filesystem::path&, ByteView);

// Overwritten once, then removed. Nothing happens when there is no such file.
void destroy_secret_file(const std::filesystem::path&);

}  // namespace crypto
