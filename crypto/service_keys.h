#pragma once
// The service-key directory: availability keys, the directory key and the signing key, each a file
// of its own, mode 0600, never inside the data directory (FORMAT.md section 8). Managed roots live
// there too (managed_roots.h). Blocking; any thread.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/ids.h"
#include "crypto/keys.h"

namespace crypto {

class ServiceKeys {
 public:
  // Made (0700) if it is not there. Throws invalid when others may read it or when it lies inside
  // `data`.
  ServiceKeys(const std::filesystem::path& directory, const std::filesystem::path& data);

  // Made on first use. Throws corrupt when the file is damaged.
  DirectoryKey directory_key();
  SigningKey signing_key();

  // One for each DEP, the first of generation 1; rolling it makes the next generation before it
  // destroys the former. make throws exists; find returns nothing when it was never made or
  // destroyed.
  AvailabilityKey make_availability_key(DepId, std::uint32_t generation);
  std::optional<AvailabilityKey> find_availability_key(DepId, std::uint32_t generation);
  void destroy_availability_key(DepId, std::uint32_t generation);
  void destroy_availability_keys(DepId);  // of all generations

  const std::filesystem::path& path() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

}  // namespace crypto
