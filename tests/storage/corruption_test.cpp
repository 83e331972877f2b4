// What somebody with write access to the file can do: nothing that gives wrong mail.
#include <boost/test/unit_test.hpp>
#include <functional>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/captured_log.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Mailbox;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// Two messages of three chunks, UIDs 1 and 2.
struct Two : Store {
  Two() {
    add(sample_octets(150'000, 1));
    add(sample_octets(150'000, 2));
  }
  void changed_by(const std::string& sql) {
    close();
    tamper(file(), sql);
    open();
  }
};

std::string swapped(const std::string& table, const std::string& column, const std::string& key,
                    std::int64_t a, std::int64_t b) {
  const auto of = [&](std::int64_t id) {
    return "(select " + column + " from copied where " + key + " = " + std::to_string(id) + ")";
  };
  return "create table copied as select * from " + table + ";" + "update " + table + " set " +
         column + " = " + of(b) + " where " + key + " = " + std::to_string(a) + ";" + "update " +
         table + " set " + column + " = " + of(a) + " where " + key + " = " + std::to_string(b) +
         "; drop table copied;";
}

std::vector<std::size_t> texts_served(Store& store) {
  std::vector<std::size_t> served;
  store->texts(
      store.entries(), Mailbox::Texts::both,
      [&](std::size_t n, std::string_view, std::string_view) {
        served.push_back(n);
        return true;
      },
      reading);
  return served;
}

constexpr std::int64_t body(std::int64_t message, std::int64_t chunk) {
  return message << 16 | chunk;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(corruption)

BOOST_AUTO_TEST_CASE(a_body_that_was_touched_does_not_open) {
  const std::string first = std::to_string(body(1, 1));
  const std::string touched[] = {
      swapped("body", "d", "id", body(1, 1), body(2, 1)),
      swapped("body", "d", "id", body(1, 0), body(1, 1)),
      "delete from body where id = " + first,
      "update body set d = x'' where id = " + first,
      "update body set d = substr(d, 1, length(d) - 1) where id = " + first,
      "update body set d = d || x'00' where id = " + first,
      "update body set d = zeroblob(length(d)) where id = " + first,
      swapped("message_key", "wrapped", "message", 1, 2),
      "update message_key set epoch = 2 where message = 1",
      "update message_key set wrapped = x'' where message = 1",
  };
  for (const auto& sql : touched) {
    Two store;
    store.changed_by(sql);
    BOOST_CHECK_EXCEPTION(store.read(store.entry(Uid(1))), Error, is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(the_other_messages_are_served) {
  Two store;
  store.changed_by("update body set d = x'00' where id = " + std::to_string(body(1, 1)));
  BOOST_CHECK(store.read(store.entry(Uid(2))) == sample_octets(150'000, 2));
  // What is before the damaged chunk can still be read.
  BOOST_CHECK(store->octets(store.entry(Uid(1)), 0, 65536, reading) ==
              sample_octets(150'000, 1).substr(0, 65536));
}

BOOST_AUTO_TEST_CASE(a_body_cannot_be_cut_short) {
  Two store;
  const auto entry = store.entry(Uid(1));
  store.changed_by("delete from body where id = " + std::to_string(body(1, 2)) +
                   "; update message set chunks = 2 where id = 1");
  BOOST_CHECK_EXCEPTION(store.read(entry), Error, is(Fault::corrupt));
  auto shorter = entry;
  shorter.size = 131072;  // even for somebody who could lie about the size
  BOOST_CHECK_EXCEPTION(store.read(shorter), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(summaries_and_texts_pass_over_what_is_damaged) {
  const std::string touched[] = {swapped("message_key", "wrapped", "message", 1, 2),
                                 "update message_key set wrapped = x'00'",
                                 swapped("derived", "summary", "message", 1, 2) +
                                     swapped("derived", "header", "message", 1, 2)};
  for (const auto& sql : touched) {
    Two store;
    store.add("third");
    store.changed_by(sql + (sql.starts_with("update") ? " where message < 3" : ""));
    BOOST_CHECK((store.summaries() == std::vector<std::string>{"", "", summary_of("third")}));
    BOOST_CHECK(texts_served(store) == std::vector<std::size_t>{2});
  }
}

BOOST_AUTO_TEST_CASE(texts_cannot_change_places) {
  Two store;
  store.changed_by("update derived set header = body, body = header where message = 1");
  BOOST_CHECK(texts_served(store) == std::vector<std::size_t>{1});
}

BOOST_AUTO_TEST_CASE(a_damaged_list_block_is_only_a_missing_one) {
  Store store;
  store.add_many(130);
  const auto expected = store.summaries();
  store.close();
  tamper(store.file(),
         "create table copied as select * from list_block;"
         "update list_block set d = (select max(d) from copied);"
         "drop table copied;");
  store.open();
  BOOST_CHECK(store.summaries() == expected);
}

BOOST_AUTO_TEST_CASE(a_damaged_block_hides_its_entries_but_not_that_they_are) {
  Store store;
  const auto uids = store.add_many(150);
  store.flag({uids[1], uids[70], uids[140]}, storage::deleted);
  const auto folder = store.folder();
  store.close();
  tamper(store.file(),
         "update folder_block set d = x'00' where id = " + std::to_string(folder.value << 26 | 1));
  store.open();
  const auto check = [&](std::size_t expected) {
    const auto entries = store.entries();
    BOOST_TEST_REQUIRE(entries.size() == expected);
    for (const auto& entry : entries)
      BOOST_TEST(entry.is_lost() == (entry.uid.value >= 64 && entry.uid.value < 128));
  };
  check(150);
  // The others go on.
  BOOST_TEST(store->expunge(folder, std::nullopt, reading).size() == 2u);
  check(148);
  BOOST_TEST(store.add("new").value == 151u);
  BOOST_CHECK_EXCEPTION(
      store->copy(folder, std::vector{Uid(100)}, folder, storage::all_flags, reading), Error,
      is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(exactly_the_messages_that_there_are_are_told_as_lost) {
  Store store;
  const auto uids = store.add_many(40);
  store.flag({uids[0], uids[9]}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.close();
  tamper(store.file(), "update folder_block set d = x'00'; delete from list_block");
  store.open();
  const auto entries = store.entries();
  BOOST_TEST_REQUIRE(entries.size() == 38u);
  for (const auto& entry : entries) BOOST_TEST(entry.is_lost());
  BOOST_TEST(entries.front().uid.value == 2u);
  BOOST_TEST(store.state().messages == 38u);
}

// Mail must arrive whatever became of what is there.
BOOST_AUTO_TEST_CASE(a_damaged_last_block_takes_no_more_and_mail_goes_into_the_next) {
  Store store;
  store.add_many(3);
  store.close();
  tamper(store.file(), "update folder_block set d = x'00'");
  store.open();
  BOOST_TEST(store.add("new").value == 64u);
  BOOST_TEST(store.add("more").value == 65u);
  const auto entries = store.entries();
  BOOST_TEST(store.read(entries.back()) == "more");
  BOOST_TEST(entries.front().is_lost());
}

BOOST_AUTO_TEST_CASE(lost_blocks_do_not_look_like_an_expunge) {
  Store store;
  store.add_many(130);
  store.close();
  tamper(store.file(), "delete from folder_block where id in (select max(id) from folder_block)");
  store.open();
  const auto entries = store.entries();
  BOOST_TEST_REQUIRE(entries.size() == 130u);
  for (const auto& entry : entries) BOOST_TEST(entry.is_lost() == (entry.uid.value >= 128));
}

BOOST_AUTO_TEST_CASE(an_older_folder_state_gives_no_uid_twice) {
  Store store;
  store.add_many(2);
  store.close();
  tamper(store.file(), "create table copied as select * from folder");
  store.open();
  store.add("third");
  store.close();
  tamper(store.file(), "insert or replace into folder select * from copied; drop table copied");
  store.open();
  BOOST_CHECK_EXCEPTION(store.add("fourth"), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(store.entries(), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(folder_records_cannot_change_places) {
  Store store;
  store.add("in the inbox");
  store.add("sent", "Sent");
  const auto inbox = store.folder().value;
  const auto sent = store.folder("Sent").value;
  store.close();
  tamper(store.file(), swapped("folder", "state", "id", inbox, sent));
  store.open();
  BOOST_CHECK_EXCEPTION(store.state(), Error, is(Fault::corrupt));
  store.close();
  tamper(store.file(), swapped("folder", "state", "id", inbox, sent) +
                           swapped("folder_block", "d", "id", inbox << 26, sent << 26));
  store.open();
  BOOST_TEST(store.state().messages == 1u);
  BOOST_TEST(store.entries().size() == 1u);
  BOOST_TEST(store.entries().front().is_lost());
  store.add("others go on", "Archive");
}

BOOST_AUTO_TEST_CASE(rows_of_another_mailbox_do_not_open) {
  Store store;
  store.add("mine");
  const auto other = store.other(MailboxId(2));
  const auto theirs = other->tree()->folder("INBOX");
  other->append(theirs, {sample_message("theirs")}, reading);
  const auto mine = store.folder();
  store.close();
  // The other mailbox's folder and its message, put under this mailbox's numbers.
  tamper(store.file(), "update folder set mailbox = 1 where id = " + std::to_string(theirs.value) +
                           ";" + swapped("message_key", "wrapped", "message", 1, 2) +
                           swapped("body", "d", "id", body(1, 0), body(2, 0)));
  store.open();
  BOOST_CHECK_EXCEPTION(store->state(theirs, reading), Error, is(Fault::not_found));
  const auto entry = store->select(mine, Mailbox::Recent::look, reading).entries[0];
  BOOST_CHECK_EXCEPTION(store.read(entry), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(a_tree_of_another_mailbox_or_key_does_not_open) {
  Store store;
  store.other(MailboxId(2));
  store.close();
  tamper(store.file(), swapped("mailbox", "tree", "id", 1, 2));
  BOOST_CHECK_EXCEPTION(store.open(), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(another_epoch_is_refused) {
  Store store;
  store.close();
  tamper(store.file(), "update mailbox set epoch = 2");
  BOOST_CHECK_EXCEPTION(store.open(), Error, is(Fault::corrupt));
}

// Of a block, the UIDs that it is for.
BOOST_AUTO_TEST_CASE(what_is_damaged_is_logged_with_its_mailbox_and_message) {
  const std::pair<std::string, const char*> touched[] = {
      {"update body set d = x'00' where id = " + std::to_string(body(1, 0)),
       " mailbox=1 what=\"body of message\" row=1\n"},
      {"update message_key set wrapped = x'00' where message = 1",
       " mailbox=1 what=\"key of message\" row=1\n"},
      {"update derived set summary = x'00' where message = 1; delete from list_block",
       " mailbox=1 what=\"summary of message\" row=1\n"},
      {"update folder_block set d = x'00'", " first_uid=1 last_uid=63 what=\"folder block\" row="},
      {"delete from folder_block", " first_uid=1 last_uid=63 what=\"row of folder block\" row="},
      {"insert into unfinished values(1, 3)",
       " mailbox=1 what=\"note of an unfinished message\" row=1\n"},
      {"insert into arrival values(7, 1, 0, 1, x'00'); insert into arrival_body values(7 << 16, "
       "x'00')",
       " mailbox=1 what=\"state of arrival\" row=7\n"},
      {"insert into arrival values(7, 1, 2, 1, x'00')",
       " mailbox=1 what=\"state of arrival\" row=7\n"}};
  for (const auto& [sql, line] : touched) {
    Two store;
    const auto entry = store.entry(Uid(1));
    const test_support::CapturedLog log(store.directory() / "log");
    store.changed_by(sql);
    store.summaries();
    try {
      store.read(entry);
    } catch (const Error&) {  // told in the log
    }
    BOOST_TEST((log.text().find(line) != std::string::npos), sql << ": " << log.text());
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_block_is_named_where_one_message_is_wanted) {
  Store store;
  store.add_many(70);
  const auto folder = store.folder();
  store.close();
  tamper(store.file(),
         "update folder_block set d = x'00' where id = (select max(id) from folder_block)");
  store.open();
  const test_support::CapturedLog log(store.directory() / "log");
  BOOST_CHECK_EXCEPTION(store->find(folder, Uid(65), reading), Error, is(Fault::corrupt));
  BOOST_TEST((log.text().find(" mailbox=1 folder=" + std::to_string(folder.value) +
                              " first_uid=64 last_uid=127 ") != std::string::npos),
             log.text());
}

BOOST_AUTO_TEST_SUITE_END()
