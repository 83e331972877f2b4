#pragma once
// The parts of a mailbox database, for storage's own files. Members are in the order in which they
// are made: the lock first, the writer ends before the checkpointer.

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "storage/checkpointer.h"
#include "storage/mail_database.h"
#include "storage/owner_lock.h"
#include "storage/reader_pool.h"
#include "storage/search_database.h"
#include "storage/writer.h"

namespace storage {

// Mailboxes that have had arrivals since the start, or had some then: no other has any. Any thread.
class OnceWithArrivals {
 public:
  explicit OnceWithArrivals(std::set<MailboxId> mailboxes) : mailboxes_(std::move(mailboxes)) {}

  bool has(MailboxId mailbox) {
    const std::lock_guard lock(mutex_);
    return mailboxes_.contains(mailbox);
  }
  void add(MailboxId mailbox) {  // before the row is written
    const std::lock_guard lock(mutex_);
    mailboxes_.insert(mailbox);
  }

 private:
  std::mutex mutex_;
  std::set<MailboxId> mailboxes_;
};

struct MailDatabase::Implementation {
  Implementation(DatabaseId, const std::filesystem::path& directory);
  struct Found {
    std::int64_t next_message, next_arrival;
    std::set<MailboxId> with_arrivals;
    std::map<MailboxId, std::uint64_t> generations;
  };

  // Both logs; false: a reader was in the way.
  bool truncate() { return search.truncate() && checkpointer.truncate(); }

  // Before anything is sealed for it. Rises for ever.
  MessageId next_message() { return MessageId(next_message_++); }
  std::int64_t next_arrival() { return next_arrival_++; }
  // One as high as that has been given already, whatever the tables say.
  void no_message_up_to(MessageId last) { raise(next_message_, last.value + 1); }
  void no_arrival_up_to(std::int64_t last) { raise(next_arrival_, last + 1); }
  static void raise(std::atomic<std::int64_t>& next, std::int64_t to) {
    auto now = next.load();
    while (now < to && !next.compare_exchange_weak(now, to)) {
    }
  }

  DatabaseId id;
  std::filesystem::path file;
  OwnerLock lock;
  const Found found;
  std::atomic<std::int64_t> next_message_, next_arrival_;
  OnceWithArrivals once_with_arrivals;
  Generations generations;
  SearchDatabase search;
  ReaderPool readers;
  Checkpointer checkpointer;
  Writer writer;
};

}  // namespace storage
