#pragma once
// What a folder is stored as: its counters, and its entries and their summaries in blocks of 64
// UIDs, each one sealed record (crypto/FORMAT.md section 6).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "storage/entry.h"
#include "storage/versions.h"

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
inline std::uint32_t number_of(BlockId block) {  // in its folder
  return static_cast<std::uint32_t>(block & (blocks_in_folder - 1));
}
inline Uid first_uid(BlockId block) { return Uid(number_of(block) * uids_in_block); }

struct Block {
  std::vector<Entry> entries;  // UIDs rise, all of one block

  const Entry* find(Uid) const;
  Entry* find(Uid);
  std::uint64_t slots() const;  // bit n: there is an entry in slot n
};

// What is stored of a folder beside its blocks.
struct FolderRecord {
  FolderState state;
  BlockVersions blocks;
};

struct Listed {
  Uid uid;
  MessageId message;
  std::string_view summary;  // into the bytes that were decoded
};

Bytes encoded(const FolderRecord&);
FolderRecord decoded_folder(ByteView);  // this and those below: throw corrupt

Bytes encoded(const Block&);
Block decoded_block(BlockId, ByteView);

// As they were stored before there were versions.
FolderState decoded_first_state(ByteView);
Block decoded_first_block(BlockId, ByteView);  // which entries are shared was not known

Bytes encoded(const std::vector<Listed>&);
std::vector<Listed> decoded_list(BlockId, ByteView);

}  // namespace storage
