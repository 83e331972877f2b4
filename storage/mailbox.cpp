#include "storage/mailbox.h"

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"
#include "storage/folder_reading.h"
#include "storage/mailbox_adoption.h"
#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

constexpr std::pair<const char*, SpecialUse> first_folders[] = {
    {"INBOX", SpecialUse::none},  {"Drafts", SpecialUse::drafts}, {"Sent", SpecialUse::sent},
    {"Trash", SpecialUse::trash}, {"Junk", SpecialUse::junk},     {"Archive", SpecialUse::archive},
};

// Opening a mailbox is nobody's request.
constexpr Reason opening{crypto::Cause::index, crypto::Actor::service()};

[[noreturn]] void damaged(const Error& error) {
  throw Error(
      Fault::corrupt, error.what(),
      "the mailbox is damaged, or rows of an older state were put back; restore its database"
      " from a backup");
}

struct FoundMailbox {
  std::uint32_t epoch;
  Bytes tree;
  SharedRoot root;
};

std::optional<FoundMailbox> found_mailbox(Connection& connection, Folders& folders) {
  const auto& seals = folders.seals();
  const SqlTransaction at_once(connection, SqlTransaction::Kind::deferred);
  auto row =
      connection.query("select epoch, tree from mailbox where id = ?", seals.mailbox().value);
  if (!row.next()) {
    if (connection.number("select 1 from root where mailbox = ?", seals.mailbox().value))
      seals.corrupt("row of mailbox", seals.mailbox().value);
    return std::nullopt;
  }
  FoundMailbox found{static_cast<std::uint32_t>(row.integer(0)), copy_of(row.blob(1)), nullptr};
  folders.use(found.epoch);
  found.root = read_root(connection, seals, nullptr, opening);
  return found;
}

// False: it is to be made.
bool load(Connection& connection, Folders& folders) try {
  const auto found = found_mailbox(connection, folders);
  if (!found) return false;
  const auto version = found->root ? found->root->tree : before_versions;
  const auto plain = folders.seals().open(crypto::Kind::tree, 0, version, found->tree, opening);
  folders.set_tree(std::make_shared<const Tree>(Tree::decoded(plain)));
  if (found->root) folders.set_root(found->root);
  return true;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  damaged(error);
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
                                                      std::move(former), std::move(gate)),
                                         database.implementation().generations)})) {
  auto& folders = *open_->folders;
  const auto found = [&] {
    const auto reader = open_->database.readers.lease();
    return load(*reader, folders);
  }();
  if (!found) {
    folders.set_tree(std::make_shared<const Tree>());
    open_->write(small_write, make_mailbox);
  } else if (folders.root()->generation == 0) {
    open_->write(batch_bytes, adopt_mailbox);
  }
  open_->database.no_message_up_to(folders.root()->last_message);
  const auto released = [&] {
    const auto reader = open_->database.readers.lease();
    return released_messages(*reader, id);
  }();
  open_->settle(released, opening);
}

Mailbox::~Mailbox() = default;

Snapshot::Snapshot(MailDatabase::Implementation& database, const Folders& folders,
                   const Reason& reason)
    : lease_(database.readers.lease()),
      latest_(folders.root()),
      at_once_(*lease_, SqlTransaction::Kind::deferred),
      root_(read_root(*lease_, folders.seals(), latest_, reason)) {
  if (!root_) folders.seals().corrupt("root of mailbox", folders.seals().mailbox().value);
}

std::uint64_t Mailbox::generation() const { return open_->folders->root()->generation; }

void Mailbox::restored(std::uint64_t later) {
  open_->write(batch_bytes, [&](Folders& folders, Connection& connection) {
    auto& root = folders.edit_root();
    root.generation = std::max(root.generation, later);
    auto& tree = folders.edit_tree();
    for (const auto& [name, node] : tree.nodes()) try {
        if (!node.folder) continue;
        auto& state = folders.edit_state(connection, *node.folder, opening);
        state.uid_validity = next_uid_validity(tree);
      } catch (const Error& error) {
        if (error.fault() != Fault::corrupt) throw;  // logged; it serves nobody
      }
  });
}

std::shared_ptr<const Tree> Mailbox::tree() const { return open_->folders->tree(); }

FolderState Mailbox::state(FolderId folder, const Reason& reason) {
  auto now = open_->snapshot(reason);
  return read_state(now.connection(), open_->seals(), now.root(), folder, reason);
}

std::vector<std::pair<FolderId, FolderState>> Mailbox::states(std::span<const FolderId> folders,
                                                              const Reason& reason) {
  auto now = open_->snapshot(reason);
  std::vector<std::pair<FolderId, FolderState>> found;
  for (const auto folder : folders)
    found.emplace_back(folder,
                       read_state(now.connection(), open_->seals(), now.root(), folder, reason));
  return found;
}

std::pair<std::uint32_t, std::optional<Entry>> Mailbox::find(FolderId folder, Uid uid,
                                                             const Reason& reason) {
  auto now = open_->snapshot(reason);
  const auto& seals = open_->seals();
  const auto state = read_state(now.connection(), seals, now.root(), folder, reason);
  return {state.uid_validity, read_entry(now.connection(), seals, now.root(), folder, uid, reason)};
}

std::shared_ptr<Watch> Mailbox::watch(FolderId folder, Recent recent, std::function<void()> wake) {
  return open_->folders->changes().watch(folder, recent, std::move(wake));
}

std::shared_ptr<MailboxWatch> Mailbox::watch_all(std::function<void()> wake) {
  return open_->folders->changes().watch_all(std::move(wake));
}

Selected Mailbox::select(FolderId folder, Recent recent, const Reason& reason) {
  auto selected = [&] {
    auto now = open_->snapshot(reason);
    return read_folder(now.connection(), open_->seals(), now.root(), open_->folders->pieces(),
                       folder, reason);
  }();
  auto& state = selected.state;
  if (recent == Recent::claim && state.first_recent < state.uid_next)
    state.first_recent = open_->write(
        small_write,
        [&](Folders& folders, Connection& connection) {
          return claim_recent(folders, connection, folder, state.uid_next, reason);
        },
        Durable::soon);
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
