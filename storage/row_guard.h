#pragma once
// Compares the rows of directory.db with their anchors (anchors.h): all of them when it is opened,
// for while it is open the owner lock is held; and keeps the anchors in step with each transaction.
// The row of its generation alone tells nothing, and has none.
//
// A transaction's rows are expected, on disk, before its commit, beside what they are; afterwards
// only they are: so a crash at any moment is no roll-back.
//
// For the directory's own files; under its mutex.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "storage/anchors.h"
#include "storage/rolled_back.h"
#include "storage/sqlite.h"

namespace storage {

class RowGuard {
 public:
  RowGuard(Connection& rows, Anchors&);
  ~RowGuard();
  RowGuard(const RowGuard&) = delete;
  RowGuard& operator=(const RowGuard&) = delete;

  // ---- at opening. What the anchors say of the whole file; nothing: they have never seen one.
  struct Known {
    std::int64_t version = 0, generation = 0;
    bool upgrading = false;  // a former process began the schema steps of what was as it should be
  };
  std::optional<Known> known() const;
  void compare();
  // One row, while the file is open: what is found only now not to be as it should be.
  std::optional<RolledBackRow> compare_again(const std::string& table, std::int64_t row);
  void note_upgrade();                                        // before schema steps
  void adopt(std::int64_t version, std::int64_t generation);  // what is there now is what should be

  // ---- with each transaction: begin, expect before the commit, settle after it. expect() throws
  // corrupt when a part of a row was changed whose rest is not believed.
  void begin();
  bool changed() const { return !changed_.empty(); }
  void expect(std::int64_t generation);
  void settle();

  // ---- what is not believed
  bool whole() const { return doubts_.empty(); }
  bool doubts(std::string_view table, std::int64_t row) const;
  bool bars(MailboxId) const;  // a row of its own, but for credentials: those are passed over
  bool bars(DepId) const;
  bool common() const;                          // a row that is no mailbox's
  bool lost_any(std::string_view table) const;  // there was a row that is not there so any more
  bool doubts_any(std::string_view table) const;
  std::vector<RolledBackRow> rolled_back() const;
  // The greatest row that a table is known to have had.
  std::int64_t greatest(std::string_view table) const;
  // From now on these are what they should be: all, or those of some mailboxes.
  void accept();
  void accept(std::span<const MailboxId>);

 private:
  struct Name {
    std::string table;
    std::int64_t row = 0;
    auto operator<=>(const Name&) const = default;
  };
  struct Owner {
    std::int64_t mailbox = 0, dep = 0;
  };
  struct Row {
    std::int64_t row = 0;
    Owner owner;
    Bytes digest;
  };
  struct Reading {  // of a table, as SQL
    std::string_view all, one;
  };
  struct Doubt {
    RolledBackRow::How how;
    Owner owner;
  };
  // Of what a transaction changed: whether a row was changed that had been there before.
  using Changed = std::map<Name, bool>;

  static void note(void* guard, int what, const char* database, const char* table, long long row);
  const Reading& reading(const std::string& table);
  Reading made_reading(const std::string& table);
  std::string_view kept(std::string sql) { return *sql_.insert(std::move(sql)).first; }
  std::set<std::string> tables();
  static Row row_in(const Query&);
  static RolledBackRow described(const Name&, const Doubt&);
  std::optional<Row> current(const Name&);
  void compare(const std::string& table, std::vector<Name>& pending);
  void weigh(const Name&, const std::optional<Row>& there, const Query* anchor,
             std::vector<Name>& pending);
  void resolve(const std::vector<Name>&);
  template <class Chosen>
  void accept_if(Chosen);

  Connection& rows_;
  Anchors& anchors_;
  std::map<std::string, Reading> readings_;
  std::set<std::string> sql_;  // what the connection knows its statements by
  std::map<Name, Doubt> doubts_;
  Changed changed_;
  std::vector<Name> unsettled_;  // expected, and not known to be committed
};

}  // namespace storage
