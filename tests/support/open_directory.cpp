#include "tests/support/open_directory.h"

#include "crypto/service_keys.h"

namespace storage_test {
namespace {

struct Opened {
  explicit Opened(const std::filesystem::path& root)
      : keys(root / "keys", root / "data"),
        anchors(keys.path()),
        directory(root / "data", keys.directory_key(), anchors) {}

  crypto::ServiceKeys keys;
  storage::Anchors anchors;
  storage::Directory directory;
};

}  // namespace

std::shared_ptr<storage::Directory> open_directory(const std::filesystem::path& root) {
  auto opened = std::make_shared<Opened>(root);
  return {opened, &opened->directory};
}

void forget_anchors(const std::filesystem::path& keys) {
  for (const auto* end : {"", "-wal", "-shm"})
    std::filesystem::remove(keys / (std::string("anchors.db") + end));
}

}  // namespace storage_test
