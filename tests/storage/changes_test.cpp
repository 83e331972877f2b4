#include "storage/changes.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>

#include "base/error.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Mailbox;

BOOST_AUTO_TEST_SUITE(changes)

BOOST_AUTO_TEST_CASE(own_changes_are_there_when_the_call_returns) {
  Store store;
  int woken = 0;
  const auto watch = store->watch(store.folder(), storage::Recent::look, [&] { ++woken; });
  const auto uids = store.add_many(2);
  store.flag({uids[1]}, storage::seen | storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.add("elsewhere", "Sent");
  const auto seen = watch->take();
  BOOST_TEST(woken == 3);
  BOOST_TEST_REQUIRE(seen.size() == 3u);
  BOOST_TEST(seen[0]->added.size() == 2u);
  BOOST_TEST(seen[0]->first_recent.value == 1u);
  BOOST_TEST_REQUIRE(seen[1]->flagged.size() == 1u);
  BOOST_TEST(seen[1]->flagged[0].flags.system == (storage::seen | storage::deleted));
  BOOST_CHECK(seen[1]->flagged[0].modseq == seen[1]->modseq);
  BOOST_CHECK(seen[2]->expunged == std::vector<Uid>{uids[1]});
  BOOST_TEST(seen[0]->modseq.value < seen[1]->modseq.value);
  BOOST_TEST(seen[1]->modseq.value < seen[2]->modseq.value);
  BOOST_TEST(watch->take().empty());
}

BOOST_AUTO_TEST_CASE(new_mail_is_recent_to_one_watch_or_to_the_next_select) {
  Store store;
  store.add("before");
  const auto looking = store->watch(store.folder(), storage::Recent::look, [] {});
  auto first = store->watch(store.folder(), storage::Recent::claim, [] {});
  const auto second = store->watch(store.folder(), storage::Recent::claim, [] {});
  store.add("x");
  auto change = looking->take().at(0);
  BOOST_TEST((change->recent_to.lock() == first));
  BOOST_TEST(change->recent_from.value == 1u);
  BOOST_TEST(change->first_recent.value == 3u);
  first.reset();
  store.add("x");
  change = looking->take().at(0);
  BOOST_TEST((change->recent_to.lock() == second));
  BOOST_TEST(change->recent_from.value == 3u);
  BOOST_TEST(store.state().first_recent.value == 4u);
}

BOOST_AUTO_TEST_CASE(untold_mail_is_given_back_unless_newer_mail_is_claimed) {
  Store store;
  store.add_many(2);
  store->select(store.folder(), storage::Recent::claim, reading);
  store->give_back(store.folder(), {Uid(2), Uid(3)});
  store->subscribe("barrier", reading);
  BOOST_TEST(store.state().first_recent.value == 2u);
  store->select(store.folder(), storage::Recent::claim, reading);
  store->give_back(store.folder(), {Uid(1), Uid(2)});
  store->give_back(FolderId(1000), {Uid(1), Uid(3)});
  store->subscribe("barrier", reading);
  BOOST_TEST(store.state().first_recent.value == 3u);
}

BOOST_AUTO_TEST_CASE(a_failed_operation_publishes_nothing) {
  Store store;
  const auto watch = store->watch(store.folder(), storage::Recent::look, [] {});
  auto message = sample_message("x");
  message.flags.keywords = {"not a keyword"};
  BOOST_CHECK_THROW(store->append(store.folder(), {sample_message("y"), message}, reading), Error);
  BOOST_TEST(watch->take().empty());
}

BOOST_AUTO_TEST_CASE(a_stopped_watch_wakes_nobody) {
  Store store;
  int woken = 0;
  const auto watch = store->watch(store.folder(), storage::Recent::look, [&] { ++woken; });
  watch->stop();
  store.add("x");
  BOOST_TEST(woken == 0);
}

// A session begins with watch, then select: between the two, nothing gets lost or comes twice.
BOOST_AUTO_TEST_CASE(watch_and_select_leave_no_gap) {
  Store store;
  constexpr int appends = 60;
  std::atomic<int> left = 3;
  std::vector<std::thread> writers;
  for (int n = 0; n < 3; ++n)
    writers.emplace_back([&] {
      for (int m = 0; m < appends; ++m) store.add("x");
      --left;
    });
  struct Session {
    std::shared_ptr<storage::Watch> watch;
    storage::Selected selected;
  };
  std::vector<Session> sessions;
  while (left > 0 && sessions.size() < 200) {
    auto watch = store->watch(store.folder(), storage::Recent::look, [] {});
    sessions.push_back({watch, store->select(store.folder(), Mailbox::Recent::look, reading)});
  }
  for (auto& writer : writers) writer.join();
  for (const auto& session : sessions) {
    std::vector<Uid> uids;
    for (const auto& entry : session.selected.entries) uids.push_back(entry.uid);
    for (const auto& change : session.watch->take())
      if (change->modseq > session.selected.state.highest_modseq)
        for (const auto& entry : change->added) uids.push_back(entry.uid);
    BOOST_TEST_REQUIRE(uids.size() == 3u * appends);
    for (std::uint32_t n = 0; n < uids.size(); ++n) BOOST_TEST(uids[n].value == n + 1);
  }
  BOOST_TEST(sessions.size() > 1u);
}

BOOST_AUTO_TEST_CASE(a_watch_of_all_knows_which_folders_changed_and_how) {
  Store store;
  std::atomic<int> woken = 0;
  const auto watch = store->watch_all([&] { ++woken; });
  BOOST_TEST(watch->take().folders.empty());
  store->create_folder("other", storage::SpecialUse::none, reading);
  auto news = watch->take();
  BOOST_TEST(news.tree);
  BOOST_TEST(news.folders.empty());

  store.add("a");
  store.add("b");
  store->copy(store.folder(), std::vector<Uid>{Uid(1)}, store.folder("other"), storage::all_flags,
              reading);
  store.flag({Uid(2)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  news = watch->take();
  BOOST_TEST(!news.tree);
  BOOST_REQUIRE(news.folders.size() == 2u);
  const auto& inbox = news.folders[store.folder()];
  BOOST_TEST(inbox.added.size() == 2u);
  BOOST_TEST(inbox.flagged);
  BOOST_TEST(inbox.expunged);
  const auto& other = news.folders[store.folder("other")];
  BOOST_TEST(other.added.size() == 1u);
  BOOST_TEST(!other.flagged);
  BOOST_TEST(woken > 3);
  store->annotate(store.folder(), {{"/private/comment", "x"}}, std::nullopt, reading);
  news = watch->take();
  BOOST_REQUIRE(news.annotated.size() == 1u);
  BOOST_TEST(news.annotated[store.folder()].contains("/private/comment"));

  watch->stop();
  const int before = woken;
  store.add("c");
  BOOST_TEST(woken == before);
  BOOST_TEST(watch->take().folders.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
