#include "storage/migrations.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Connection;
using storage::FileKind;
using storage::migrate;

namespace {

constexpr std::string_view steps[] = {
    "create table person(name text); insert into person values('ada');",
    "alter table person add column born integer not null default 1815;",
    "create table note(person integer); update person set name = 'Ada';"};

std::span<const std::string_view> first(std::size_t count) { return std::span(steps).first(count); }

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(migrations)

BOOST_AUTO_TEST_CASE(each_older_version_comes_to_the_newest) {
  for (std::size_t from = 0; from <= std::size(steps); ++from) {
    TempDirectory directory;
    Connection connection(directory.path() / "x.db", Connection::Mode::write);
    migrate(connection, FileKind::mail, first(from), "x.db");
    BOOST_TEST(connection.number("pragma user_version").value() == static_cast<std::int64_t>(from));
    migrate(connection, FileKind::mail, steps, "x.db");
    BOOST_TEST(connection.number("pragma user_version").value() == 3);
    BOOST_TEST(connection.number("select born from person where name = 'Ada'").value() == 1815);
    BOOST_TEST(connection.number("select count(*) from note").value() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_refused_and_left_alone) {
  TempDirectory directory;
  Connection connection(directory.path() / "x.db", Connection::Mode::write);
  migrate(connection, FileKind::mail, steps, "x.db");
  BOOST_CHECK_EXCEPTION(migrate(connection, FileKind::mail, first(2), "x.db"), Error,
                        is(Fault::invalid));
  BOOST_TEST(connection.number("pragma user_version").value() == 3);
}

BOOST_AUTO_TEST_CASE(triggers_and_views_of_somebody_else_are_not_run) {
  for (const std::string strange :
       {"create trigger t after insert on note begin delete from person; end",
        "create view v as select * from person",
        "create trigger kept before delete on person begin select 1; end"}) {
    TempDirectory directory;
    const std::string_view own[] = {
        steps[0], "create trigger kept before delete on person begin select raise(abort, ''); end;",
        steps[2]};
    Connection connection(directory.path() / "x.db", Connection::Mode::write);
    migrate(connection, FileKind::mail, own, "x.db");
    migrate(connection, FileKind::mail, own, "x.db");
    connection.script("drop trigger if exists kept;" + strange);
    BOOST_CHECK_EXCEPTION(migrate(connection, FileKind::mail, own, "x.db"), Error,
                          is(Fault::corrupt));
    BOOST_CHECK_EXCEPTION(storage::require_migrated(connection, FileKind::mail, own, "x.db"), Error,
                          is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_leaves_the_version_before_it) {
  TempDirectory directory;
  Connection connection(directory.path() / "x.db", Connection::Mode::write);
  const std::string_view broken[] = {steps[0], "create table half(n); create table person(n);"};
  BOOST_CHECK_THROW(migrate(connection, FileKind::mail, broken, "x.db"), Error);
  BOOST_TEST(connection.number("pragma user_version").value() == 1);
  BOOST_TEST(connection.number("select count(*) from sqlite_schema where name = 'half'").value() ==
             0);
}

BOOST_AUTO_TEST_CASE(another_kind_of_file_is_refused) {
  TempDirectory directory;
  Connection connection(directory.path() / "x.db", Connection::Mode::write);
  migrate(connection, FileKind::directory, steps, "x.db");
  BOOST_CHECK_EXCEPTION(migrate(connection, FileKind::mail, steps, "x.db"), Error,
                        is(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(a_mail_database_of_a_newer_program_is_refused) {
  Store store;
  store.close();
  tamper(store.file(), "pragma user_version = 99");
  BOOST_CHECK_EXCEPTION(store.open(), Error, is(Fault::invalid));
}

// Four octets of the file's head, which anybody who can write to it may alter.
BOOST_AUTO_TEST_CASE(a_version_below_all_is_corrupt) {
  TempDirectory directory;
  Connection connection(directory.path() / "x.db", Connection::Mode::write);
  migrate(connection, FileKind::mail, steps, "x.db");
  for (const auto* version : {"-1", "-2147483648"}) {
    connection.script("pragma user_version = " + std::string(version));
    BOOST_CHECK_EXCEPTION(migrate(connection, FileKind::mail, steps, "x.db"), Error,
                          is(Fault::corrupt));
  }
}

struct Schema {
  std::string name;
  std::span<const std::string_view> steps;
};

const Schema schemas[] = {
    {"mail", storage::mail_schema()},     {"directory", storage::directory_schema()},
    {"audit", storage::audit_schema()},   {"spool", storage::spool_schema()},
    {"ledger", storage::ledger_schema()}, {"anchors", storage::anchors_schema()}};

BOOST_AUTO_TEST_CASE(each_version_of_each_database_comes_to_the_newest) {
  for (const auto& [name, all] : schemas)
    for (std::size_t from = 0; from <= all.size(); ++from) {
      TempDirectory directory;
      Connection connection(directory.path() / "x.db", Connection::Mode::write);
      migrate(connection, FileKind::mail, all.first(from), "x.db");
      connection.script("analyze");  // SQLite's own tables do not count
      migrate(connection, FileKind::mail, all, "x.db");
      BOOST_TEST(connection.number("pragma user_version").value() ==
                 static_cast<std::int64_t>(all.size()));
    }
}

BOOST_AUTO_TEST_CASE(a_version_that_was_lowered_is_named_and_nothing_is_done) {
  for (const auto& [name, all] : schemas)
    for (std::size_t lower = 0; lower < all.size(); ++lower) {
      BOOST_TEST_CONTEXT(name << ' ' << lower) {
        TempDirectory directory;
        Connection connection(directory.path() / "x.db", Connection::Mode::write);
        migrate(connection, FileKind::mail, all, "x.db");
        connection.script("pragma user_version = " + std::to_string(lower));
        BOOST_CHECK_EXCEPTION(migrate(connection, FileKind::mail, all, "x.db"), Error,
                              [](const Error& error) {
                                return error.fault() == Fault::corrupt && !error.hint().empty() &&
                                       std::string_view(error.what()).starts_with("x.db says");
                              });
        BOOST_TEST(connection.number("pragma user_version").value() ==
                   static_cast<std::int64_t>(lower));
      }
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_corrupt) {
  TempDirectory directory;
  const auto file = directory.path() / "x.db";
  {
    auto* stream = fopen(file.c_str(), "w");
    for (int n = 0; n < 5000; ++n) fputs("no database ", stream);
    fclose(stream);
  }
  BOOST_CHECK_EXCEPTION(Connection(file, Connection::Mode::write), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(the_settings_are_those_that_were_measured) {
  Store store;
  Connection connection(store.file(), Connection::Mode::write);
  const std::pair<std::string_view, std::int64_t> settings[] = {
      {"pragma page_size", 4096},   {"pragma synchronous", 2},
      {"pragma secure_delete", 1},  {"pragma auto_vacuum", 2},
      {"pragma temp_store", 2},     {"pragma mmap_size", 0},
      {"pragma trusted_schema", 0}, {"pragma journal_size_limit", 67108864}};
  for (const auto& [sql, value] : settings)
    BOOST_TEST(connection.number(sql).value_or(-1) == value, sql);
  auto mode = connection.query("pragma journal_mode");
  BOOST_TEST_REQUIRE(mode.next());
  BOOST_TEST(mode.text(0) == "wal");
}

BOOST_AUTO_TEST_SUITE_END()
