#include "storage/sqlite.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/storage_store.h"

using storage::Connection;
using storage::SqliteError;

BOOST_AUTO_TEST_SUITE(sqlite)

namespace {

template <class Act>
SqliteError failure(Act act) {
  try {
    act();
  } catch (const SqliteError& error) {
    return error;
  }
  throw std::logic_error("it did not fail");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_with_the_file_and_what_to_do) {
  const storage_test::TempDirectory directory;
  const auto file = directory.path() / "mail.db";
  Connection connection(file, Connection::Mode::write);
  connection.script("create table t(d blob); pragma max_page_count=4");
  const auto error = failure([&] { connection.script("insert into t values(zeroblob(1000000))"); });
  BOOST_TEST((error.fault() == Fault::unavailable));
  BOOST_TEST(error.what() == file.string() + ": database or disk is full");
  BOOST_TEST(error.hint() == "free some space on its file system");
}

BOOST_AUTO_TEST_CASE(a_table_that_is_gone_is_damage) {
  const storage_test::TempDirectory directory;
  const auto file = directory.path() / "mail.db";
  Connection connection(file, Connection::Mode::write);
  const auto error = failure([&] { connection.number("select id from person"); });
  BOOST_TEST((error.fault() == Fault::corrupt));
  BOOST_TEST(error.what() == file.string() + ": no such table: person");
  BOOST_TEST(error.hint() == "restore this file from a backup");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_of_ours_is_told_with_its_name) {
  const storage_test::TempDirectory directory;
  const auto file = directory.path() / "mail.db";
  std::ofstream(file) << std::string(50'000, 'x');
  const auto error = failure([&] { Connection(file, Connection::Mode::write); });
  BOOST_TEST((error.fault() == Fault::corrupt));
  BOOST_TEST(error.what() == file.string() + ": file is not a database");
  BOOST_TEST(error.hint() == "restore this file from a backup");
}

BOOST_AUTO_TEST_CASE(a_place_where_no_file_can_be_is_told) {
  const storage_test::TempDirectory directory;
  const auto file = directory.path() / "none" / "mail.db";
  const auto error = failure([&] { Connection(file, Connection::Mode::write); });
  BOOST_TEST((error.fault() == Fault::unavailable));
  BOOST_TEST(std::string(error.what()).starts_with("cannot open " + file.string()));
  BOOST_TEST(error.hint().starts_with("the user that the server runs as"));
}

BOOST_AUTO_TEST_SUITE_END()
