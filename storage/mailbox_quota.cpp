// How much the mailbox holds, and what would be freed.

#include "storage/folder_reading.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

std::uint64_t size_of_deleted(const Selected& folder) {
  std::uint64_t octets = 0;
  for (const auto& entry : folder.entries)
    if (entry.flags.system & deleted) octets += entry.size;
  return octets;
}

}  // namespace

Usage usage_of(const std::vector<Entry>& entries) {
  Usage usage{.messages = entries.size()};
  for (const auto& entry : entries) usage.octets += entry.size;
  return usage;
}

void Mailbox::set_limits(const QuotaLimits& limits) { open_->folders->set_limits(limits); }

QuotaLimits Mailbox::limits() const { return open_->folders->limits(); }

Usage Mailbox::usage(const Reason& reason) {
  std::vector<FolderId> folders;
  for (const auto now = tree(); const auto& [name, node] : now->nodes())
    if (node.folder) folders.push_back(*node.folder);
  Usage usage{.folders = folders.size()};
  for (const auto& [folder, state] : states(folders, reason)) {
    usage.octets += state.size;
    usage.messages += state.messages;
  }
  return usage;
}

void Mailbox::require_room(const Usage& more, const Reason& reason) {
  const auto limits = this->limits();
  if (limits.any()) storage::require_room(limits, usage(reason), more);
}

std::uint64_t Mailbox::deleted_size(FolderId folder, const Reason& reason) {
  auto now = open_->snapshot(reason);
  const auto& seals = open_->seals();
  if (read_state(now.connection(), seals, now.root(), folder, reason).deleted == 0) return 0;
  return size_of_deleted(
      read_folder(now.connection(), seals, now.root(), open_->folders->pieces(), folder, reason));
}

}  // namespace storage
