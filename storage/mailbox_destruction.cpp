// The rows of purged mailboxes. The keys that open them are gone by then; this removes what they
// opened. Tables are passed over once, whatever the number of mailboxes: reading beside the writer,
// removing what was found in transactions of a bounded size.

#include <algorithm>
#include <set>

#include "base/error.h"
#include "storage/annotation_rows.h"
#include "storage/arrival_rows.h"
#include "storage/folder_rows.h"
#include "storage/mail_database_implementation.h"
#include "storage/mailbox_root.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

constexpr std::int64_t rows_at_once = 5000;   // looked at
constexpr std::size_t removed_at_once = 200;  // folders, messages, mailboxes of one transaction
constexpr std::int64_t chunks_at_once = 512;  // 32 MiB
constexpr int truncate_tries = 100;           // each waits for readers for a while

using Doomed = std::set<std::int64_t>;

struct Found {
  std::int64_t id, chunks;
};

Doomed set_of(std::span<const MailboxId> mailboxes) {
  Doomed all;
  for (const auto mailbox : mailboxes) all.insert(mailbox.value);
  return all;
}

// Rows of the next piece of a table, (id, mailbox, chunks), that belong to the doomed. `after` is
// where the piece ends; -1 when there are no more.
std::vector<Found> next_found(Query rows, const Doomed& doomed, std::int64_t& after) {
  std::vector<Found> found;
  after = -1;
  while (rows.next()) {
    after = rows.integer(0);
    const auto chunks = std::clamp<std::int64_t>(rows.integer(2), 0, message_chunk_limit);
    if (doomed.contains(rows.integer(1))) found.push_back({after, chunks});
  }
  return found;
}

Query folders_after(Connection& connection, std::int64_t after) {
  return connection.query("select id, mailbox, 0 from folder where id > ? order by id limit ?",
                          after, rows_at_once);
}

Query messages_after(Connection& connection, std::int64_t after) {
  return connection.query(
      "select id, mailbox, chunks from message where id > ? order by id limit ?", after,
      rows_at_once);
}

void remove_folder(Connection& connection, const Found& folder) {
  remove_folder_rows(connection, FolderId(folder.id));
}

// The key first: a crash leaves a body that nothing opens, with the row that says whose it is.
void remove_message(Connection& connection, const Found& message) {
  const MessageId id(message.id);
  connection.run("delete from message_key where message = ?", message.id);
  connection.run("delete from derived where message = ?", message.id);
  connection.run("delete from body where id between ? and ?", chunk_row(id, 0), last_chunk_row(id));
  connection.run("delete from message where id = ?", message.id);
}

class Destruction {
 public:
  Destruction(MailDatabase::Implementation& database, const std::function<void()>& each)
      : database_(database), each_(each) {}

  // Every row that `rows_after` gives of the doomed, in order.
  void pass(const Doomed& doomed, Query (*rows_after)(Connection&, std::int64_t),
            void (*remove)(Connection&, const Found&)) {
    for (std::int64_t after = 0; after >= 0;) {
      std::vector<Found> found;
      {
        const auto reader = database_.readers.lease();
        found = next_found(rows_after(*reader, after), doomed, after);
      }
      for (std::size_t done = 0; done < found.size();) done = remove_some(found, done, remove);
    }
  }

  void arrivals(std::span<const MailboxId> mailboxes) {
    for (const auto mailbox : mailboxes)
      for (bool more = true; more;)
        write([&](Connection& connection) { more = remove_some_arrivals(connection, mailbox); });
  }

  void mailboxes(std::span<const MailboxId> mailboxes) {
    while (!mailboxes.empty()) {
      const auto some = mailboxes.first(std::min(mailboxes.size(), removed_at_once));
      write([&](Connection& connection) {
        for (const auto mailbox : some) {
          remove_annotations(connection, mailbox);
          connection.run("delete from delivery_key where mailbox = ?", mailbox.value);
          remove_root(connection, mailbox);
          connection.run("delete from mailbox where id = ?", mailbox.value);
        }
      });
      for (const auto mailbox : some) database_.generations.forget(mailbox);
      mailboxes = mailboxes.subspan(some.size());
    }
  }

 private:
  std::size_t remove_some(const std::vector<Found>& found, std::size_t from,
                          void (*remove)(Connection&, const Found&)) {
    auto end = from;
    for (std::int64_t chunks = 0;
         end < found.size() && end - from < removed_at_once && chunks < chunks_at_once; ++end)
      chunks += found[end].chunks;
    write([&](Connection& connection) {
      for (auto n = from; n < end; ++n) remove(connection, found[n]);
    });
    return end;
  }

  void write(const Writer::Operation& work) {
    database_.writer.run(nullptr, batch_bytes, work);
    each_();
  }

  MailDatabase::Implementation& database_;
  const std::function<void()>& each_;
};

std::uint64_t count(MailDatabase::Implementation& database, const Doomed& doomed,
                    Query (*rows_after)(Connection&, std::int64_t)) {
  std::uint64_t all = 0;
  for (std::int64_t after = 0; after >= 0;) {
    const auto reader = database.readers.lease();
    all += next_found(rows_after(*reader, after), doomed, after).size();
  }
  return all;
}

}  // namespace

PurgeCounts MailDatabase::count_rows(std::span<const MailboxId> mailboxes) {
  const auto doomed = set_of(mailboxes);
  PurgeCounts counts{.folders = count(*implementation_, doomed, folders_after),
                     .messages = count(*implementation_, doomed, messages_after)};
  const auto reader = implementation_->readers.lease();
  for (const auto mailbox : mailboxes)
    counts.arrivals += static_cast<std::uint64_t>(
        reader->number("select count(*) from arrival where mailbox = ?", mailbox.value).value());
  return counts;
}

// Folders first, so that a crash leaves messages without entries and not entries without messages.
void MailDatabase::destroy_mailboxes(std::span<const MailboxId> mailboxes,
                                     const std::function<void()>& each) {
  Destruction destruction(*implementation_, each);
  const auto doomed = set_of(mailboxes);
  destruction.pass(doomed, folders_after, remove_folder);
  destruction.pass(doomed, messages_after, remove_message);
  destruction.arrivals(mailboxes);
  destruction.mailboxes(mailboxes);
  for (const auto mailbox : mailboxes) implementation_->search.remove(mailbox);
  for (int tries = 0; !implementation_->truncate(); ++tries)
    if (tries == truncate_tries)
      throw Error(Fault::unavailable, "the rows are removed, but they are still in the log",
                  "somebody reads it; it is tried again");
}

}  // namespace storage
