// Whoever can write to the data directory, and has no key, alters the log in every way there is.
// The verdict says what was done and where.
#include <boost/test/unit_test.hpp>

#include "storage/audit_record.h"
#include "tests/support/audit_house.h"

using namespace storage_test;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A closed log of ten records, altered by `sql`; what verify says of it.
class Altered : public AuditHouse {
 public:
  explicit Altered(const std::string& sql) {
    add(10);
    close();
    tamper(file(), "drop trigger record_stays; drop trigger record_is_kept;" + sql);
  }
};

std::string verdict_on(const std::string& sql) { return Altered(sql).findings(); }

std::string swapped(const char* columns) {
  return std::string("create table kept as select * from record where number in (3, 7);") +
         "update record set " + columns + " where number in (3, 7);";
}

// As somebody would who has read FORMAT.md: all hashes fit again.
void link_again(AuditHouse& house) {
  storage::Connection connection(house.file(), storage::Connection::Mode::write);
  std::vector<std::pair<std::int64_t, Bytes>> rows;
  for (auto all = connection.query("select number, sealed from record order by number");
       all.next();)
    rows.emplace_back(all.integer(0), copy_of(all.blob(1)));
  auto hash = storage::no_audit_hash();
  for (const auto& [number, sealed] : rows) {
    hash = storage::audit_hash(number, hash, sealed);
    connection.run("update record set hash = ? where number = ?", ByteView(hash), number);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_tamper)

BOOST_AUTO_TEST_CASE(the_database_itself_refuses_changes) {
  AuditHouse house;
  house.add(2);
  house.close();
  storage::Connection connection(house.file(), storage::Connection::Mode::write);
  for (const auto* sql : {"update record set hash = x'00'", "delete from record"})
    BOOST_CHECK_THROW(connection.script(sql), Error);
}

BOOST_AUTO_TEST_CASE(an_untouched_log_is_whole) { BOOST_TEST(verdict_on("") == ""); }

BOOST_AUTO_TEST_CASE(an_edit_is_named) {
  BOOST_TEST(verdict_on("update record set sealed = x'11' || zeroblob(300) where number = 4;") ==
             "record 4 does not open: it was altered, or is not ours\n");
  BOOST_TEST(verdict_on("update record set hash = zeroblob(32) where number = 4;") ==
             "record 4 does not link to the one before it: its hash was altered\n");
}

BOOST_AUTO_TEST_CASE(a_deletion_is_named) {
  BOOST_TEST(verdict_on("delete from record where number = 4;") == "record 4 is missing\n");
  BOOST_TEST(verdict_on("delete from record where number between 1 and 3;") ==
             "records 1 to 3 are missing\n");
}

BOOST_AUTO_TEST_CASE(a_reordering_is_named) {
  const auto both = swapped(
      "sealed = (select sealed from kept where kept.number = 10 - record.number),"
      "hash = (select hash from kept where kept.number = 10 - record.number)");
  BOOST_TEST(verdict_on(both) ==
             "record 3 holds what was record 7\nrecord 7 holds what was record 3\n");
  const auto sealed =
      swapped("sealed = (select sealed from kept where kept.number = 10 - record.number)");
  BOOST_TEST(verdict_on(sealed) ==
             "record 3 holds what was record 7\nrecord 7 holds what was record 3\n");
}

BOOST_AUTO_TEST_CASE(truncation_is_named) {
  const auto text = verdict_on("delete from record where number > 7;");
  BOOST_TEST(has(text, "the log ends at record 7"));
  BOOST_TEST(has(text, "10"));
  BOOST_TEST(has(verdict_on("delete from record;"), "the log ends at record 0"));
}

BOOST_AUTO_TEST_CASE(an_addition_is_named) {
  const auto text = verdict_on(
      "insert into record select 11, sealed, zeroblob(32) from record where number = 5;");
  BOOST_TEST(text == "record 11 does not open: it was altered, or is not ours\n");
}

BOOST_AUTO_TEST_CASE(new_hashes_for_an_altered_log_do_not_help) {
  Altered edited("update record set sealed = x'11' || zeroblob(300) where number = 4;");
  link_again(edited);
  BOOST_TEST(has(edited.findings(), "record 4 does not open: it was altered, or is not ours"));
  BOOST_TEST(has(edited.findings(), "another hash of record 10"));

  Altered deleted("delete from record where number = 4;");
  link_again(deleted);
  BOOST_TEST(has(deleted.findings(), "record 4 is missing"));

  Altered closed_up(
      "delete from record where number = 4;"
      "update record set number = -number where number > 4;"
      "update record set number = -number - 1 where number < 0;");
  link_again(closed_up);
  BOOST_TEST(has(closed_up.findings(), "record 4 holds what was record 5"));
  BOOST_TEST(has(closed_up.findings(), "the log ends at record 9"));
}

BOOST_AUTO_TEST_CASE(an_old_copy_is_noticed_by_verify_and_by_the_server) {
  AuditHouse house;
  house.add(4);
  house.close();
  const auto old = house.data().parent_path() / "old.db";
  std::filesystem::copy_file(house.file(), old);
  house.open();
  house.add(6);
  house.close();
  std::filesystem::copy_file(old, house.file(), std::filesystem::copy_options::overwrite_existing);
  BOOST_TEST(has(house.findings(), "the log ends at record 4"));

  house.open();
  BOOST_REQUIRE(house.log().broken().has_value());
  BOOST_TEST(*house.log().broken() == "10 records were signed for, 4 are there");
  house.add(1);
  house.close();
  house.open();
  BOOST_TEST(!house.log().broken());  // known by now, and kept in the log for ever:
  BOOST_TEST(house.findings() ==
             "record 5: the server found the log broken and went on here: "
             "10 records were signed for, 4 are there\n");
}

BOOST_AUTO_TEST_CASE(a_log_that_is_gone_is_noticed) {
  AuditHouse house;
  house.add(4);
  house.close();
  for (const auto* name : {"audit.db", "audit.db-wal", "audit.db-shm"})
    std::filesystem::remove(house.data() / name);
  house.open();
  BOOST_TEST(has(house.findings(), "4 records were signed for, 0 are there"));
}

BOOST_AUTO_TEST_CASE(a_log_changed_under_the_running_server_is_noticed) {
  AuditHouse house;
  house.add(4);
  tamper(house.file(), "drop trigger record_is_kept; delete from record where number > 2;");
  house.add(1);
  BOOST_TEST(house.log().broken().value() == "4 records were signed for, 2 are there");
  BOOST_TEST(has(house.findings(), "record 3: the server found the log broken"));
}

BOOST_AUTO_TEST_CASE(records_slipped_in_while_the_server_was_down_are_not_taken_for_its_own) {
  AuditHouse house;
  house.add(4);
  house.close();
  tamper(house.file(),
         "drop trigger record_stays;"
         "insert into record select 5, sealed, zeroblob(32) from record where number = 4;");
  link_again(house);
  house.open();
  BOOST_TEST(house.log().broken().value() == "record 5 is not ours");
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_is_gone_or_forged_is_noticed) {
  AuditHouse house;
  house.add(4);
  house.close();
  const auto checkpoint = house.service_keys() / "audit.checkpoint";
  std::filesystem::resize_file(checkpoint, 60);
  BOOST_TEST(has(house.findings(), "there is no checkpoint"));
  std::filesystem::remove(checkpoint);
  house.open();
  BOOST_TEST(house.log().broken().value() == "there is no checkpoint for 4 records");
}

BOOST_AUTO_TEST_CASE(a_checkpoint_noted_elsewhere_shows_what_a_full_copy_hides) {
  AuditHouse house;
  house.add(4);
  const auto copy = house.data().parent_path() / "copy";
  house.close();
  std::filesystem::create_directory(copy);
  std::filesystem::copy(house.data(), copy / "data", std::filesystem::copy_options::recursive);
  std::filesystem::copy(house.service_keys(), copy / "keys");
  house.open();
  house.add(3);
  const auto noted = house.reader().verify().checkpoint->stored();
  BOOST_TEST(house.reader().verify(noted).whole());

  crypto::ServiceKeys old_keys(copy / "keys", copy / "data");
  const storage::AuditReader old(copy / "data", old_keys);
  BOOST_TEST(old.verify().whole());  // all of it was put back, keys and log
  const auto verdict = old.verify(noted);
  BOOST_REQUIRE(verdict.findings.size() == 1u);
  BOOST_TEST(has(verdict.findings[0].text, "the given checkpoint was signed for 7"));
  BOOST_TEST(storage::stored_of(storage::word_of(noted)) == noted,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
