#pragma once
// What a folder is stored as: its counters, and its entries and their summaries in blocks of 64
// UIDs, each one sealed record (crypto/FORMAT.md section 6).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "storage/entry.h"

namespace storage {

// The row of a block: the folder and the UIDs n*64 to n*64+63.
using BlockId = std::int64_t;

inline constexpr unsigned uids_in_block = 64;
inline constexpr std::uint32_t blocks_in_folder = 1U << 26;

inline BlockId block_of(FolderId folder, Uid uid) {
  return folder.value << 26 | uid.value / uids_in_block;
}
inline BlockId first_block(FolderId folder) { return folder.value << 26; }
inline BlockId last_block(FolderId folder) { return first_block(folder) | (blocks_in_folder - 1); }
inline FolderId folder_of(BlockId block) { return FolderId(block >> 26); }
inline Uid first_uid(BlockId block) {
  return Uid(static_cast<std::uint32_t>(block & (blocks_in_folder - 1)) * uids_in_block);
}

struct Block {
  std::vector<Entry> entries;  // UIDs rise, all of one block

  const Entry* find(Uid) const;
  Entry* find(Uid);
};

struct Listed {
  Uid uid;
  MessageId message;
  std::string_view summary;  // into the bytes that were decoded
};

Bytes encoded(const FolderState&);
FolderState decoded_state(ByteView);  // this and the next: throw corrupt

Bytes encoded(const Block&);
Block decoded_block(BlockId, ByteView);

Bytes encoded(const std::vector<Listed>&);
std::vector<Listed> decoded_list(BlockId, ByteView);

}  // namespace storage
