#include "server/lab/clear.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/error.h"
#include "crypto/root_keys.h"
#include "server/lab/private_copy.h"
#include "storage/owner_lock.h"
#include "storage/sqlite.h"

namespace server::lab {

namespace {

using storage::Connection;
using Path = std::filesystem::path;

class Table {
 public:
  explicit Table(const Path& file) : connection_(file, Connection::Mode::read) {}

  bool has(std::string_view table) {
    return connection_.number("select count(*) from sqlite_schema where name = ?", table) != 0;
  }
  Connection& operator*() { return connection_; }

 private:
  Connection connection_;
};

bool is_generation(std::string_view kid) {
  constexpr std::size_t most = 18;  // digits of a number that fits
  return kid.size() <= most &&
         std::ranges::all_of(kid, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_well_formed(const DepWrap& wrap) {
  if (wrap.slot == 2) return is_generation(wrap.kid);
  try {
    return !crypto::RootKeyRef(wrap.kid).version().empty();
  } catch (const Error&) {
    return false;
  }
}

void add_wrap(DepWrap wrap, Clear& clear) {
  if (is_well_formed(wrap)) return clear.wraps.push_back(std::move(wrap));
  clear.passed_over.push_back("the wrap of DEP " + std::to_string(wrap.dep) + ", version " +
                              std::to_string(wrap.version) + ", slot " + std::to_string(wrap.slot) +
                              ": its kid is malformed, so which key opens it is not known");
}

void read_deps(Table& directory, Clear& clear) {
  for (auto row = (*directory).query("select id, managed from dep order by id"); row.next();)
    clear.deps.push_back({row.integer(0), row.integer(1) != 0});
  for (auto row = (*directory)
                      .query("select dep, version, slot, kid from dep_key order by dep, version, "
                             "slot");
       row.next();)
    add_wrap({row.integer(0), row.integer(1), static_cast<int>(row.integer(2)), row.text(3)},
             clear);
  if (!directory.has("root_denial")) return;
  for (auto row = (*directory).query("select dep, kid from root_denial"); row.next();)
    clear.denials.push_back({row.integer(0), row.text(1)});
}

void read_mailboxes(Table& directory, Clear& clear) {
  for (auto row = (*directory)
                      .query("select id, database, dep, dep_version, epoch, former_epoch, renewal "
                             "from mailbox order by id");
       row.next();) {
    auto& mailbox = clear.mailboxes.emplace_back();
    mailbox.id = row.integer(0);
    mailbox.database = row.integer(1);
    mailbox.dep = row.integer(2);
    mailbox.version = row.integer(3);
    mailbox.epochs = {row.integer(4)};
    if (row.integer(6) != 0) mailbox.epochs.push_back(row.integer(5));
  }
}

void read_levels(Table& directory, Clear& clear) {
  if (!directory.has("protection")) return;
  for (auto& mailbox : clear.mailboxes)
    mailbox.end_to_end =
        (*directory).number("select count(*) from protection where mailbox = ?", mailbox.id) != 0;
}

// Of tables that may be older than the column.
struct SealedRows {
  std::string_view table, column, count;
};
constexpr SealedRows in_directory[] = {
    {"account", "sealed", "select count(*) from account"},
    {"alias", "sealed", "select count(*) from alias"},
    {"credential", "sealed", "select count(*) from credential"},
    {"dep", "sealed", "select count(*) from dep"},
    {"dep_key", "made", "select count(*) from dep_key"},
    {"outage", "sealed", "select count(*) from outage"},
    {"protection", "sealed", "select count(*) from protection"},
    {"purge", "sealed", "select count(*) from purge"},
    {"quota", "sealed", "select count(*) from quota"},
    {"role_grant", "sealed", "select count(*) from role_grant"},
    {"root_denial", "sealed", "select count(*) from root_denial"},
    {"share", "sealed", "select count(*) from share"}};
constexpr SealedRows in_audit[] = {{"record", "sealed", "select count(*) from record"}};
constexpr SealedRows in_ledger[] = {{"ledger", "sealed", "select count(*) from ledger"},
                                    {"notice", "sealed", "select count(*) from notice"}};

void count_sealed_rows(const Path& file, std::span<const SealedRows> all, Clear& clear) {
  if (!std::filesystem::exists(file)) return;
  Table tables(file);
  for (const auto& rows : all)
    if ((*tables).number("select count(*) from pragma_table_info(?) where name = ?", rows.table,
                         rows.column) != 0)
      clear.sealed_rows[std::string(rows.table)] = (*tables).number(rows.count).value_or(0);
}

void read_store(Connection& store, StoredMailbox& mailbox) {
  mailbox.tree_epoch =
      store.number("select epoch from mailbox where id = ?", mailbox.id).value_or(0);
  for (auto row = store.query("select message.id, epoch from message join message_key on "
                              "message_key.message = message.id where mailbox = ? and refs > 0",
                              mailbox.id);
       row.next();)
    mailbox.message[row.integer(0)] = row.integer(1);
  const auto number = [&](std::string_view sql) {
    return store.number(sql, mailbox.id).value_or(0);
  };
  mailbox.folders = number("select count(*) from folder where mailbox = ?");
  mailbox.arrivals = number("select count(*) from arrival where mailbox = ? and state = 1");
  mailbox.octets = number(
      "select sum(length(d)) from message join body on body.id between message.id << 16 and "
      "(message.id << 16) + 65535 where mailbox = ?");
}

void read_stores(const Path& data, Clear& clear) {
  std::map<std::string, std::string> missing;  // file -> mailboxes
  for (auto& mailbox : clear.mailboxes) {
    const auto name = "mail/" + std::to_string(mailbox.database) + "/store.db";
    mailbox.missing = !std::filesystem::exists(data / name);
    if (mailbox.missing) {
      missing[name] += " " + std::to_string(mailbox.id);
      continue;
    }
    Table store(data / name);
    read_store(*store, mailbox);
  }
  for (const auto& [name, mailboxes] : missing)
    clear.passed_over.push_back(name + " is missing, with the mail of mailboxes" + mailboxes);
}

void read_spool(const Path& file, Clear& clear) {
  Table spool(file);
  for (auto& mailbox : clear.mailboxes)
    mailbox.spooled =
        (*spool)
            .number("select count(*) from spooled where mailbox = ? and state > 0", mailbox.id)
            .value_or(0);
}

}  // namespace

const Dep* Clear::dep(std::int64_t id) const {
  const auto found = std::ranges::find(deps, id, &Dep::id);
  return found == deps.end() ? nullptr : &*found;
}

const StoredMailbox* Clear::mailbox(std::int64_t id) const {
  const auto found = std::ranges::find(mailboxes, id, &StoredMailbox::id);
  return found == mailboxes.end() ? nullptr : &*found;
}

Clear read_clear(const Path& data) {
  const PrivateCopy copy(data);
  Clear clear;
  Table directory(copy.path() / "directory.db");
  read_deps(directory, clear);
  read_mailboxes(directory, clear);
  read_levels(directory, clear);
  read_stores(copy.path(), clear);
  if (const auto file = copy.path() / "spool.db"; std::filesystem::exists(file))
    read_spool(file, clear);
  count_sealed_rows(copy.path() / "directory.db", in_directory, clear);
  count_sealed_rows(copy.path() / "audit.db", in_audit, clear);
  count_sealed_rows(copy.path() / "ledger.db", in_ledger, clear);
  return clear;
}

bool is_live(const Path& data) { return storage::is_owned(data / "directory.owner"); }

}  // namespace server::lab
