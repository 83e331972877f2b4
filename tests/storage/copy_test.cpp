// COPY and MOVE.
#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/captured_log.h"
#include "tests/support/storage_store.h"

using namespace storage_test;

namespace {

constexpr auto per_element = boost::test_tools::per_element();

std::vector<std::uint32_t> numbers(const std::vector<Uid>& uids) {
  std::vector<std::uint32_t> found;
  for (const auto uid : uids) found.push_back(uid.value);
  return found;
}

using Numbers = std::vector<std::uint32_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(copy)

BOOST_AUTO_TEST_CASE(a_copy_keeps_all_but_uid_and_modseq) {
  Store store;
  auto message = sample_message("hello");
  message.flags = {.system = storage::answered, .keywords = {"kept"}};
  message.zone = -60;
  store->append(store.folder(), {message}, reading);
  store.add("in the way", "Archive");
  const auto before = store.entries().at(0);
  const std::vector<Uid> uids{before.uid};
  const auto copied =
      store->copy(store.folder(), uids, store.folder("Archive"), storage::all_flags, reading);
  BOOST_TEST(copied.uid_validity == store.state("Archive").uid_validity);
  BOOST_TEST(numbers(copied.from) == Numbers{1}, per_element);
  BOOST_TEST(numbers(copied.to) == Numbers{2}, per_element);
  const auto after = store.entry(Uid(2), "Archive");
  BOOST_CHECK(after.message == before.message);
  BOOST_CHECK(after.flags == before.flags);
  BOOST_TEST(after.internal_date == before.internal_date);
  BOOST_TEST(after.zone == before.zone);
  BOOST_TEST(after.size == before.size);
  BOOST_TEST(store.read(after) == "hello");
  BOOST_TEST(store.summaries("Archive").at(1) == summary_of("hello"));
}

BOOST_AUTO_TEST_CASE(a_message_lives_as_long_as_one_copy) {
  Store store;
  const auto uid = store.add("hello");
  const std::vector<Uid> uids{uid};
  store->copy(store.folder(), uids, store.folder("Archive"), storage::all_flags, reading);
  store.flag(uids, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  BOOST_TEST(store.read(store.entries("Archive").at(0)) == "hello");
  store.flag({Uid(1)}, storage::deleted, "Archive");
  store->expunge(store.folder("Archive"), std::nullopt, reading);
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from message_key").value() == 0);
}

BOOST_AUTO_TEST_CASE(moving_takes_the_entry_away) {
  Store store;
  store.add_many(100);
  store.summaries();
  store.reopen();
  const std::vector<Uid> uids{Uid(70), Uid(2), Uid(500), Uid(2)};
  const auto moved =
      store->move(store.folder(), uids, store.folder("Trash"), storage::all_flags, reading);
  BOOST_TEST(numbers(moved.from) == (Numbers{2, 70}), per_element);
  BOOST_TEST(numbers(moved.to) == (Numbers{1, 2}), per_element);
  BOOST_TEST(store.state().messages == 98u);
  BOOST_TEST(store.state().unseen == 98u);
  BOOST_TEST(store.state("Trash").messages == 2u);
  BOOST_TEST(store.state("Trash").unseen == 2u);
  BOOST_TEST(store.state().size + store.state("Trash").size == 10u * 9 + 90 * 10);
  BOOST_TEST(store.summaries("Trash").at(1) == summary_of("message 69"));
  BOOST_TEST(store.summaries().at(1) == summary_of("message 2"));
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from message where refs <> 1").value() == 0);
  BOOST_TEST(connection.number("select count(*) from message").value() == 100);
}

BOOST_AUTO_TEST_CASE(gone_uids_are_no_failure) {
  Store store;
  const auto modseq = store.state("Trash").highest_modseq;
  const std::vector<Uid> uids{Uid(5)};
  BOOST_TEST(store->copy(store.folder(), uids, store.folder("Trash"), storage::all_flags, reading)
                 .to.empty());
  BOOST_TEST(store->move(store.folder(), uids, store.folder("Trash"), storage::all_flags, reading)
                 .to.empty());
  BOOST_CHECK(store.state("Trash").highest_modseq == modseq);
}

BOOST_AUTO_TEST_CASE(within_one_folder_they_get_new_uids) {
  Store store;
  const auto uids = store.add_many(3);
  const std::vector<Uid> first{uids[0]};
  const auto watch = store->watch(store.folder(), storage::Recent::look, [] {});
  BOOST_TEST(
      numbers(store->copy(store.folder(), first, store.folder(), storage::all_flags, reading).to) ==
          Numbers{4},
      per_element);
  BOOST_TEST(
      numbers(store->move(store.folder(), first, store.folder(), storage::all_flags, reading).to) ==
          Numbers{5},
      per_element);
  BOOST_TEST(store.state().messages == 4u);
  BOOST_TEST(store.read(store.entry(Uid(5))) == "message 0");
  BOOST_TEST(watch->take().size() == 3u);
}

BOOST_AUTO_TEST_CASE(what_goes_together_leaves_what_came_in_between) {
  Store store;
  const auto other = store.other(MailboxId(2));
  const auto theirs = other->tree()->folder("INBOX");
  for (int n = 0; n < 12; ++n) {
    store.add("mine " + std::to_string(n));
    if (n % 3 == 0) other->append(theirs, {sample_message("theirs " + std::to_string(n))}, reading);
  }
  store.add("stays");
  const auto all = store.entries();
  for (std::size_t n = 0; n < 12; ++n) store.flag({all[n].uid}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  BOOST_TEST(store.read(store.entries().at(0)) == "stays");
  const auto left = other->select(theirs, storage::Mailbox::Recent::look, reading).entries;
  BOOST_TEST(left.size() == 4U);
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  for (const auto* sql : {"select count(*) from message", "select count(*) from message_key",
                          "select count(*) from derived", "select count(*) from body"})
    BOOST_TEST(connection.number(sql).value() == 5);
}

BOOST_AUTO_TEST_CASE(one_whose_row_is_lost_does_not_keep_the_others) {
  Store store;
  const auto uids = store.add_many(3);
  store.close();
  tamper(store.file(), "delete from message where id = 2");
  store.open();
  const test_support::CapturedLog log(store.directory() / "log");
  store.flag(uids, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  BOOST_TEST(log.text().find("row of message\" row=2") != std::string::npos);
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  for (const auto* sql : {"select count(*) from message", "select count(*) from message_key",
                          "select count(*) from derived", "select count(*) from body"})
    BOOST_TEST(connection.number(sql).value() == 0);
}

BOOST_AUTO_TEST_CASE(a_failed_copy_leaves_nothing_behind) {
  Store store;
  store.add_many(3);
  store.close();
  tamper(store.file(), "delete from message where id = 2");
  store.open();
  const std::vector<Uid> uids{Uid(1), Uid(2), Uid(3)};
  BOOST_CHECK_THROW(
      store->copy(store.folder(), uids, store.folder("Trash"), storage::all_flags, reading), Error);
  BOOST_CHECK_THROW(store->copy(store.folder(), uids, FolderId(999), storage::all_flags, reading),
                    Error);
  BOOST_TEST(store.state("Trash").messages == 0u);
  BOOST_TEST(store.state("Trash").uid_next.value == 1u);
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from message where refs <> 1").value() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
