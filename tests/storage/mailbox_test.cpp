#include "storage/mailbox.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Entry;
using storage::Mailbox;

namespace {

constexpr auto per_element = boost::test_tools::per_element();

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mailbox)

BOOST_AUTO_TEST_CASE(a_new_mailbox_has_its_folders_and_subscriptions) {
  Store store;
  const auto tree = store->tree();
  BOOST_TEST(tree->nodes().size() == 6u);
  BOOST_TEST(tree->subscribed().size() == 6u);
  for (const auto& [name, node] : tree->nodes()) {
    BOOST_TEST(tree->subscribed().contains(name));
    const auto state = store.state(name);
    BOOST_TEST(state.uid_validity > 0u);
    BOOST_TEST(state.highest_modseq.value == 1u);
    BOOST_TEST(state.messages == 0u);
  }
  BOOST_CHECK(tree->find("Sent")->use == storage::SpecialUse::sent);
}

BOOST_AUTO_TEST_CASE(octets_come_back_exactly) {
  Store store;
  const std::size_t sizes[] = {0,     1,      3,      65535,  65536,
                               65537, 131071, 131072, 131073, 5 * 1024 * 1024 + 7};
  for (const auto size : sizes) {
    const auto octets = sample_octets(size, static_cast<unsigned>(size));
    const auto uid = store.add(octets);
    const auto entry = store.entry(uid);
    BOOST_TEST(entry.size == size);
    BOOST_CHECK(store.read(entry) == octets);
  }
  store.reopen();
  const auto all = store.entries();
  BOOST_TEST_REQUIRE(all.size() == std::size(sizes));
  for (std::size_t n = 0; n < all.size(); ++n)
    BOOST_CHECK(store.read(all[n]) == sample_octets(sizes[n], static_cast<unsigned>(sizes[n])));
}

BOOST_AUTO_TEST_CASE(nul_and_eight_bit_octets_stay) {
  Store store;
  const std::string octets("\0a\0\r\n\xff\x80\n\r\0", 10);
  BOOST_CHECK(store.read(store.entry(store.add(octets))) == octets);
}

BOOST_AUTO_TEST_CASE(parts_are_clamped_to_the_message) {
  Store store;
  const auto octets = sample_octets(200'000);
  const auto entry = store.entry(store.add(octets));
  const std::pair<std::uint64_t, std::uint64_t> parts[] = {
      {0, 10},       {65530, 12},     {65536, 65536},          {131071, 2},
      {199'999, 10}, {200'000, 10},   {300'000, 10},           {5, 0},
      {7, 200'000},  {0, UINT64_MAX}, {UINT64_MAX, UINT64_MAX}};
  for (const auto& [offset, length] : parts) {
    const auto from = std::min<std::uint64_t>(offset, octets.size());
    BOOST_CHECK(store->octets(entry, offset, length, reading) == octets.substr(from, length));
  }
  std::string together;
  for (std::uint64_t at = 0; at < entry.size; at += 30'000)
    together += store->octets(entry, at, 30'000, reading);
  BOOST_CHECK(together == octets);
}

BOOST_AUTO_TEST_CASE(an_appended_entry_has_what_was_given) {
  Store store;
  auto message = sample_message("hello");
  message.flags = {.system = storage::seen | storage::draft, .keywords = {"$Forwarded", "x"}};
  message.internal_date = -5;
  message.zone = -330;
  const auto done = store->append(store.folder(), {message}, reading);
  BOOST_TEST(done.uid_validity == store.state().uid_validity);
  const auto entry = store.entries().at(0);
  BOOST_TEST(entry.uid.value == 1u);
  BOOST_TEST(entry.internal_date == -5);
  BOOST_TEST(entry.zone == -330);
  BOOST_TEST(entry.saved > 1'600'000'000);
  BOOST_TEST(entry.flags.system == (storage::seen | storage::draft));
  const auto tree = store->tree();
  BOOST_TEST(entry.flags.has_keyword(*tree->keyword("$forwarded")));
  BOOST_TEST(entry.flags.has_keyword(*tree->keyword("X")));
}

BOOST_AUTO_TEST_CASE(several_messages_are_one_append) {
  Store store;
  const auto before = store.state();
  const auto uids = store.add_many(200);
  BOOST_TEST(uids.size() == 200u);
  const auto after = store.state();
  BOOST_TEST(after.messages == 200u);
  BOOST_TEST(after.unseen == 200u);
  BOOST_TEST(after.uid_next.value == 201u);
  BOOST_TEST(after.highest_modseq.value == before.highest_modseq.value + 1);
  std::uint64_t size = 0;
  for (const auto& entry : store.entries()) size += entry.size;
  BOOST_TEST(after.size == size);
}

BOOST_AUTO_TEST_CASE(appending_to_a_folder_that_is_gone_leaves_nothing) {
  Store store;
  store->create_folder("gone", storage::SpecialUse::none, reading);
  const auto folder = store.folder("gone");
  store->remove_folder("gone", reading);
  BOOST_CHECK_EXCEPTION(store->append(folder, {sample_message("x")}, reading), Error,
                        is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(store->state(folder, reading), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(recent_is_claimed_once) {
  Store store;
  store.add_many(3);
  const auto look = store->select(store.folder(), Mailbox::Recent::look, reading);
  BOOST_TEST(look.state.first_recent.value == 1u);
  const auto first = store->select(store.folder(), Mailbox::Recent::claim, reading);
  BOOST_TEST(first.state.first_recent.value == 1u);
  const auto second = store->select(store.folder(), Mailbox::Recent::claim, reading);
  BOOST_TEST(second.state.first_recent.value == 4u);
  store.add("x");
  store.reopen();
  BOOST_TEST(store.state().first_recent.value == 4u);
}

BOOST_AUTO_TEST_CASE(summaries_come_in_order_with_and_without_blocks) {
  Store store;
  store.add_many(150);
  std::vector<std::string> expected;
  for (std::size_t n = 0; n < 150; ++n)
    expected.push_back(summary_of("message " + std::to_string(n)));
  BOOST_TEST(store.summaries() == expected, per_element);  // from rows; makes the blocks
  store.reopen();                                          // what was posted is written
  BOOST_TEST(store.summaries() == expected, per_element);
  store.close();
  tamper(store.file(), "delete from derived");  // now only the blocks are left
  store.open();
  BOOST_TEST(store.summaries() == expected, per_element);
}

BOOST_AUTO_TEST_CASE(a_filled_block_is_listed_before_anybody_asks) {
  Store store;
  for (int n = 1; n < 70; ++n) store.add(std::to_string(n));
  store.add_many(60);  // UIDs 70 to 129: over the end of another block
  store.close();       // what was posted is written
  tamper(store.file(), "delete from derived");
  store.open();
  const auto listed = store.summaries();
  BOOST_TEST(listed.size() == 129u);
  BOOST_TEST(listed[0] == summary_of("1"));
  BOOST_TEST(listed[62] == summary_of("63"));
  BOOST_TEST(listed[126] == summary_of("message 57"));
  BOOST_TEST(listed[127] == "");  // its block is not full
}

BOOST_AUTO_TEST_CASE(a_summary_block_goes_with_an_expunged_message) {
  Store store;
  const auto uids = store.add_many(64 * 3);
  store.summaries();
  store.reopen();
  store.flag({uids[70]}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.close();
  tamper(store.file(), "delete from derived");
  store.open();
  const auto left = store.summaries();
  BOOST_TEST(left.size() == 64u * 3 - 1);
  // UIDs 64 to 127 were in the block of the expunged one.
  BOOST_TEST(left[62] == summary_of("message 62"));
  BOOST_TEST(left[63] == "");
  BOOST_TEST(left[125] == "");
  BOOST_TEST(left[126] == summary_of("message 127"));
}

BOOST_AUTO_TEST_CASE(texts_are_those_asked_for) {
  Store store;
  store.add("first");
  store.add("second");
  const auto all = store.entries();
  std::vector<std::string> seen;
  const auto each = [&](std::size_t n, std::string_view header, std::string_view body) {
    seen.push_back(std::to_string(n) + '|' + std::string(header) + '|' + std::string(body));
    return true;
  };
  store->texts(all, Mailbox::Texts::header, each, reading);
  store->texts(all, Mailbox::Texts::body, each, reading);
  store->texts(all, Mailbox::Texts::both, each, reading);
  const std::vector<std::string> expected{"0|header of first|",
                                          "1|header of second|",
                                          "0||body of first",
                                          "1||body of second",
                                          "0|header of first|body of first",
                                          "1|header of second|body of second"};
  BOOST_TEST(seen == expected, per_element);
  seen.clear();
  store->texts(
      all, Mailbox::Texts::both,
      [&](std::size_t, std::string_view, std::string_view) {
        seen.emplace_back();
        return false;
      },
      reading);
  BOOST_TEST(seen.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_expunged_meanwhile_is_passed_over) {
  Store store;
  const auto uids = store.add_many(3);
  const auto before = store.entries();
  store.flag({uids[1]}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  std::vector<std::size_t> seen;
  store->summaries(
      store.folder(), before, [&](std::size_t n, std::string_view) { seen.push_back(n); }, reading);
  BOOST_TEST(seen == (std::vector<std::size_t>{0, 2}), per_element);
  BOOST_CHECK_EXCEPTION(store.read(before[1]), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(a_removed_mailbox_leaves_no_rows_and_the_others_stay) {
  Store store;
  store.add_many(1200);
  const auto other = store.other(MailboxId(2));
  other->append(other->tree()->folder("INBOX"), {sample_message("kept")}, reading);
  BOOST_TEST(store.database().mailboxes().size() == 2u);
  store.database().remove_mailbox(MailboxId(1));
  BOOST_TEST(store.database().mailboxes().size() == 1u);
  const auto folder = other->tree()->folder("INBOX");
  const auto entry = other->select(folder, Mailbox::Recent::look, reading).entries[0];
  BOOST_TEST(other->octets(entry, 0, 10, reading) == "kept");
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  for (const auto* sql : {"select count(*) from message", "select count(*) from message_key",
                          "select count(*) from derived", "select count(*) from body"})
    BOOST_TEST(connection.number(sql).value() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
