#pragma once
// directory.db behind its lock, for storage's own files. One connection, used under a mutex.

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "crypto/aead.h"
#include "storage/directory.h"
#include "storage/generation_record.h"
#include "storage/owner_lock.h"
#include "storage/row_guard.h"
#include "storage/sqlite.h"

namespace storage {

// Logged and thrown as corrupt: Aead does not know which row it was.
[[noreturn]] void row_is_damaged(const char* what, std::int64_t row);
[[noreturn]] void row_is_damaged(const char* what, MailboxId whose, std::int64_t row);

template <class Work>
auto checked(const char* what, std::int64_t row, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
  }
  row_is_damaged(what, row);
}
template <class Work>
auto checked(const char* what, MailboxId whose, std::int64_t row, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
  }
  row_is_damaged(what, whose, row);
}

struct Directory::Implementation {
  Implementation(const std::filesystem::path& data, crypto::DirectoryKey directory_key, Anchors&);

  // Does work(connection) as one transaction; returns what it returned when that is on disk.
  template <class Work>
  auto write(Work work) {
    const std::lock_guard guard(mutex);
    const Counted counted{changes};  // also when it throws: a commit that failed may be there
    return transact(std::move(work));
  }
  // The same for what is no change to anybody who reads: when something was last used.
  template <class Work>
  auto note(Work work) {
    const std::lock_guard guard(mutex);
    return transact(std::move(work));
  }
  template <class Work>
  auto transact(Work work) {  // with `mutex` locked
    row_guard.begin();
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    if constexpr (std::is_void_v<decltype(work(connection))>) {
      work(connection);
      commit(transaction);
    } else {
      auto result = work(connection);
      commit(transaction);
      return result;
    }
  }
  template <class Work>
  auto read(Work work) {
    const std::lock_guard guard(mutex);
    const SqlTransaction at_once(connection, SqlTransaction::Kind::deferred);
    return work(connection);
  }
  void commit(SqlTransaction&);  // with its anchors
  // What was removed or replaced leaves the log, too.
  void truncate_log();
  // Throws denied while a purge holds it: a DEP's own; a mailbox's or its DEP's. Throws corrupt
  // when it was rolled back, or a purge was.
  void require_free(Connection&, DepId) const;
  void require_free(Connection&, MailboxId) const;

  // ---- roll-backs (directory_roll_back.cpp)
  void open_guarded(const std::string& name);  // schema steps, and the anchors
  void adopt(std::string_view why);
  GenerationRecord stored_generation();
  // Throws corrupt when it is not believed.
  void require_believed(MailboxId) const;
  void require_believed(DepId) const;
  void require_believed(const char* table, std::int64_t row) const;
  // The same for what somebody may have done to the row since the file was opened.
  void require_believed_now(const char* table, std::int64_t row);
  void require_all_names() const;        // else one that is not found may be one that was lost
  void require_believed_purges() const;  // what they hold is not known else

  // Ids are never given twice, also when nothing was made of them.
  static std::int64_t next_id(Connection&, std::string_view kind);

  // Throws corrupt when what is sealed here was sealed under another directory key.
  void refuse_other_key();

  // What stood in clear before schema step 10; at opening (directory_sealing.cpp).
  void seal_what_was_clear();

  // With an account that goes.
  void forget_shares(Connection&, AccountId) const;

  Bytes account_hash(const std::string& name) const;
  Bytes alias_hash(const std::string& address) const;
  static void remove_credentials(Connection&, AccountId);
  Bytes seal_account(const Account&) const;
  Account open_account(AccountId, MailboxId, ByteView sealed) const;
  Bytes seal_alias(std::int64_t row, MailboxId, const std::string& address) const;
  std::string open_alias(std::int64_t row, MailboxId, ByteView sealed) const;

  struct Counted {
    std::atomic<std::uint64_t>& changes;
    ~Counted() { ++changes; }
  };

  OwnerLock lock;
  crypto::DirectoryKey key;
  std::mutex mutex;
  Connection connection;
  RowGuard row_guard;
  std::uint64_t generation = 0;  // how often it was changed
  std::atomic<std::uint64_t> changes{0};
};

// The account with its aliases; throws not_found.
Account read_account(const Directory::Implementation&, Connection&, AccountId);
// Throws corrupt, too, when something of it was rolled back.
Account believed_account(const Directory::Implementation&, Connection&, AccountId);
// Its sealed record alone.
void replace_account(const Directory::Implementation&, Connection&, const Account&);

// ASCII: an address of other letters is compared as it is.
std::string lower_case(std::string_view);

}  // namespace storage
