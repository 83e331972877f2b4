#include "storage/row_guard.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/error.h"
#include "crypto/digest.h"

namespace storage {
namespace {

constexpr int row_column = 0, first_column = 1, owner_columns = 2;

bool has_column(Connection& connection, const std::string& table, std::string_view column) {
  return connection
      .number("select 1 from pragma_table_info(?) where name = ?", std::string_view(table), column)
      .has_value();
}

}  // namespace

RowGuard::RowGuard(Connection& rows, Anchors& anchors) : rows_(rows), anchors_(anchors) {
  sqlite3_update_hook(rows_.handle(), &RowGuard::note, this);
}

RowGuard::~RowGuard() { sqlite3_update_hook(rows_.handle(), nullptr, nullptr); }

void RowGuard::note(void* guard, int what, const char* database, const char* table, long long row) {
  // VACUUM fills a database of another name.
  if (database != std::string_view("main") || table == std::string_view("generation")) return;
  auto& self = *static_cast<RowGuard*>(guard);
  self.changed_.try_emplace({table, row}, what == SQLITE_UPDATE);
}

// A purge and an id that is to be given are nobody's alone.
RowGuard::Reading RowGuard::made_reading(const std::string& table) {
  std::string mailbox = "0", dep = "0";
  if (table == "mailbox") {
    mailbox = "id";
  } else if (table == "dep") {
    dep = "id";
  } else if (table != "purge") {
    if (has_column(rows_, table, "mailbox"))
      mailbox = "mailbox";
    else if (has_column(rows_, table, "account"))
      mailbox = "coalesce((select a.mailbox from account a where a.id = account), 0)";
    else if (has_column(rows_, table, "dep"))
      dep = "dep";
  }
  const auto select =
      "select rowid, \"" + table + "\".*, " + mailbox + ", " + dep + " from \"" + table + '"';
  return {kept(select + " order by rowid"), kept(select + " where rowid = ?")};
}

const RowGuard::Reading& RowGuard::reading(const std::string& table) {
  const auto found = readings_.find(table);
  if (found != readings_.end()) return found->second;
  return readings_.emplace(table, made_reading(table)).first->second;
}

RowGuard::Row RowGuard::row_in(const Query& query) {
  const int end = query.columns() - owner_columns;
  return {.row = query.integer(row_column),
          .owner = {query.integer(end), query.integer(end + 1)},
          .digest = crypto::sha256(query.encoded(first_column, end))};
}

std::optional<RowGuard::Row> RowGuard::current(const Name& name) {
  auto query = rows_.query(reading(name.table).one, name.row);
  if (!query.next()) return std::nullopt;
  return row_in(query);
}

std::set<std::string> RowGuard::tables() {
  std::set<std::string> names;
  for (auto query = rows_.query("select name from sqlite_schema where type = 'table'"
                                " and name not like 'sqlite_%' and name <> 'generation'");
       query.next();)
    names.insert(query.text(0));
  return names;
}

std::optional<RowGuard::Known> RowGuard::known() const {
  return anchors_.read([](Connection& anchors) -> std::optional<Known> {
    auto row = anchors.query("select version, generation, upgrading from directory");
    if (!row.next()) return std::nullopt;
    return Known{row.integer(0), row.integer(1), row.integer(2) != 0};
  });
}

void RowGuard::note_upgrade() {
  anchors_.write(Anchors::Until::on_disk,
                 [](Connection& anchors) { anchors.run("update directory set upgrading = 1"); });
}

void RowGuard::adopt(std::int64_t version, std::int64_t generation) {
  readings_.clear();  // the columns may be others than before
  doubts_.clear();
  anchors_.write(Anchors::Until::on_disk, [&](Connection& anchors) {
    anchors.run("delete from directory_row");
    for (const auto& table : tables())
      for (auto query = rows_.query(reading(table).all); query.next();) {
        const auto row = row_in(query);
        anchors.run(
            "insert into directory_row(name, row, mailbox, dep, digest) values(?, ?, ?, ?, ?)",
            std::string_view(table), row.row, row.owner.mailbox, row.owner.dep, row.digest);
      }
    anchors.run("insert or replace into directory values(1, ?, ?, 0)", version, generation);
  });
}

// Columns of an anchor: row, digest, next, mailbox, dep.
void RowGuard::weigh(const Name& name, const std::optional<Row>& there, const Query* anchor,
                     std::vector<Name>& pending) {
  using How = RolledBackRow::How;
  const ByteView now = there ? ByteView(there->digest) : ByteView();
  const auto is = [&](ByteView digest) { return std::ranges::equal(digest, now); };
  if (!anchor) {
    doubts_[name] = {How::added, there->owner};
    return;
  }
  const bool expects = anchor->optional_integer(2).has_value();
  if (expects && (is(anchor->blob(2)) || is(anchor->blob(1)))) {
    pending.push_back(name);
    return;
  }
  if (is(anchor->blob(1))) return;
  doubts_[name] = {there ? How::changed : How::missing, {anchor->integer(3), anchor->integer(4)}};
}

void RowGuard::compare(const std::string& table, std::vector<Name>& pending) {
  const bool is_there = tables().contains(table);
  anchors_.read([&](Connection& anchors) {
    auto known = anchors.query(
        "select row, digest, next, mailbox, dep from directory_row where name = ? order by row",
        std::string_view(table));
    std::optional<Query> rows;
    if (is_there) rows.emplace(rows_.query(reading(table).all));
    bool more_known = known.next(), more_rows = rows && rows->next();
    while (more_known || more_rows) {
      const auto row = more_rows ? std::optional(row_in(*rows)) : std::nullopt;
      const bool in_file = row && (!more_known || row->row <= known.integer(0));
      const bool in_anchors = more_known && (!row || known.integer(0) <= row->row);
      weigh({table, in_file ? row->row : known.integer(0)}, in_file ? row : std::nullopt,
            in_anchors ? &known : nullptr, pending);
      if (in_file) more_rows = rows->next();
      if (in_anchors) more_known = known.next();
    }
  });
}

void RowGuard::compare() {
  readings_.clear();
  doubts_.clear();
  auto names = tables();
  anchors_.read([&](Connection& anchors) {
    for (auto query = anchors.query("select distinct name from directory_row"); query.next();)
      names.insert(query.text(0));
  });
  std::vector<Name> pending;
  for (const auto& table : names) compare(table, pending);
  resolve(pending);
}

std::optional<RolledBackRow> RowGuard::compare_again(const std::string& table, std::int64_t row) {
  const Name name{table, row};
  if (doubts_.contains(name)) return std::nullopt;
  const auto there = current(name);
  anchors_.read([&](Connection& anchors) {
    auto anchor = anchors.query(
        "select row, digest, next, mailbox, dep from directory_row where name = ? and row = ?",
        std::string_view(table), row);
    const bool known = anchor.next();
    std::vector<Name> pending;  // is settled with the next transaction
    if (known || there) weigh(name, there, known ? &anchor : nullptr, pending);
  });
  const auto found = doubts_.find(name);
  if (found == doubts_.end()) return std::nullopt;
  return described(name, found->second);
}

// What they are is what they were, or what they were to become.
void RowGuard::resolve(const std::vector<Name>& names) {
  if (names.empty()) return;
  anchors_.write(Anchors::Until::on_disk, [&](Connection& anchors) {
    for (const auto& name : names) {
      const auto there = current(name);
      const auto digest = there ? there->digest : Bytes();
      anchors.run(
          "update directory_row set digest = ?3, next = null"
          " where name = ?1 and row = ?2 and ?3 in (digest, next)",
          std::string_view(name.table), name.row, digest);
      anchors.run("delete from directory_row where name = ? and row = ? and digest = x''",
                  std::string_view(name.table), name.row);
    }
  });
}

void RowGuard::begin() {
  changed_.clear();
  resolve(std::exchange(unsettled_, {}));
}

void RowGuard::expect(std::int64_t generation) {
  std::map<Name, std::optional<Row>> after;
  for (const auto& [name, was_there] : changed_) {
    if (was_there && doubts(name.table, name.row))
      throw Error(Fault::corrupt,
                  "directory.db: " + name.table + ' ' + std::to_string(name.row) +
                      " was rolled back, and is not changed",
                  "`sealpost restore show` tells what was, and how to go on");
    after[name] = current(name);
  }
  anchors_.write(Anchors::Until::on_disk, [&](Connection& anchors) {
    for (const auto& [name, row] : after) {
      const auto owner = row ? row->owner : Owner{};
      anchors.run(
          "insert into directory_row(name, row, mailbox, dep, digest, next)"
          " values(?1, ?2, ?3, ?4, x'', ?5) on conflict do update set next = ?5,"
          " mailbox = iif(?5 = x'', mailbox, ?3), dep = iif(?5 = x'', dep, ?4)",
          std::string_view(name.table), name.row, owner.mailbox, owner.dep,
          row ? row->digest : Bytes());
    }
    anchors.run("update directory set generation = ?", generation);
  });
  for (const auto& [name, row] : after) unsettled_.push_back(name);
}

void RowGuard::settle() {
  anchors_.write(Anchors::Until::written, [&](Connection& anchors) {
    for (const auto& name : unsettled_) {
      anchors.run("delete from directory_row where name = ? and row = ? and next = x''",
                  std::string_view(name.table), name.row);
      anchors.run(
          "update directory_row set digest = next, next = null where name = ? and row = ?"
          " and next is not null",
          std::string_view(name.table), name.row);
    }
  });
  for (const auto& name : std::exchange(unsettled_, {})) doubts_.erase(name);
}

bool RowGuard::doubts(std::string_view table, std::int64_t row) const {
  return doubts_.contains({std::string(table), row});
}

bool RowGuard::bars(MailboxId mailbox) const {
  return std::ranges::any_of(doubts_, [&](const auto& doubt) {
    return doubt.second.owner.mailbox == mailbox.value && doubt.first.table != "credential";
  });
}

bool RowGuard::bars(DepId dep) const {
  return std::ranges::any_of(
      doubts_, [&](const auto& doubt) { return doubt.second.owner.dep == dep.value; });
}

bool RowGuard::common() const {
  return std::ranges::any_of(doubts_,
                             [](const auto& doubt) { return doubt.second.owner.mailbox == 0; });
}

bool RowGuard::lost_any(std::string_view table) const {
  return std::ranges::any_of(doubts_, [&](const auto& doubt) {
    return doubt.first.table == table && doubt.second.how != RolledBackRow::How::added;
  });
}

bool RowGuard::doubts_any(std::string_view table) const {
  return std::ranges::any_of(doubts_,
                             [&](const auto& doubt) { return doubt.first.table == table; });
}

RolledBackRow RowGuard::described(const Name& name, const Doubt& doubt) {
  return {name.table, name.row, doubt.how, MailboxId(doubt.owner.mailbox), DepId(doubt.owner.dep)};
}

std::vector<RolledBackRow> RowGuard::rolled_back() const {
  std::vector<RolledBackRow> all;
  for (const auto& [name, doubt] : doubts_) all.push_back(described(name, doubt));
  return all;
}

std::int64_t RowGuard::greatest(std::string_view table) const {
  return anchors_.read([&](Connection& anchors) {
    return anchors.number("select max(row) from directory_row where name = ?", table).value_or(0);
  });
}

template <class Chosen>
void RowGuard::accept_if(Chosen chosen) {
  anchors_.write(Anchors::Until::on_disk, [&](Connection& anchors) {
    for (const auto& [name, doubt] : doubts_) {
      if (!chosen(doubt)) continue;
      anchors.run("delete from directory_row where name = ? and row = ?",
                  std::string_view(name.table), name.row);
      if (const auto row = current(name))
        anchors.run(
            "insert into directory_row(name, row, mailbox, dep, digest) values(?, ?, ?, ?, ?)",
            std::string_view(name.table), name.row, row->owner.mailbox, row->owner.dep,
            row->digest);
    }
  });
  std::erase_if(doubts_, [&](const auto& doubt) { return chosen(doubt.second); });
}

void RowGuard::accept() {
  accept_if([](const Doubt&) { return true; });
}

void RowGuard::accept(std::span<const MailboxId> mailboxes) {
  accept_if([&](const Doubt& doubt) {
    return std::ranges::count(mailboxes, MailboxId(doubt.owner.mailbox)) > 0;
  });
}

}  // namespace storage
