#include "storage/mailbox.h"

#include <algorithm>

#include "base/clock.h"
#include "storage/folder_reading.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

constexpr std::pair<const char*, SpecialUse> first_folders[] = {
    {"INBOX", SpecialUse::none},  {"Drafts", SpecialUse::drafts}, {"Sent", SpecialUse::sent},
    {"Trash", SpecialUse::trash}, {"Junk", SpecialUse::junk},     {"Archive", SpecialUse::archive},
};

// Opening a mailbox is nobody's request.
constexpr Reason opening{crypto::Cause::index, {}};

std::shared_ptr<const Tree> found_tree(Connection& connection, Folders& folders) {
  const auto& seals = folders.seals();
  auto row =
      connection.query("select epoch, tree from mailbox where id = ?", seals.mailbox().value);
  if (!row.next()) return nullptr;
  folders.use(static_cast<std::uint32_t>(row.integer(0)));
  return std::make_shared<const Tree>(
      Tree::decoded(seals.open(crypto::Kind::tree, 0, row.blob(1), opening)));
}

void make_mailbox(Folders& folders, Connection& connection) {
  const auto& seals = folders.seals();
  connection.run("insert into mailbox(id, epoch, tree) values(?, ?, x'')", seals.mailbox().value,
                 std::int64_t{seals.epoch()});
  auto& tree = folders.edit_tree();
  for (const auto& [name, use] : first_folders) {
    const FolderState state{.uid_validity = next_uid_validity(tree)};
    tree.create(name, folders.add_folder(connection, state), use);
    tree.subscribe(name);
  }
}

// What this session has not to share: the first of those up to `seen_next` that nobody claimed.
Uid claim_recent(Folders& folders, Connection& connection, FolderId folder, Uid seen_next,
                 const Reason& reason) {
  auto& state = folders.edit_state(connection, folder, reason);
  return std::exchange(state.first_recent, std::max(state.first_recent, seen_next));
}

}  // namespace

UnixTime wall_clock() { return SystemClock().now(); }

// RFC 3501 2.3.1.1 suggests the time of creation; the tree sees to it that it rises.
std::uint32_t next_uid_validity(Tree& tree) {
  return tree.next_uid_validity(static_cast<std::uint32_t>(wall_clock()));
}

std::vector<Uid> rising(std::span<const Uid> uids) {
  std::vector<Uid> sorted(uids.begin(), uids.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

Mailbox::Mailbox(MailDatabase& database, MailboxId id, EpochKey newest,
                 std::optional<EpochKey> former, std::shared_ptr<const Gate> gate)
    : id_(id),
      open_(std::make_shared<Open>(
          Open{database.implementation(),
               std::make_shared<Folders>(MailboxSeals(database.id(), id, std::move(newest),
                                                      std::move(former), std::move(gate)))})) {
  auto tree = [&] {
    const auto reader = open_->database.readers.lease();
    return found_tree(*reader, *open_->folders);
  }();
  if (tree) {
    open_->folders->set_tree(std::move(tree));
  } else {
    open_->folders->set_tree(std::make_shared<const Tree>());
    open_->write(small_write, make_mailbox);
  }
}

Mailbox::~Mailbox() = default;

std::shared_ptr<const Tree> Mailbox::tree() const { return open_->folders->tree(); }

FolderState Mailbox::state(FolderId folder, const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  return read_state(*reader, open_->seals(), folder, reason);
}

std::vector<std::pair<FolderId, FolderState>> Mailbox::states(std::span<const FolderId> folders,
                                                              const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  const SqlTransaction at_once(*reader, SqlTransaction::Kind::deferred);
  std::vector<std::pair<FolderId, FolderState>> found;
  for (const auto folder : folders)
    found.emplace_back(folder, read_state(*reader, open_->seals(), folder, reason));
  return found;
}

std::pair<std::uint32_t, std::optional<Entry>> Mailbox::find(FolderId folder, Uid uid,
                                                             const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  const SqlTransaction at_once(*reader, SqlTransaction::Kind::deferred);
  const auto state = read_state(*reader, open_->seals(), folder, reason);
  return {state.uid_validity, read_entry(*reader, open_->seals(), folder, uid, reason)};
}

std::shared_ptr<Watch> Mailbox::watch(FolderId folder, Recent recent, std::function<void()> wake) {
  return open_->folders->changes().watch(folder, recent, std::move(wake));
}

std::shared_ptr<MailboxWatch> Mailbox::watch_all(std::function<void()> wake) {
  return open_->folders->changes().watch_all(std::move(wake));
}

Selected Mailbox::select(FolderId folder, Recent recent, const Reason& reason) {
  auto selected = [&] {
    const auto reader = open_->database.readers.lease();
    const SqlTransaction at_once(*reader, SqlTransaction::Kind::deferred);
    return read_folder(*reader, open_->seals(), folder, reason);
  }();
  auto& state = selected.state;
  if (recent == Recent::claim && state.first_recent < state.uid_next)
    state.first_recent = open_->write(small_write, [&](Folders& folders, Connection& connection) {
      return claim_recent(folders, connection, folder, state.uid_next, reason);
    });
  return selected;
}

void Mailbox::give_back(FolderId folder, const UntoldRecent& untold) {
  const auto work = [folders = open_->folders.get(), folder, untold](Connection& connection) {
    if (!folders->current_tree().name_of(folder)) return;
    if (folders->state(connection, folder, opening).first_recent != untold.to) return;
    folders->edit_state(connection, folder, opening).first_recent = untold.from;
  };
  try {
    open_->database.writer.post(open_->folders, small_write, work);
  } catch (const Error&) {  // the database is being closed
  }
}

}  // namespace storage
