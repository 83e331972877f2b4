#pragma once
// What the calls of an open mailbox share, for storage's own files.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "storage/doorway.h"
#include "storage/folder_edit.h"
#include "storage/folders.h"
#include "storage/mail_database_implementation.h"
#include "storage/mailbox.h"

namespace storage {

// A reader at one moment.
class Snapshot {
 public:
  Snapshot(MailDatabase::Implementation&, const Folders&, const Reason&);

  Connection& connection() { return *lease_; }
  const MailboxRoot& root() const { return *root_; }

 private:
  ReaderPool::Lease lease_;
  SharedRoot latest_;
  SqlTransaction at_once_;
  SharedRoot root_;
};

inline constexpr std::size_t small_write = 4096;  // bytes, for the writer's batches

// The next message, or nothing; the one before is not needed any more then.
using NextMessage = std::function<const NewMessage*()>;
NextMessage each_of(const std::vector<NewMessage>&);

// Nothing is done beside an append.
inline std::optional<Entry> nothing_else(Connection&) { return std::nullopt; }

// Whether the quota counts: at once; when what is done in the same transaction has made room; not.
enum class Room { required, required_then, granted };

// Of those that seem to be shown no more: destroys the ones that no entry shows, sets the counts of
// the others right. While a folder is damaged nobody can tell, and all stay. A failure is logged.
void settle_released(MailDatabase::Implementation&, const std::shared_ptr<Folders>&,
                     std::span<const MessageId>, const Reason&);

struct Mailbox::Open {
  MailDatabase::Implementation& database;
  std::shared_ptr<Folders> folders;
  std::shared_ptr<Doorway> door = std::make_shared<Doorway>();

  // `also` is done in the same transaction, before. What it gives, if anything, stood in the place
  // of what comes: its flags and dates stay.
  using Also = std::function<std::optional<Entry>(Connection&)>;
  Appended append(FolderId, const NextMessage&, const Usage& more, Room, const Reason&,
                  const Also& also);
  // The entry that went, and what is to be settled for it afterwards; nothing: it was gone.
  std::optional<Entry> removed(Connection&, FolderId, Uid, std::vector<MessageId>& released,
                               const Reason&);

  const MailboxSeals& seals() const { return folders->seals(); }
  void settle(std::span<const MessageId> released, const Reason& reason) {
    settle_released(database, folders, released, reason);
  }
  Snapshot snapshot(const Reason& reason) { return {database, *folders, reason}; }

  // Does work(folders, connection) as one operation of the writer; returns what it returned when
  // that is committed.
  template <class Work>
  auto write(std::size_t bytes, Work work, Durable durable = Durable::at_once) {
    using Result = std::invoke_result_t<Work&, Folders&, Connection&>;
    if constexpr (std::is_void_v<Result>) {
      database.writer.run(
          folders, bytes, [&](Connection& connection) { work(*folders, connection); }, durable);
    } else {
      std::optional<Result> result;
      database.writer.run(
          folders, bytes,
          [&](Connection& connection) { result.emplace(work(*folders, connection)); }, durable);
      return std::move(*result);
    }
  }
};

std::uint32_t next_uid_validity(Tree&);
UnixTime wall_clock();
std::vector<Uid> rising(std::span<const Uid>);  // sorted, each once

// Flags by name as bits. `make`: keywords the mailbox does not know yet are added to it, in the
// place of such that no message has when there are too many (throws limit where all are in use);
// `ignore`: they are passed over.
enum class Unknown { make, ignore };
Flags flags_of(Folders&, Connection&, const FlagNames&, Unknown, const Reason&);

Usage usage_of(const std::vector<Entry>&);

Flags kept(Flags, const KeptFlags&);

// COPY and MOVE. Without `uids`, everything in `from`.
enum class Transfer { copy, move };
Copied transfer(Folders&, Connection&, FolderId from, std::optional<std::span<const Uid>> uids,
                FolderId to, Transfer, const KeptFlags&, const Reason&);

// Makes the list blocks of those folder blocks that these UIDs have filled, once they are on disk.
// A failure is logged: they are a cache.
void list_filled_blocks(MailDatabase::Implementation&, const std::shared_ptr<Folders>&, FolderId,
                        std::span<const Uid> added);

}  // namespace storage
