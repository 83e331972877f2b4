#include "storage/gathering.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using storage::Connection;
using storage::SqlTransaction;
using storage_test::TempDirectory;

BOOST_AUTO_TEST_SUITE(gathering)

namespace {

constexpr const char* syncs[] = {"full", "normal", "off"};

using Rows = std::map<std::int64_t, std::int64_t>;  // id and octets

// Some rows of a big blob or many small ones; with a cache of ten pages, most spill before the end.
void change(Connection& connection, std::mt19937& random, Rows& rows) {
  for (auto left = 1 + random() % 40; left > 0; --left) {
    const auto id = static_cast<std::int64_t>(random() % 500);
    const Bytes octets(1 + random() % (random() % 10 == 0 ? 90'000 : 2000), 0xee);
    connection.run("insert or replace into t values(?, ?)", id, octets);
    rows[id] = static_cast<std::int64_t>(octets.size());
  }
}

Rows rows_of(Connection& connection) {
  Rows found;
  auto rows = connection.query("select id, length(d) from t");
  while (rows.next()) found.emplace(rows.integer(0), rows.integer(1));
  return found;
}

// As the files are now, which a crash leaves.
Rows rows_after_crash(const std::filesystem::path& file) {
  const TempDirectory directory;
  const auto copy = directory.path() / "mail.db";
  for (const auto* end : {"", "-wal"})
    std::filesystem::copy_file(file.string() + end, copy.string() + end);
  Connection connection(copy, Connection::Mode::write);
  BOOST_TEST(connection.number("select count(*) from pragma_integrity_check").value() == 1);
  return rows_of(connection);
}

}  // namespace

BOOST_DATA_TEST_CASE(what_is_committed_is_in_the_files_and_others_see_it, syncs, sync) {
  const TempDirectory directory;
  const auto file = directory.path() / "mail.db";
  Connection connection(file, Connection::Mode::write);
  connection.script(
      "create table t(id integer primary key, d blob not null); pragma cache_size=10;"
      " pragma synchronous=" +
      std::string(sync));
  Connection other(file, Connection::Mode::read);
  std::mt19937 random(1);
  Rows rows;
  for (int round = 0; round < 150; ++round) {
    auto changed = rows;
    {
      SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
      change(connection, random, changed);
      BOOST_TEST((rows_of(other) == rows));
      if (random() % 4 != 0) {
        transaction.commit();
        rows = changed;
      }
    }
    BOOST_TEST((rows_of(connection) == rows));
    BOOST_TEST((rows_of(other) == rows));
    if (round % 10 == 0) BOOST_TEST((rows_after_crash(file) == rows));
    if (round % 40 == 39) connection.script("pragma wal_checkpoint(truncate)");
  }
}

BOOST_AUTO_TEST_CASE(most_transactions_find_their_place_in_the_log) {
  const TempDirectory directory;
  const auto file = directory.path() / "mail.db";
  Connection connection(file, Connection::Mode::write);
  connection.script("create table t(id integer primary key, d blob not null)");
  const Bytes octets(10'000, 0xee);
  std::set<std::uintmax_t> sizes;
  for (int id = 0; id < 100; ++id) {
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    connection.run("insert into t values(?, ?)", std::int64_t{id}, octets);
    transaction.commit();
    sizes.insert(std::filesystem::file_size(file.string() + "-wal"));
  }
  BOOST_TEST(sizes.size() < 20U);
  BOOST_TEST(rows_after_crash(file).size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
