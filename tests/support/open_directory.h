#pragma once
// A directory in ROOT/data, its keys and anchors in ROOT/keys; opened and closed together.

#include <filesystem>
#include <memory>

#include "storage/directory.h"

namespace storage_test {

std::shared_ptr<storage::Directory> open_directory(const std::filesystem::path& root);

// As if the service keys had never seen this data: what is in the file is believed then.
void forget_anchors(const std::filesystem::path& keys);

}  // namespace storage_test
