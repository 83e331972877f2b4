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

void add_all(Flags& flags, const Flags& more) {
  for (std::size_t n = 0; n < flags.keywords.size(); ++n) flags.keywords[n] |= more.keywords[n];
}

// Of no message of any folder, and not among `taken`. Reads all folders: only where there are too
// many keywords. Throws corrupt where that cannot be told.
std::optional<std::size_t> unused_keyword(Folders& folders, Connection& connection, Flags taken,
                                          const Reason& reason) {
  std::vector<FolderId> all;
  for (const auto& tree = folders.current_tree(); const auto& [name, node] : tree.nodes())
    if (node.folder) all.push_back(*node.folder);
  for (const auto folder : all)
    FolderEdit(folders, connection, folder, reason)
        .each(FolderEdit::Damaged::refuse,
              [&](const Entry& entry) { add_all(taken, entry.flags); });
  for (std::size_t bit = 0; bit < keyword_limit; ++bit)
    if (!taken.has_keyword(bit)) return bit;
  return std::nullopt;
}

std::size_t made_keyword(Folders& folders, Connection& connection, const std::string& name,
                         const Flags& taken, const Reason& reason) {
  const bool is_full = folders.current_tree().keywords().size() == keyword_limit;
  const auto bit = is_full ? unused_keyword(folders, connection, taken, reason) : std::nullopt;
  auto& tree = folders.edit_tree();
  if (!bit) return tree.add_keyword(name);
  tree.replace_keyword(*bit, name);
  return *bit;
}

}  // namespace

Flags flags_of(Folders& folders, Connection& connection, const FlagNames& names, Unknown unknown,
               const Reason& reason) {
  Flags flags{.system = static_cast<std::uint8_t>(names.system & all_system_flags)};
  for (const auto& name : names.keywords) {
    auto bit = folders.current_tree().keyword(name);
    if (!bit && unknown == Unknown::make)
      bit = made_keyword(folders, connection, name, flags, reason);
    if (bit) flags.set_keyword(*bit);
  }
  return flags;
}

std::vector<Uid> Mailbox::store(FolderId folder, std::span<const Uid> uids, FlagMode mode,
                                const FlagNames& names, std::optional<ModSeq> unchanged_since,
                                const Reason& reason) {
  const auto sorted = rising(uids);
  const auto work = [&](Folders& folders, Connection& connection) {
    FolderEdit edit(folders, connection, folder, reason);
    const auto unknown = mode == FlagMode::remove ? Unknown::ignore : Unknown::make;
    const auto change = flags_of(folders, connection, names, unknown, reason);
    std::vector<Uid> left_alone;
    edit.each(sorted, [&](const Entry& entry) {
      if (unchanged_since && entry.modseq > *unchanged_since)
        return left_alone.push_back(entry.uid);
      const auto flags = applied(mode, entry.flags, change);
      if (flags != entry.flags) edit.set_flags(entry, flags);
    });
    edit.finish();
    return left_alone;
  };
  return open_->write(small_write, work, Durable::soon);
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
