// Rows that are not as the server left them: found when the file is opened, not believed, accepted.

#include <algorithm>
#include <span>

#include "base/log.h"
#include "storage/directory_implementation.h"
#include "storage/migrations.h"

namespace storage {
namespace {

[[noreturn]] void not_believed(const std::string& what) {
  throw Error(Fault::corrupt, "directory.db: " + what + " was rolled back to an older state",
              "`sealpost restore show` tells what was, and how to go on");
}

void log_rolled_back(const RolledBackRow& row) {
  logging::error("rolled_back", {{"database", "directory"},
                                 {"table", row.table},
                                 {"row", row.row},
                                 {"how", name_of(row.how)},
                                 {"mailbox", row.mailbox.value}});
}

void log_rolled_back(const std::vector<RolledBackRow>& rows) {
  constexpr std::size_t most = 100;  // lines
  for (const auto& row : std::span(rows).first(std::min(rows.size(), most))) log_rolled_back(row);
  if (!rows.empty())
    logging::error("rolled_back", {{"database", "directory"}, {"rows", rows.size()}});
}

}  // namespace

std::string_view name_of(RolledBackRow::How how) {
  switch (how) {
    case RolledBackRow::How::changed:
      return "changed";
    case RolledBackRow::How::added:
      return "added";
    case RolledBackRow::How::missing:
      return "missing";
  }
  return "";
}

GenerationRecord Directory::Implementation::stored_generation() {
  auto row = connection.query("select sealed from generation");
  if (!row.next()) return {};
  try {
    return GenerationRecord::opened(key, GenerationOf::directory, row.blob(0));
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return {};  // nobody's word that the anchors are older
  }
}

void Directory::Implementation::adopt(std::string_view why) {
  row_guard.adopt(static_cast<std::int64_t>(directory_schema().size()),
                  static_cast<std::int64_t>(generation));
  const auto protected_ones = connection.number("select count(*) from protection").value_or(0);
  logging::info(
      "anchored",
      {{"database", "directory"}, {"because", why}, {"mailboxes_at_end_to_end", protected_ones}});
}

void Directory::Implementation::open_guarded(const std::string& name) {
  const auto newest = static_cast<std::int64_t>(directory_schema().size());
  const auto version = connection.number("pragma user_version").value_or(0);
  const auto known = row_guard.known();
  if (known && version == 0)
    throw Error(Fault::corrupt, name + " is gone, and the service keys know of one",
                "restore it; a new installation takes a new service-key directory");
  refuse_other_key();
  bool as_it_should_be = !known || known->upgrading;
  if (known && known->version == version && version < newest) {
    row_guard.compare();
    as_it_should_be = row_guard.whole();
    if (as_it_should_be) row_guard.note_upgrade();
  }
  migrate(connection, FileKind::directory, directory_schema(), name);
  seal_what_was_clear();
  generation = stored_generation().number;
  if (!known) return adopt("its anchors are new: what is there now is believed");
  if (as_it_should_be) return adopt("it is of a newer version now");
  const auto known_generation = static_cast<std::uint64_t>(known->generation);
  if (generation > known_generation)
    return adopt("its anchors are older than it is: the service keys were restored");
  generation = known_generation;
  row_guard.compare();
  log_rolled_back(row_guard.rolled_back());
  if (row_guard.whole() && known->version != newest) adopt("it is of a newer version now");
}

void Directory::Implementation::commit(SqlTransaction& transaction) {
  if (!row_guard.changed()) return transaction.commit();
  connection.run("insert or replace into generation(id, sealed) values(1, ?)",
                 GenerationRecord{++generation, {}}.sealed(key, GenerationOf::directory));
  row_guard.expect(static_cast<std::int64_t>(generation));
  transaction.commit();
  row_guard.settle();
}

void Directory::Implementation::require_believed(MailboxId mailbox) const {
  if (row_guard.bars(mailbox)) not_believed("a row of mailbox " + std::to_string(mailbox.value));
}

void Directory::Implementation::require_believed(DepId dep) const {
  if (row_guard.bars(dep)) not_believed("a row of DEP " + std::to_string(dep.value));
}

void Directory::Implementation::require_believed(const char* table, std::int64_t row) const {
  if (row_guard.doubts(table, row)) not_believed(table + (' ' + std::to_string(row)));
}

void Directory::Implementation::require_believed_now(const char* table, std::int64_t row) {
  if (const auto found = row_guard.compare_again(table, row)) {
    ++changes;  // whoever has read it reads it again
    log_rolled_back(*found);
  }
  require_believed(table, row);
}

void Directory::Implementation::require_all_names() const {
  if (row_guard.lost_any("account") || row_guard.lost_any("alias"))
    not_believed("an account or an alias");
}

void Directory::Implementation::require_believed_purges() const {
  if (row_guard.doubts_any("purge")) not_believed("a purge");
}

std::vector<RolledBackRow> Directory::rolled_back() {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->row_guard.rolled_back();
}

bool Directory::believes(MailboxId mailbox) {
  const std::lock_guard lock(implementation_->mutex);
  return !implementation_->row_guard.bars(mailbox);
}

bool Directory::believes_the_rest() {
  const std::lock_guard lock(implementation_->mutex);
  return !implementation_->row_guard.common();
}

// What was made since the state that is accepted has its ids still, elsewhere: none is given again.
void Directory::accept_rolled_back() {
  implementation_->write([&](Connection& connection) {
    const auto& known = implementation_->row_guard;
    for (const auto* kind :
         {"account", "alias", "credential", "dep", "mailbox", "purge", "role_grant"}) {
      const auto next =
          connection.number("select id from next_id where kind = ?", std::string_view(kind));
      const auto after_all = known.greatest(kind) + 1;
      if (next && *next >= after_all) continue;
      connection.run("delete from next_id where kind = ?", std::string_view(kind));
      connection.run("insert into next_id(kind, id) values(?, ?)", std::string_view(kind),
                     after_all);
    }
  });
  const std::lock_guard lock(implementation_->mutex);
  const Implementation::Counted counted{implementation_->changes};
  implementation_->row_guard.accept();
}

void Directory::accept_rolled_back(std::span<const MailboxId> mailboxes) {
  const std::lock_guard lock(implementation_->mutex);
  const Implementation::Counted counted{implementation_->changes};
  implementation_->row_guard.accept(mailboxes);
}

}  // namespace storage
