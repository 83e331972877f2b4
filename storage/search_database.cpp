#include "storage/search_database.h"

#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "crypto/locked_memory.h"
#include "storage/migrations.h"

namespace storage {
namespace {

using namespace std::chrono_literals;

constexpr unsigned parts_limit = 1U << 12;    // of one group
constexpr std::int64_t removed_together = 8;  // groups, in one transaction

void remove_group(Connection& connection, std::int64_t id) {
  connection.run("delete from search_part where id between ? and ?", search_part_row(id, 0),
                 search_part_row(id, parts_limit - 1));
  connection.run("delete from search_group where id = ?", id);
}

void insert_group(Connection& connection, MailboxId mailbox, const SealedGroup& group) {
  const auto& place = group.place;
  connection.run(
      "insert into search_group(id, mailbox, folder, first, uids, epoch, d)"
      " values(?, ?, ?, ?, ?, ?, ?)",
      place.id, mailbox.value, place.folder.value, std::int64_t{place.span.first},
      std::int64_t{place.span.uids}, std::int64_t{place.epoch}, group.map);
  for (const auto& [number, part] : group.parts)
    connection.run("insert into search_part(id, d) values(?, ?)", search_part_row(place.id, number),
                   part);
}

// A few, and in the end the note that there were some. False: that was all.
bool remove_some_groups(Connection& connection, MailboxId mailbox) {
  std::vector<std::int64_t> ids;
  auto rows = connection.query("select id from search_group where mailbox = ? limit ?",
                               mailbox.value, removed_together);
  while (rows.next()) ids.push_back(rows.integer(0));
  for (const auto id : ids) remove_group(connection, id);
  if (!ids.empty()) return true;
  connection.run("delete from search_kept where mailbox = ?", mailbox.value);
  return false;
}

// Those with groups, or a note that they had some.
std::map<MailboxId, std::uint64_t> found_kept(Connection& connection) {
  std::map<MailboxId, std::uint64_t> found;
  auto rows = connection.query(
      "select mailbox, max(generation) from (select mailbox, generation from search_kept"
      " union all select distinct mailbox, 0 from search_group) group by mailbox");
  while (rows.next())
    found[MailboxId(rows.integer(0))] = static_cast<std::uint64_t>(rows.integer(1));
  return found;
}

void remove_files(const std::filesystem::path& file) {
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    std::error_code failure;
    std::filesystem::remove(file.string() + suffix, failure);
    if (failure)
      throw Error(Fault::unavailable,
                  "cannot remove " + file.string() + suffix + ": " + failure.message());
  }
}

}  // namespace

std::int64_t new_search_group() {
  std::array<std::uint8_t, 8> octets{};
  crypto::random_bytes(octets);
  std::int64_t id = 0;
  for (const auto octet : octets) id = (id << 8 | octet) & ((std::int64_t{1} << 50) - 1);
  return id;
}

SearchDatabase::Files::Files(const std::filesystem::path& file)
    : connection(file, Connection::Mode::cache), readers(file), checkpointer(file) {
  migrate(connection, FileKind::search, search_schema(), file.string());
}

SearchDatabase::SearchDatabase(std::filesystem::path file) : file_(std::move(file)) { open(); }

// Mail goes on without it.
void SearchDatabase::open() try { open_or_replace(); } catch (const std::exception& error) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(said_closed_, true)) return;
  logging::error(
      "search_index.closed",
      {{"file", file_.string()}, {"reason", error.what()}, {"effect", "searches read all texts"}});
}

// Of a damaged one, or one of another version, nothing is lost.
void SearchDatabase::open_or_replace() try { open_file(); } catch (const Error& error) {
  if (error.fault() != Fault::corrupt && error.fault() != Fault::invalid) throw;
  logging::error("corrupt", {{"what", "search index"}, {"reason", error.what()}});
  remove_files(file_);
  open_file();
}

void SearchDatabase::open_file() {
  auto made = std::make_shared<Files>(file_);
  const auto found = found_kept(made->connection);
  const std::lock_guard lock(mutex_);
  files_ = std::move(made);
  said_closed_ = false;
  for (const auto& [mailbox, generation] : found) kept_[mailbox] = {generation, true};
}

std::shared_ptr<SearchDatabase::Files> SearchDatabase::files() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

template <class Work>
auto SearchDatabase::checked(Work work) try {
  return work();
} catch (const SqliteError& error) {
  if (error.fault() == Fault::corrupt) report_file();
  throw;
}

void SearchDatabase::write(const std::function<void(Connection&)>& work) {
  const auto files = this->files();
  if (!files) return;
  checked([&] {
    const std::lock_guard turn(files->writing);
    SqlTransaction transaction(files->connection, SqlTransaction::Kind::immediate);
    work(files->connection);
    transaction.commit();
  });
  std::error_code none;
  const auto size = std::filesystem::file_size(file_.string() + "-wal", none);
  files->checkpointer.committed(none ? 0 : static_cast<std::int64_t>(size));
}

std::vector<StoredGroup> SearchDatabase::groups(MailboxId mailbox) {
  std::vector<StoredGroup> found;
  const auto files = this->files();
  if (!files) return found;
  const auto reader = files->readers.lease();
  checked([&] {
    auto rows = reader->query(
        "select id, folder, first, uids, epoch from search_group where mailbox = ?"
        " order by folder, first",
        mailbox.value);
    while (rows.next())
      found.push_back({.id = rows.integer(0),
                       .folder = FolderId(rows.integer(1)),
                       .span = {static_cast<std::uint32_t>(rows.integer(2)),
                                static_cast<std::uint32_t>(rows.integer(3))},
                       .epoch = static_cast<std::uint32_t>(rows.integer(4))});
  });
  return found;
}

void SearchDatabase::put(MailboxId mailbox, const SealedGroup& group,
                         std::span<const StoredGroup> instead,
                         const std::function<bool()>& is_wanted) {
  write([&](Connection& connection) {
    if (!is_wanted()) return;
    {
      const std::lock_guard lock(mutex_);
      kept_[mailbox].has_groups = true;
    }
    for (const auto& old : instead) remove_group(connection, old.id);
    insert_group(connection, mailbox, group);
  });
}

void SearchDatabase::remove(std::span<const StoredGroup> groups) {
  for (const auto& group : groups)
    write([&](Connection& connection) { remove_group(connection, group.id); });
}

void SearchDatabase::require_open() const {
  std::error_code none;
  if (!files() && std::filesystem::exists(file_, none))
    throw Error(Fault::unavailable, "the search index " + file_.string() + " cannot be opened",
                "see the log; without need of it the file can be removed");
}

void SearchDatabase::remove(MailboxId mailbox) try {
  {
    const std::lock_guard lock(mutex_);
    ++turn_;
    kept_.erase(mailbox);
    known_.erase(mailbox);
    reported_.erase(mailbox);
  }
  require_open();
  for (bool more = true; more;)
    write([&](Connection& connection) { more = remove_some_groups(connection, mailbox); });
} catch (const SqliteError& error) {
  if (error.fault() != Fault::corrupt) throw;
  mend();  // with all of it
}

bool SearchDatabase::truncate() {
  const auto files = this->files();
  std::error_code none;
  return files ? files->checkpointer.truncate() : !std::filesystem::exists(file_, none);
}

SearchDatabase::Turn SearchDatabase::turn() const {
  const std::lock_guard lock(mutex_);
  return turn_;
}

// ---- what is to be done

void SearchDatabase::report(MailboxId mailbox, std::int64_t group) {
  const std::lock_guard lock(mutex_);
  reported_[mailbox].insert(group);
}

void SearchDatabase::report_file() {
  const std::lock_guard lock(mutex_);
  reported_file_ = true;
}

std::set<std::int64_t> SearchDatabase::take_reported(MailboxId mailbox) {
  const std::lock_guard lock(mutex_);
  auto found = reported_.extract(mailbox);
  return found ? std::move(found.mapped()) : std::set<std::int64_t>();
}

bool SearchDatabase::is_behind(const MailboxGeneration& now) const {
  const std::lock_guard lock(mutex_);
  const auto kept = kept_.find(now.mailbox);
  return kept == kept_.end() || kept->second.generation != now.generation ||
         reported_.contains(now.mailbox);
}

bool SearchDatabase::is_ahead(const MailboxGeneration& now) const {
  const std::lock_guard lock(mutex_);
  const auto kept = kept_.find(now.mailbox);
  return kept != kept_.end() && kept->second.generation > now.generation;
}

bool SearchDatabase::may_have(MailboxId mailbox) const {
  const std::lock_guard lock(mutex_);
  const auto kept = kept_.find(mailbox);
  return kept != kept_.end() && kept->second.has_groups;
}

std::vector<MailboxId> SearchDatabase::mailboxes() const {
  std::vector<MailboxId> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [mailbox, kept] : kept_)
    if (kept.has_groups) found.push_back(mailbox);
  return found;
}

void SearchDatabase::set_kept(const MailboxGeneration& now, Turn turn) {
  if (may_have(now.mailbox))
    write([&](Connection& connection) {
      connection.run(
          "insert or replace into search_kept(mailbox, generation)"
          " select ?1, ?2 where exists (select 1 from search_group where mailbox = ?1)",
          now.mailbox.value, static_cast<std::int64_t>(now.generation));
    });
  const bool has_groups = !groups(now.mailbox).empty();
  const std::lock_guard lock(mutex_);
  if (turn == turn_) kept_[now.mailbox] = {now.generation, has_groups};
}

std::optional<SearchDatabase::Folder> SearchDatabase::known(MailboxId mailbox,
                                                            FolderId folder) const {
  const std::lock_guard lock(mutex_);
  const auto folders = known_.find(mailbox);
  if (folders == known_.end()) return std::nullopt;
  const auto found = folders->second.find(folder);
  if (found == folders->second.end()) return std::nullopt;
  return found->second;
}

void SearchDatabase::look_again(MailboxId mailbox) {
  const std::lock_guard lock(mutex_);
  known_.erase(mailbox);
}

void SearchDatabase::set_known(MailboxId mailbox, FolderId folder, const Folder& now, Turn turn) {
  const std::lock_guard lock(mutex_);
  if (turn == turn_) known_[mailbox][folder] = now;
}

std::shared_ptr<SearchDatabase::Files> SearchDatabase::take_reported_file() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(reported_file_, false)) return nullptr;
  ++turn_;
  kept_.clear();
  known_.clear();
  reported_.clear();
  return std::exchange(files_, nullptr);
}

// SQLite's locks go with names: the old files are closed before new ones have theirs.
void SearchDatabase::mend() {
  const std::lock_guard one(mending_);
  if (auto old = take_reported_file()) {
    logging::error("corrupt", {{"what", "search index"}, {"file", file_.string()}});
    while (old.use_count() > 1) std::this_thread::sleep_for(10ms);
    old.reset();
    remove_files(file_);
  }
  if (!files()) open();
}

}  // namespace storage
