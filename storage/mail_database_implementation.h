#pragma once
// The parts of a mailbox database, for storage's own files. Members are in the order in which they
// are made: the lock first, the writer ends before the checkpointer.

#include <atomic>
#include <filesystem>

#include "storage/checkpointer.h"
#include "storage/mail_database.h"
#include "storage/owner_lock.h"
#include "storage/reader_pool.h"
#include "storage/writer.h"

namespace storage {

struct MailDatabase::Implementation {
  Implementation(DatabaseId, const std::filesystem::path& directory);
  struct NextIds {
    std::int64_t message, arrival;
  };

  // Before anything is sealed for it. Rises for ever.
  MessageId next_message() { return MessageId(next_message_++); }
  std::int64_t next_arrival() { return next_arrival_++; }

  DatabaseId id;
  std::filesystem::path file;
  OwnerLock lock;
  const NextIds first_ids;
  std::atomic<std::int64_t> next_message_, next_arrival_;
  ReaderPool readers;
  Checkpointer checkpointer;
  Writer writer;
};

}  // namespace storage
