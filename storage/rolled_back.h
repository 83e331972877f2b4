#pragma once
// A row of directory.db that is not the one that the server wrote last.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace storage {

struct RolledBackRow {
  enum class How : std::uint8_t { changed, added, missing };

  std::string table;
  std::int64_t row = 0;
  How how = How::changed;
  MailboxId mailbox{};  // whose it is; 0: none's
  DepId dep{};          // likewise
};

std::string_view name_of(RolledBackRow::How);  // "changed"

}  // namespace storage
