#pragma once
// Pieces of the lists of a mailbox's folders (entry_list.h) that somebody has, so that who selects
// a folder opens no block that another session holds already: by the version of the block from
// which each was read (versions.h). Those of the folder that was read last are held here. Any
// thread.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/ids.h"
#include "storage/entry_list.h"

namespace storage {

class PieceCache {
 public:
  struct Known {
    std::uint32_t number, version;  // of the block
    EntryList::Piece piece;
  };

  std::vector<Known> of(FolderId) const;  // numbers rise
  void keep(FolderId, std::vector<Known>);

 private:
  struct Seen {
    std::uint32_t number, version;
    std::weak_ptr<const EntryPiece> piece;
  };

  mutable std::mutex mutex_;
  std::map<FolderId, std::vector<Seen>> seen_;
  std::vector<Known> held_;
};

}  // namespace storage
