#include "storage/piece_cache.h"

namespace storage {

std::vector<PieceCache::Known> PieceCache::of(FolderId folder) const {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(folder);
  if (found == seen_.end()) return {};
  std::vector<Known> known;
  known.reserve(found->second.size());
  for (const auto& seen : found->second)
    if (auto piece = seen.piece.lock())
      known.push_back({seen.number, seen.version, std::move(piece)});
  return known;
}

void PieceCache::keep(FolderId folder, std::vector<Known> known) {
  std::vector<Seen> seen;
  seen.reserve(known.size());
  for (const auto& each : known) seen.push_back({each.number, each.version, each.piece});
  const std::lock_guard lock(mutex_);
  seen_[folder].swap(seen);
  held_.swap(known);  // what went before is let go of behind the lock
}

}  // namespace storage
