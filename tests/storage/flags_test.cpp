// STORE and EXPUNGE.
#include <boost/test/unit_test.hpp>
#include <thread>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::FlagMode;
using storage::FlagNames;

namespace {

constexpr auto per_element = boost::test_tools::per_element();

std::vector<Uid> change(Store& store, std::vector<Uid> uids, FlagMode mode, FlagNames names,
                        std::optional<ModSeq> since = std::nullopt) {
  return store->store(store.folder(), uids, mode, names, since, reading);
}

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// Counted from the entries, to compare with the folder's counters.
storage::FolderState counted(Store& store, std::string_view folder) {
  auto state = store.state(folder);
  state.messages = state.unseen = state.deleted = 0;
  state.size = 0;
  for (const auto& entry : store.entries(folder)) {
    ++state.messages;
    state.unseen += entry.flags.system & storage::seen ? 0 : 1;
    state.deleted += entry.flags.system & storage::deleted ? 1 : 0;
    state.size += entry.size;
  }
  return state;
}

void check_counters(Store& store, std::string_view folder = "INBOX") {
  const auto stored = store.state(folder);
  const auto real = counted(store, folder);
  BOOST_TEST(stored.messages == real.messages);
  BOOST_TEST(stored.unseen == real.unseen);
  BOOST_TEST(stored.deleted == real.deleted);
  BOOST_TEST(stored.size == real.size);
}

FlagNames all_keywords() {
  FlagNames all;
  for (std::size_t n = 0; n < storage::keyword_limit; ++n)
    all.keywords.push_back("k" + std::to_string(n));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flags)

BOOST_AUTO_TEST_CASE(modes_do_what_they_say) {
  Store store;
  const auto uid = store.add("x");
  struct Row {
    FlagMode mode;
    FlagNames names;
    int system;
    std::vector<std::string> keywords;
  };
  using namespace storage;
  const Row rows[] = {
      {FlagMode::add, {seen, {"a", "b"}}, seen, {"a", "b"}},
      {FlagMode::add, {flagged, {"A"}}, seen | flagged, {"a", "b"}},
      {FlagMode::remove, {seen, {"B", "never"}}, flagged, {"a"}},
      {FlagMode::replace, {draft, {"c"}}, draft, {"c"}},
      {FlagMode::replace, {}, 0, {}},
      {FlagMode::add, {0xff, {}}, 31, {}},  // unknown bits are no flags
  };
  for (const auto& row : rows) {
    change(store, {uid}, row.mode, row.names);
    const auto entry = store.entry(uid);
    BOOST_TEST(entry.flags.system == row.system);
    std::vector<std::string> names;
    const auto tree = store->tree();
    for (std::size_t bit = 0; bit < tree->keywords().size(); ++bit)
      if (entry.flags.has_keyword(bit)) names.push_back(tree->keywords()[bit]);
    BOOST_TEST(names == row.keywords, per_element);
    check_counters(store);
  }
  BOOST_TEST(!store->tree()->keyword("never"));
}

BOOST_AUTO_TEST_CASE(two_threads_lose_no_flag) {
  Store store;
  store.add_many(200);
  const auto work = [&](std::string keyword, std::uint8_t flag) {
    for (std::uint32_t uid = 1; uid <= 200; ++uid)
      change(store, {Uid(uid)}, FlagMode::add, {.system = flag, .keywords = {keyword}});
  };
  std::thread other(work, "left", storage::seen);
  work("right", storage::answered);
  other.join();
  const auto tree = store->tree();
  for (const auto& entry : store.entries()) {
    BOOST_TEST(entry.flags.system == (storage::seen | storage::answered));
    BOOST_TEST(entry.flags.has_keyword(*tree->keyword("left")));
    BOOST_TEST(entry.flags.has_keyword(*tree->keyword("right")));
  }
  check_counters(store);
}

BOOST_AUTO_TEST_CASE(one_keyword_too_many_changes_nothing) {
  Store store;
  const auto uid = store.add("x");
  change(store, {uid}, FlagMode::add, all_keywords());
  const auto before = store.state();
  BOOST_CHECK_EXCEPTION(
      change(store, {uid}, FlagMode::add, {.system = storage::seen, .keywords = {"more"}}), Error,
      is(Fault::limit));
  auto message = sample_message("y");
  message.flags.keywords = {"more"};
  BOOST_CHECK_EXCEPTION(store->append(store.folder(), {message}, reading), Error, is(Fault::limit));
  BOOST_TEST(store.state().highest_modseq.value == before.highest_modseq.value);
  BOOST_TEST(store.entry(uid).flags.system == 0);
  store.reopen();
  BOOST_TEST(store->tree()->keywords().size() == storage::keyword_limit);
  BOOST_TEST(store.entries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_keyword_that_no_message_has_gives_its_place_away) {
  Store store;
  const auto uid = store.add("x");
  change(store, {uid}, FlagMode::add, all_keywords());
  const std::vector uids{uid};
  store->copy(store.folder(), uids, store.folder("Archive"), storage::all_flags, reading);
  const FlagNames two{.system = 0, .keywords = {"k3", "k4"}};
  change(store, {uid}, FlagMode::remove, two);  // the copy has them still
  const FlagNames more{.system = 0, .keywords = {"more", "k4", "and more"}};
  const FlagNames others{.system = 0, .keywords = {"more", "most"}};
  BOOST_CHECK_EXCEPTION(change(store, {uid}, FlagMode::add, others), Error, is(Fault::limit));
  BOOST_CHECK_EXCEPTION(change(store, {uid}, FlagMode::add, more), Error, is(Fault::limit));
  store->remove_folder("Archive", reading);
  change(store, {uid}, FlagMode::add, others);
  const auto named = [&](std::string_view name) { return store->tree()->keyword(name); };
  BOOST_TEST(!named("k3"));
  BOOST_TEST(!named("k4"));
  BOOST_REQUIRE((named("more") && named("most")));
  BOOST_TEST(store.entry(uid).flags.has_keyword(*named("more")));
  BOOST_TEST(store.entry(uid).flags.has_keyword(*named("most")));
  store.reopen();
  BOOST_TEST(store->tree()->keywords().size() == storage::keyword_limit);
  BOOST_TEST(store.entry(uid).flags.has_keyword(*named("most")));
}

BOOST_AUTO_TEST_CASE(entries_changed_since_are_left_alone) {
  Store store;
  const auto uids = store.add_many(3);
  const auto since = store.state().highest_modseq;
  store.flag({uids[1]}, storage::flagged);
  const auto left = change(store, uids, FlagMode::add, {storage::seen, {}}, since);
  BOOST_TEST_REQUIRE(left.size() == 1u);
  BOOST_CHECK(left[0] == uids[1]);
  BOOST_TEST(store.state().unseen == 1u);
}

BOOST_AUTO_TEST_CASE(modseq_rises_with_each_change_and_only_then) {
  Store store;
  const auto uids = store.add_many(3);
  const auto first = store.state().highest_modseq;
  store.flag({uids[2]}, storage::seen);
  const auto second = store.state().highest_modseq;
  BOOST_TEST(second.value == first.value + 1);
  BOOST_CHECK(store.entry(uids[2]).modseq == second);
  BOOST_CHECK(store.entry(uids[0]).modseq == first);
  store.flag({uids[2]}, storage::seen);  // as it is already
  store.flag({Uid(77)}, storage::seen);  // not there
  BOOST_CHECK(store.state().highest_modseq == second);
}

BOOST_AUTO_TEST_CASE(uids_may_come_twice_in_any_order_or_be_gone) {
  Store store;
  store.add_many(130);
  store.flag({Uid(129), Uid(3), Uid(129), Uid(900), Uid(64), Uid(0)}, storage::seen);
  BOOST_TEST(store.state().unseen == 127u);
  check_counters(store);
}

BOOST_AUTO_TEST_CASE(expunge_takes_what_is_deleted_and_asked_for) {
  Store store;
  const auto uids = store.add_many(200);
  store.flag({uids[0], uids[70], uids[150]}, storage::deleted);
  const std::vector<Uid> among{uids[70], uids[71]};
  const auto some = store->expunge(store.folder(), among, reading);
  BOOST_TEST_REQUIRE(some.size() == 1u);
  BOOST_CHECK(some[0] == uids[70]);
  check_counters(store);
  const auto rest = store->expunge(store.folder(), std::nullopt, reading);
  BOOST_TEST(rest.size() == 2u);
  BOOST_TEST(store->expunge(store.folder(), std::nullopt, reading).empty());
  check_counters(store);
  BOOST_TEST(store.state().messages == 197u);
}

BOOST_AUTO_TEST_CASE(expunge_removes_key_texts_and_body) {
  Store store;
  const auto uid = store.add(sample_octets(200'000));
  store.flag({uid}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  for (const auto* sql : {"select count(*) from message", "select count(*) from message_key",
                          "select count(*) from derived", "select count(*) from body",
                          "select count(*) from folder_block", "select count(*) from list_block"})
    BOOST_TEST(connection.number(sql).value() == 0, sql);
}

BOOST_AUTO_TEST_CASE(a_uid_never_comes_twice) {
  Store store;
  const auto uids = store.add_many(5);
  store.flag({uids[4]}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.reopen();
  BOOST_TEST(store.add("x").value == 6u);
  store.flag(uids, storage::deleted);
  store.flag({Uid(6)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  BOOST_TEST(store.state().messages == 0u);
  store.reopen();
  BOOST_TEST(store.state().uid_next.value == 7u);
  BOOST_TEST(store.add("y").value == 7u);
}

BOOST_AUTO_TEST_CASE(ten_thousand_flags_are_one_commit) {
  Store store;
  for (int n = 0; n < 5; ++n) store.add_many(2000);
  std::vector<Uid> all;
  for (std::uint32_t uid = 1; uid <= 10'000; ++uid) all.emplace_back(uid);
  store.flag({all.front()}, storage::flagged);  // done after the lists of blocks that filled
  const auto before = store.database().counters().commits;
  store.flag(all, storage::seen);
  BOOST_TEST(store.database().counters().commits == before + 1);
  BOOST_TEST(store.state().unseen == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
