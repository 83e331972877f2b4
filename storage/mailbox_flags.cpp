// STORE and EXPUNGE.

#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

constexpr std::uint8_t all_system_flags = seen | answered | flagged | deleted | draft;

Flags applied(FlagMode mode, Flags flags, const Flags& change) {
  switch (mode) {
    case FlagMode::replace:
      return change;
    case FlagMode::add:
      flags.system |= change.system;
      for (std::size_t n = 0; n < flags.keywords.size(); ++n)
        flags.keywords[n] |= change.keywords[n];
      return flags;
    case FlagMode::remove:
      flags.system &= static_cast<std::uint8_t>(~change.system);
      for (std::size_t n = 0; n < flags.keywords.size(); ++n)
        flags.keywords[n] &= ~change.keywords[n];
      return flags;
  }
  return flags;
}

}  // namespace

Flags flags_of(Folders& folders, const FlagNames& names, Unknown unknown) {
  Flags flags{.system = static_cast<std::uint8_t>(names.system & all_system_flags)};
  for (const auto& name : names.keywords) {
    auto bit = folders.current_tree().keyword(name);
    if (!bit && unknown == Unknown::make) bit = folders.edit_tree().add_keyword(name);
    if (bit) flags.set_keyword(*bit);
  }
  return flags;
}

std::vector<Uid> Mailbox::store(FolderId folder, std::span<const Uid> uids, FlagMode mode,
                                const FlagNames& names, std::optional<ModSeq> unchanged_since,
                                const Reason& reason) {
  const auto sorted = rising(uids);
  return open_->write(small_write, [&](Folders& folders, Connection& connection) {
    FolderEdit edit(folders, connection, folder, reason);
    const auto unknown = mode == FlagMode::remove ? Unknown::ignore : Unknown::make;
    const auto change = flags_of(folders, names, unknown);
    std::vector<Uid> left_alone;
    edit.each(sorted, [&](const Entry& entry) {
      if (unchanged_since && entry.modseq > *unchanged_since)
        return left_alone.push_back(entry.uid);
      const auto flags = applied(mode, entry.flags, change);
      if (flags != entry.flags) edit.set_flags(entry, flags);
    });
    edit.finish();
    return left_alone;
  });
}

std::vector<Uid> Mailbox::expunge(FolderId folder, std::optional<std::span<const Uid>> among,
                                  const Reason& reason) {
  const auto sorted = rising(among.value_or(std::span<const Uid>{}));
  std::vector<MessageId> released;
  auto expunged = open_->write(small_write, [&](Folders& folders, Connection& connection) {
    FolderEdit edit(folders, connection, folder, reason);
    std::vector<Uid> uids;
    std::vector<Entry> gone;
    if (edit.state().deleted == 0) return uids;
    const auto remove = [&](const Entry& entry) {
      if (!(entry.flags.system & deleted)) return;
      uids.push_back(entry.uid);
      gone.push_back(entry);
      edit.expunge(entry);
    };
    if (among) {
      edit.each(sorted, remove);
    } else {
      edit.each(FolderEdit::Damaged::pass_over, remove);
    }
    edit.finish();
    released = release_messages(connection, folders.seals(), gone);
    return uids;
  });
  open_->settle(released, reason);
  return expunged;
}

}  // namespace storage
