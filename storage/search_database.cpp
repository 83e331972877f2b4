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

constexpr unsigned parts_limit = 1U << 12;  // of one group

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

// Of a damaged one, or one of another version, nothing is lost.
void SearchDatabase::open() try { open_file(); } catch (const Error& error) {
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

void SearchDatabase::remove(MailboxId mailbox) try {
  remove(groups(mailbox));
  write([&](Connection& connection) {
    connection.run("delete from search_kept where mailbox = ?", mailbox.value);
  });
  const std::lock_guard lock(mutex_);
  kept_.erase(mailbox);
  known_.erase(mailbox);
} catch (const SqliteError& error) {
  if (error.fault() != Fault::corrupt) throw;
  replace_if_reported();  // with all of it
}

bool SearchDatabase::truncate() {
  const auto files = this->files();
  return !files || files->checkpointer.truncate();
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

void SearchDatabase::set_kept(const MailboxGeneration& now, Groups groups) {
  if (groups == Groups::some)
    write([&](Connection& connection) {
      connection.run("insert or replace into search_kept(mailbox, generation) values(?, ?)",
                     now.mailbox.value, static_cast<std::int64_t>(now.generation));
    });
  const std::lock_guard lock(mutex_);
  kept_[now.mailbox] = {now.generation, groups == Groups::some};
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

void SearchDatabase::set_known(MailboxId mailbox, FolderId folder, const Folder& now) {
  const std::lock_guard lock(mutex_);
  known_[mailbox][folder] = now;
}

// SQLite's locks go with names: the old files are closed before new ones have theirs.
void SearchDatabase::replace_if_reported() {
  auto old = [&] {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(reported_file_, false)) return std::shared_ptr<Files>();
    kept_.clear();
    known_.clear();
    reported_.clear();
    return std::exchange(files_, nullptr);
  }();
  if (!old) return;
  logging::error("corrupt", {{"what", "search index"}, {"file", file_.string()}});
  while (old.use_count() > 1) std::this_thread::sleep_for(10ms);
  old.reset();
  remove_files(file_);
  open();
}

}  // namespace storage
