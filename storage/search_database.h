#pragma once
// search.db beside store.db: the search index of a database's mailboxes (crypto/FORMAT.md section
// 16). A cache: what is missing, or does not open, is not used, and made again by
// Mailbox::keep_index; a file that is damaged is replaced, one that cannot be opened left alone
// until it can. So commits do not wait for the disk. Any thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "storage/checkpointer.h"
#include "storage/generations.h"
#include "storage/reader_pool.h"
#include "storage/search_group.h"

namespace storage {

// A group as it lies in the file.
struct StoredGroup {
  std::int64_t id = 0;
  FolderId folder;
  SearchSpan span;
  std::uint32_t epoch = 0;
};
struct SealedGroup {
  StoredGroup place;
  Bytes map;
  std::vector<std::pair<unsigned, Bytes>> parts;  // by their numbers
};
inline std::int64_t search_part_row(std::int64_t group, unsigned number) {
  return group << 12 | number;
}
std::int64_t new_search_group();  // random

class SearchDatabase {
 public:
  explicit SearchDatabase(std::filesystem::path file);

  // The file's readers; null while it is being replaced, or cannot be opened.
  struct Files;
  std::shared_ptr<Files> files() const;

  std::vector<StoredGroup> groups(MailboxId);
  // In one transaction; `is_wanted` is asked within. What it takes the place of goes.
  void put(MailboxId, const SealedGroup&, std::span<const StoredGroup> instead,
           const std::function<bool()>& is_wanted);
  void remove(std::span<const StoredGroup>);  // a transaction each
  // All of it. Throws unavailable where there is a file that cannot be opened.
  void remove(MailboxId);
  bool truncate();  // as Checkpointer::truncate; false: as remove() throws

  // Counts calls of remove(MailboxId): what is set in an earlier turn is not true any more.
  using Turn = std::uint64_t;
  Turn turn() const;

  // What does not open, found by a search: put on a list, for who keeps the index.
  void report(MailboxId, std::int64_t group);
  void report_file();  // SQLite said so of the file
  std::set<std::int64_t> take_reported(MailboxId);
  // Whether there is something to be done for it, at this generation.
  bool is_behind(const MailboxGeneration&) const;
  bool is_ahead(const MailboxGeneration&) const;  // of a later state than the mailbox is in
  bool may_have(MailboxId) const;                 // groups, on disk
  std::vector<MailboxId> mailboxes() const;       // that may
  // All is as it should be, at that generation. Where there are no groups, that need not outlive a
  // restart.
  void set_kept(const MailboxGeneration&, Turn);
  // Of a folder when it was last gone through, in this process.
  struct Folder {
    std::uint32_t spans = 0, gone = 0;
    bool operator==(const Folder&) const = default;
  };
  std::optional<Folder> known(MailboxId, FolderId) const;
  void set_known(MailboxId, FolderId, const Folder&, Turn);
  void look_again(MailboxId);  // none is known
  // Opens it, if it is not; replaces it where that was reported.
  void mend();

 private:
  struct Kept {
    std::uint64_t generation = 0;
    bool has_groups = false;
  };
  void open();
  void open_or_replace();
  void open_file();
  std::shared_ptr<Files> take_reported_file();
  void require_open() const;
  template <class Work>
  auto checked(Work work);
  void write(const std::function<void(Connection&)>&);

  const std::filesystem::path file_;
  std::mutex mending_;
  mutable std::mutex mutex_;
  std::shared_ptr<Files> files_;
  bool reported_file_ = false, said_closed_ = false;
  Turn turn_ = 0;
  std::map<MailboxId, std::set<std::int64_t>> reported_;
  std::map<MailboxId, Kept> kept_;
  std::map<MailboxId, std::map<FolderId, Folder>> known_;
};

struct SearchDatabase::Files {
  explicit Files(const std::filesystem::path& file);

  std::mutex writing;
  Connection connection;  // with `writing`
  ReaderPool readers;
  Checkpointer checkpointer;
};

}  // namespace storage
