// Lists of entries, and what the sessions of a mailbox share of them.

#include "storage/entry_list.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

#include "tests/support/storage_store.h"

namespace {

using storage::Entry;
using storage::EntryList;
using storage_test::reading;
using storage_test::Store;

Entry entry_of(std::uint32_t uid, std::uint64_t modseq, std::uint8_t flags = storage::seen) {
  Entry entry;
  entry.uid = Uid(uid);
  entry.message = MessageId(uid);
  entry.modseq = ModSeq(modseq);
  entry.flags.system = flags;
  return entry;
}

// A list, and the same as a vector.
struct Twins {
  EntryList list;
  std::vector<Entry> plain;

  void append(const Entry& entry) {
    list.append(entry);
    plain.push_back(entry);
  }
  void replace(std::size_t n, const Entry& entry) {
    list.replace(n, entry);
    plain[n] = entry;
  }
  void erase(const std::set<Uid>& gone) {
    list.erase(gone);
    std::erase_if(plain, [&](const Entry& entry) { return gone.contains(entry.uid); });
  }
  void compare() const {
    BOOST_REQUIRE(list.size() == plain.size());
    std::size_t n = 0;
    for (const auto& entry : list) BOOST_REQUIRE(entry.uid == plain[n++].uid);
    for (n = 0; n < plain.size(); ++n) {
      BOOST_REQUIRE(list[n].modseq == plain[n].modseq);
      BOOST_REQUIRE(list.find(plain[n].uid) == n);
    }
    compare_places();
    compare_facts();
  }

 private:
  void compare_places() const {
    const auto last = plain.empty() ? 0 : plain.back().uid.value;
    for (std::uint32_t uid = 0; uid <= last + 2; ++uid) {
      const auto at = std::ranges::lower_bound(plain, Uid(uid), {}, &Entry::uid) - plain.begin();
      const auto after = std::ranges::upper_bound(plain, Uid(uid), {}, &Entry::uid) - plain.begin();
      BOOST_REQUIRE(list.lower_bound(Uid(uid)) == static_cast<std::size_t>(at));
      BOOST_REQUIRE(list.after(Uid(uid)) == static_cast<std::size_t>(after));
    }
    std::uint32_t covered = 0;
    for (std::size_t n = 0; n < plain.size();) {
      const auto run = list.run_at(n);
      BOOST_REQUIRE(run.first == plain[n].uid);
      BOOST_REQUIRE(run.last == plain[n + run.count - 1].uid);
      BOOST_REQUIRE(run.last.value - run.first.value + 1 == run.count);
      covered += static_cast<std::uint32_t>(run.count);
      n += run.count;
    }
    BOOST_REQUIRE(covered == plain.size());
  }
  void compare_facts() const {
    for (const std::uint64_t since : {0, 3, 50, 1000}) {
      std::vector<std::size_t> newer;
      for (std::size_t n = 0; n < plain.size(); ++n)
        if (plain[n].modseq > ModSeq(since)) newer.push_back(n);
      BOOST_REQUIRE(list.newer_than(ModSeq(since)) == newer);
    }
    std::vector<Uid> lost;
    std::optional<std::size_t> unseen;
    for (std::size_t n = 0; n < plain.size(); ++n) {
      if (plain[n].is_lost())
        lost.push_back(plain[n].uid);
      else if (!unseen && (plain[n].flags.system & storage::seen) == 0)
        unseen = n;
    }
    BOOST_REQUIRE(list.lost() == lost);
    BOOST_REQUIRE(list.first_unseen() == unseen);
  }
};

void change_at_random(Twins& twins, std::mt19937& random, std::uint32_t& uid) {
  const auto below = [&](std::size_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  for (auto more = below(150); more > 0; --more) {
    auto entry = entry_of(uid += 1 + below(10) / 9 * below(100), 1 + below(100),
                          below(40) == 0 ? 0 : storage::seen);
    if (below(50) == 0) entry.message = MessageId(0);
    twins.append(entry);
  }
  for (auto times = below(10); times > 0 && !twins.plain.empty(); --times) {
    const auto n = below(twins.plain.size());
    twins.replace(n, entry_of(twins.plain[n].uid.value, 1 + below(2000), below(2) ? 0 : 1));
  }
  std::set<Uid> gone{Uid(uid + 7)};
  for (auto times = below(80); times > 0 && !twins.plain.empty(); --times)
    gone.insert(twins.plain[below(twins.plain.size())].uid);
  twins.erase(gone);
}

EntryList selected(Store& store) {
  return store->select(store.folder(), storage::Recent::look, reading).entries;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entry_list)

BOOST_AUTO_TEST_CASE(it_is_as_a_vector_of_the_same_entries) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    Twins twins;
    std::uint32_t uid = 0;
    for (int step = 0; step < 6; ++step) {
      change_at_random(twins, random, uid);
      twins.compare();
    }
  }
}

BOOST_AUTO_TEST_CASE(a_change_of_one_list_leaves_another_that_shares_its_pieces) {
  const auto piece = std::make_shared<const storage::EntryPiece>(
      std::vector{entry_of(1, 1), entry_of(2, 1), entry_of(3, 1)});
  EntryList one, other;
  one.append(piece);
  other.append(piece);
  one.replace(1, entry_of(2, 9, 0));
  one.append(entry_of(4, 9));
  BOOST_TEST(one.size() == 4U);
  BOOST_TEST(one[1].modseq.value == 9U);
  BOOST_TEST(other.size() == 3U);
  BOOST_TEST(other[1].modseq.value == 1U);
  BOOST_TEST(!other.first_unseen().has_value());
}

BOOST_AUTO_TEST_CASE(who_selects_a_folder_opens_no_block_that_somebody_has) {
  Store store;
  store.add_many(200);
  const auto one = selected(store), other = selected(store);
  for (const std::size_t n : {0U, 100U, 199U}) BOOST_TEST(&one[n] == &other[n]);
  store.flag({Uid(100)}, storage::flagged);
  const auto later = selected(store);
  BOOST_TEST(&later[0] == &one[0]);
  BOOST_TEST(&later[199] == &one[199]);
  BOOST_TEST(&later[99] != &one[99]);
  BOOST_TEST(later[99].flags.system == storage::flagged);
  BOOST_TEST(one[99].flags.system == 0);
}

BOOST_AUTO_TEST_CASE(a_block_that_nobody_has_any_more_is_read_again) {
  Store store;
  store.add_many(70);
  store->create_folder("other", storage::SpecialUse::none, reading);
  const auto first = selected(store).copied();
  store->select(store.folder("other"), storage::Recent::look, reading);
  const auto again = selected(store).copied();
  BOOST_REQUIRE(again.size() == first.size());
  for (std::size_t n = 0; n < first.size(); ++n)
    BOOST_TEST(again[n].message.value == first[n].message.value);
}

BOOST_AUTO_TEST_SUITE_END()
