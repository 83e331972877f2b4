// Rows as they were yesterday, put back into their own places.
#include <boost/test/unit_test.hpp>
#include <functional>

#include "base/error.h"
#include "storage/arrivals.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Annotations;
using storage::Mailbox;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

std::int64_t number(Store& store, std::string_view sql) {
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  return connection.number(sql).value_or(-1);
}

struct Row {
  std::string table, where;
};

// What `change` does to the row is undone behind the server's back.
void put_back(Store& store, const Row& row, const std::function<void()>& change) {
  store.close();
  tamper(store.file(), "create table kept as select * from " + row.table + " where " + row.where);
  store.open();
  change();
  store.close();
  tamper(store.file(), "delete from " + row.table + " where " + row.where + "; insert into " +
                           row.table + " select * from kept; drop table kept");
}

Row block_of(FolderId folder, int number) {
  return {"folder_block", "id = " + std::to_string(folder.value << 26 | number)};
}

void annotate(Store& store, const std::string& name, std::optional<std::string> value) {
  store->annotate(storage::annotated_server, {{name, std::move(value)}}, std::nullopt, reading);
}

std::size_t file(Store& store) {
  const auto prepare = [](std::string octets, UnixTime, std::int16_t) {
    return sample_message(std::move(octets));
  };
  return store->file_arrivals(10, prepare, reading);
}

void arrive(Store& store, const std::string& octets) {
  storage::Arrivals(store.database()).add(MailboxId(1), store->delivery_public(), octets, 0, 0);
}

void expunge(Store& store, Uid uid, std::string_view folder = "INBOX") {
  store.flag({uid}, storage::deleted, folder);
  store->expunge(store.folder(folder), std::nullopt, reading);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rollback)

BOOST_AUTO_TEST_CASE(old_flags_are_not_served_but_told_as_lost) {
  Store store;
  const auto uids = store.add_many(150);
  put_back(store, block_of(store.folder(), 1), [&] { store.flag({uids[70]}, storage::seen); });
  store.open();
  const auto entries = store.entries();
  BOOST_TEST_REQUIRE(entries.size() == 150u);
  for (const auto& entry : entries)
    BOOST_TEST(entry.is_lost() == (entry.uid.value >= 64 && entry.uid.value < 128));
  BOOST_TEST(store.read(entries.front()) == "message 0");
  BOOST_TEST(store.add("new").value == 151u);
}

BOOST_AUTO_TEST_CASE(an_expunged_message_does_not_come_back) {
  Store store;
  store.add_many(3);
  put_back(store, block_of(store.folder(), 0), [&] { expunge(store, Uid(2)); });
  store.open();
  const auto entries = store.entries();
  BOOST_TEST_REQUIRE(entries.size() == 2u);  // exactly those that are there
  BOOST_TEST(entries[0].uid.value == 1u);
  BOOST_TEST(entries[1].uid.value == 3u);
  for (const auto& entry : entries) BOOST_TEST(entry.is_lost());
}

BOOST_AUTO_TEST_CASE(a_whole_folder_of_before_does_not_open_and_others_do) {
  Store store;
  store.add("first");
  store.add("other", "Archive");
  const auto inbox = store.folder();
  put_back(store, block_of(inbox, 0), [&] {
    store.close();
    tamper(store.file(), "create table kept_too as select * from folder");
    store.open();
    store.add("second");
  });
  tamper(store.file(), "delete from folder; insert into folder select * from kept_too");
  store.open();
  BOOST_CHECK_EXCEPTION(store.state(), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(store.entries(), Error, is(Fault::corrupt));
  BOOST_TEST(store.read(store.entries("Archive").at(0)) == "other");
}

BOOST_AUTO_TEST_CASE(a_tree_of_before_does_not_open_and_says_what_to_do) {
  Store store;
  store.other(MailboxId(2));
  put_back(store, {"mailbox", "id = 1"}, [&] {
    store->set_rights(store.folder(), {AccountId(7), false}, storage::Rights::of_bits(2), reading);
  });
  BOOST_CHECK_EXCEPTION(store.open(), Error, [](const Error& error) {
    return error.fault() == Fault::corrupt && error.hint().find("backup") != std::string::npos;
  });
  BOOST_CHECK_NO_THROW(store.other(MailboxId(2)));
}

BOOST_AUTO_TEST_CASE(under_a_root_of_before_opens_what_was_not_changed_since) {
  Store store;
  store.add("other", "Archive");
  put_back(store, {"root", "mailbox = 1"}, [&] { store.add("first"); });
  store.open();
  BOOST_CHECK_EXCEPTION(store.state(), Error, is(Fault::corrupt));
  BOOST_TEST(store.read(store.entries("Archive").at(0)) == "other");
}

BOOST_AUTO_TEST_CASE(without_its_root_a_mailbox_is_damaged) {
  for (const auto* sql : {"delete from root", "update root set generation = generation + 1",
                          "update root set generation = 7", "update root set filed = filed + 1",
                          "update root set d = x'00'"}) {
    Store store;
    store.close();
    tamper(store.file(), sql);
    BOOST_CHECK_EXCEPTION(store.open(), Error, is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(a_root_that_is_put_back_while_the_mailbox_is_open_is_noticed) {
  Store store;
  tamper(store.file(), "create table kept as select * from root");
  store.add("first");
  BOOST_TEST(store.entries().size() == 1u);
  tamper(store.file(), "delete from root; insert into root select * from kept");
  BOOST_CHECK_EXCEPTION(store.entries(), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(annotations_of_before_are_not_served) {
  const Row row{"annotation", "mailbox = 1"};
  Store store;
  annotate(store, "/private/comment", "old");
  put_back(store, row, [&] { annotate(store, "/private/comment", "new"); });
  store.open();
  BOOST_CHECK_EXCEPTION(store->annotations(storage::annotated_server, reading), Error,
                        is(Fault::corrupt));
  Store removed;
  annotate(removed, "/private/comment", "old");
  put_back(removed, row, [&] { annotate(removed, "/private/comment", std::nullopt); });
  removed.open();
  BOOST_CHECK(removed->annotations(storage::annotated_server, reading).empty());
  Store lost;
  annotate(lost, "/private/comment", "old");
  lost.close();
  tamper(lost.file(), "delete from annotation");
  lost.open();
  BOOST_CHECK_EXCEPTION(lost->annotations(storage::annotated_server, reading), Error,
                        is(Fault::corrupt));
}

// Enough blocks for a list of their versions.
BOOST_AUTO_TEST_CASE(a_list_of_versions_of_before_hides_a_folder_and_no_more) {
  Store store;
  const auto uids = store.add_many(40 * 64);
  store.add("other", "Archive");
  const Row list{"versions", "id = " + std::to_string(store.folder().value)};
  put_back(store, list, [&] { store.flag(uids, storage::seen); });
  store.open();
  BOOST_CHECK_EXCEPTION(store.entries(), Error, is(Fault::corrupt));
  BOOST_TEST(store.state().messages == uids.size());
  for (int n = 0; n < 3; ++n) store.add("mail goes on");
  BOOST_TEST(store.state().messages == uids.size() + 3);
  BOOST_TEST(store.read(store.entries("Archive").at(0)) == "other");
}

BOOST_AUTO_TEST_CASE(many_blocks_are_read_again_whatever_changed) {
  Store store;
  const auto uids = store.add_many(100 * 64);
  for (std::size_t n = 0; n < uids.size(); n += 200) store.flag({uids[n]}, storage::flagged);
  for (int n = 0; n < 50; ++n) store->create_folder("f" + std::to_string(n), {}, reading);
  store.reopen();
  for (int n = 0; n < 50; ++n) BOOST_TEST(store.state("f" + std::to_string(n)).messages == 0u);
  const auto entries = store.entries();
  BOOST_TEST_REQUIRE(entries.size() == uids.size());
  for (std::size_t n = 0; n < entries.size(); ++n)
    BOOST_TEST((entries[n].flags.system == storage::flagged) == (n % 200 == 0));
}

// ---- integers in clear

BOOST_AUTO_TEST_CASE(a_count_of_entries_that_is_too_low_destroys_nothing) {
  for (const auto* refs : {"1", "0", "-7"}) {
    Store store;
    store.add("shown twice");
    store->copy(store.folder(), std::vector{Uid(1)}, store.folder("Archive"), storage::all_flags,
                reading);
    store.close();
    tamper(store.file(), std::string("update message set refs = ") + refs);
    store.open();
    expunge(store, Uid(1));
    BOOST_TEST(store.read(store.entries("Archive").at(0)) == "shown twice");
    BOOST_TEST(number(store, "select refs from message") == 1);
    expunge(store, Uid(1), "Archive");
    BOOST_TEST(number(store, "select count(*) from message_key") == 0);
    BOOST_TEST(number(store, "select count(*) from body") == 0);
  }
}

BOOST_AUTO_TEST_CASE(clear_columns_do_not_keep_an_expunged_message) {
  for (const auto* sql :
       {"update message set refs = 5", "update message set chunks = 1", "delete from message",
        "update message set chunks = 70000", "update message set mailbox = 2"}) {
    Store store;
    store.add(sample_octets(150'000));
    store.close();
    tamper(store.file(), sql);
    store.open();
    BOOST_CHECK(store.read(store.entry(Uid(1))) == sample_octets(150'000));
    expunge(store, Uid(1));
    for (const auto* table : {"message", "message_key", "derived", "body"})
      BOOST_TEST(number(store, std::string("select count(*) from ") + table) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_message_is_not_shared_any_more_once_its_copies_are_gone) {
  Store store;
  store.add("copied");
  const std::vector one{Uid(1)};
  store->copy(store.folder(), one, store.folder("Archive"), storage::all_flags, reading);
  store->copy(store.folder(), one, store.folder(), storage::all_flags, reading);
  store->move(store.folder("Archive"), one, store.folder("Trash"), storage::all_flags, reading);
  expunge(store, Uid(1));
  expunge(store, Uid(2));
  BOOST_TEST(store.read(store.entries("Trash").at(0)) == "copied");
  store->remove_folder("Trash", reading);
  BOOST_TEST(number(store, "select count(*) from message") == 0);
}

BOOST_AUTO_TEST_CASE(a_note_of_an_unfinished_message_does_not_remove_one_that_is_there) {
  Store store;
  store.add("whole");
  store.close();
  tamper(store.file(), "insert into unfinished(message, chunks) values(1, 1)");
  store.open();
  BOOST_TEST(store.read(store.entry(Uid(1))) == "whole");
  BOOST_TEST(number(store, "select count(*) from unfinished") == 0);
}

BOOST_AUTO_TEST_CASE(a_message_without_its_key_or_texts_is_damaged_and_not_expunged) {
  for (const auto* table : {"message_key", "derived"}) {
    Store store;
    store.add("first");
    store.close();
    tamper(store.file(), std::string("delete from ") + table);
    store.open();
    BOOST_CHECK_EXCEPTION(store->summary(store.entry(Uid(1)), reading), Error, is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(no_message_id_comes_again_after_the_sequence_was_put_back) {
  Store store;
  store.add_many(3);
  expunge(store, Uid(3));
  store.close();
  tamper(store.file(), "update sqlite_sequence set seq = 0");
  store.open();
  store.add("next");
  BOOST_TEST(store.entries().back().message.value == 4);
}

BOOST_AUTO_TEST_CASE(a_sequence_that_no_id_can_have_is_set_right) {
  Store store;
  store.add("first");
  store.close();
  tamper(store.file(), "update sqlite_sequence set seq = 4611686018427387904");
  store.open();
  store.add("second");
  store->create_folder("new", {}, reading);
  store.add("third", "new");
  arrive(store, "fourth");
  BOOST_TEST(file(store) == 1u);
  store.reopen();
  BOOST_TEST(store.read(store.entry(Uid(2))) == "second");
  BOOST_TEST(store.read(store.entry(Uid(3))) == "fourth");
  BOOST_TEST(store.read(store.entry(Uid(1), "new")) == "third");
}

BOOST_AUTO_TEST_CASE(rows_that_are_removed_while_it_is_open_keep_up_nobody) {
  Store store;
  store.add("first");
  tamper(store.file(), "delete from folder; delete from folder_block; delete from root");
  BOOST_CHECK_EXCEPTION(store.entries(), Error, is(Fault::corrupt));
  store.add("second");
  BOOST_TEST(store.read(store.entry(Uid(1))) == "first");  // it was written anew
  BOOST_CHECK_EXCEPTION(store.state("Archive"), Error, is(Fault::corrupt));
}

// ---- arrivals

BOOST_AUTO_TEST_CASE(an_arrival_that_is_put_back_is_not_filed_twice) {
  Store store;
  arrive(store, "once");
  put_back(store, {"arrival_body", "true"}, [&] {
    store.close();
    tamper(store.file(), "create table kept_too as select * from arrival");
    store.open();
    BOOST_TEST(file(store) == 1u);
  });
  tamper(store.file(), "insert into arrival select * from kept_too");
  store.open();
  file(store);
  BOOST_TEST(store.entries().size() == 1u);
  BOOST_TEST(file(store) == 0u);
  arrive(store, "another");
  BOOST_TEST(file(store) == 1u);
  BOOST_TEST(store.entries().size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_state_of_an_arrival_hides_none) {
  for (const auto* state : {"0", "2"}) {
    Store store;
    arrive(store, sample_octets(200'000));
    store.close();
    tamper(store.file(), std::string("update arrival set state = ") + state);
    store.open();
    BOOST_TEST(file(store) == 1u);
    BOOST_CHECK(store.read(store.entry(Uid(1))) == sample_octets(200'000));
  }
}

BOOST_AUTO_TEST_CASE(one_that_does_not_open_is_set_aside_and_the_later_ones_are_filed) {
  Store store;
  for (const auto* octets : {"a", "b", "c"}) arrive(store, octets);
  store.close();
  tamper(store.file(),
         "create table kept as select * from arrival_body;"
         "update arrival_body set d = x'00' where id = 2 << 16");
  store.open();
  BOOST_TEST(file(store) == 3u);
  BOOST_TEST(store.entries().size() == 2u);
  // Mended and set back, it is filed at last.
  store.close();
  tamper(store.file(),
         "insert or replace into arrival_body select * from kept where id = 2 << 16;"
         "update arrival set state = 1");
  store.open();
  BOOST_TEST(file(store) == 1u);
  BOOST_TEST(store.read(store.entry(Uid(3))) == "b");
}

BOOST_AUTO_TEST_CASE(an_arrival_that_others_overtook_is_sealed_again) {
  Store store;
  const auto to = store->delivery_public();
  tamper(store.file(), "update root set filed = 2");  // as if two had come and gone
  storage::Arrivals(store.database()).add(MailboxId(1), to, "late", 0, 0);
  BOOST_TEST(number(store, "select id from arrival") == 3);
  BOOST_TEST(number(store, "select count(*) from arrival_body") == 1);
}

BOOST_AUTO_TEST_CASE(without_its_delivery_key_arrivals_wait) {
  Store store;
  arrive(store, "waits");
  store.close();
  tamper(store.file(), "create table kept as select * from delivery_key; delete from delivery_key");
  store.open();
  BOOST_CHECK_EXCEPTION(file(store), Error, is(Fault::corrupt));
  store.close();
  tamper(store.file(), "insert into delivery_key select * from kept");
  store.open();
  BOOST_TEST(file(store) == 1u);
}

// ---- generations

BOOST_AUTO_TEST_CASE(the_generation_rises_with_what_is_written) {
  Store store;
  const auto now = [&] {
    const auto all = store.database().generations();
    BOOST_TEST_REQUIRE(all.size() == 1u);
    BOOST_TEST(all[0].generation == store->generation());
    return all[0].generation;
  };
  const auto made = now();
  store.add("first");
  BOOST_TEST(now() == made + 1);
  store.flag({Uid(1)}, storage::seen);
  BOOST_TEST(now() == made + 2);
  store.entries();
  store.flag({Uid(1)}, storage::seen);  // nothing to write
  BOOST_TEST(now() == made + 2);
  store.reopen();
  BOOST_TEST(now() == made + 2);
  store.database().remove_mailbox(MailboxId(1));
  BOOST_CHECK(store.database().generations().empty());
}

BOOST_AUTO_TEST_CASE(after_an_accepted_restore_clients_fetch_all_anew) {
  Store store;
  store.add("first");
  const auto before = store.state();
  const auto folder = store.folder();
  store.database().pass_over_ids();
  store->restored(1000);
  BOOST_TEST(store->generation() == 1001u);
  BOOST_TEST(store.state().uid_validity > before.uid_validity);
  store.reopen();
  BOOST_TEST(store.read(store.entry(Uid(1))) == "first");
  store.add("second");
  BOOST_TEST(store.entries().back().message.value > std::int64_t{1} << 26);
  store->create_folder("new", {}, reading);
  BOOST_TEST(store.folder("new").value > folder.value + 10'000);
  // What the later state had sealed in the meantime does not open.
  BOOST_TEST(store.database().generations().at(0).generation > 1001u);
}

BOOST_AUTO_TEST_SUITE_END()
