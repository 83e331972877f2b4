// Results that a client keeps, and the steps it follows: whatever comes and goes, a client that
// takes the steps as RFC 5267 4.3 says has what the server has.

#include "imap/search/kept.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

namespace {

using imap::search::Criterion;
using imap::search::Kept;
using imap::search::Sortable;

Sortable message(std::uint32_t uid, std::int64_t value) {
  return {.hit = {.number = uid, .uid = Uid(uid)}, .values = {value}, .texts = {""}};
}

const std::vector<Criterion> by_size{{.by = Criterion::By::size}};
const std::vector<Criterion> no_order;

using Ids = std::vector<std::uint32_t>;

Ids ids(const std::vector<Uid>& uids) {
  Ids result;
  for (const auto uid : uids) result.push_back(uid.value);
  return result;
}

// As a client does it.
void follow_removal(Ids& have, const std::vector<Kept::Step>& steps) {
  for (const auto& step : steps) {
    for (const auto uid : step.uids) {
      const auto at = step.position == 0
                          ? std::ranges::find(have, uid.value)
                          : have.begin() + static_cast<std::ptrdiff_t>(step.position - 1);
      BOOST_REQUIRE((at < have.end() && *at == uid.value));
      have.erase(at);
    }
  }
}

void follow_addition(Ids& have, const std::vector<Kept::Step>& steps) {
  for (const auto& step : steps) {
    auto position = step.position;
    for (const auto uid : step.uids) {
      const auto at = step.position == 0 ? std::ranges::lower_bound(have, uid.value)
                                         : have.begin() + static_cast<std::ptrdiff_t>(position - 1);
      BOOST_REQUIRE((at <= have.end()));
      have.insert(at, uid.value);
      ++position;
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kept)

// The example of RFC 5267 4.3.3: 2734:2735 becomes 2731:2735 in the order of UIDs, all in one step.
BOOST_AUTO_TEST_CASE(neighbours_come_and_go_in_one_step) {
  Kept kept({message(2734, 4), message(2735, 5)}, by_size);
  const auto in = kept.add({message(2733, 3), message(2731, 1), message(2732, 2)});
  BOOST_REQUIRE(in.size() == 1u);
  BOOST_TEST(in[0].position == 1u);
  BOOST_TEST((ids(in[0].uids) == Ids{2731, 2732, 2733}));
  const auto out = kept.remove({Uid(2732), Uid(2733), Uid(2735), Uid(9)});
  BOOST_REQUIRE(out.size() == 2u);
  BOOST_TEST(out[0].position == 2u);
  BOOST_TEST((ids(out[0].uids) == Ids{2732, 2733}));
  BOOST_TEST(out[1].position == 3u);
  BOOST_TEST((ids(kept.uids()) == Ids{2731, 2734}));
}

BOOST_AUTO_TEST_CASE(in_mailbox_order_the_client_finds_the_place) {
  Kept kept({message(3, 0)}, no_order);
  const auto in = kept.add({message(9, 0), message(1, 0), message(3, 0)});
  BOOST_REQUIRE(in.size() == 1u);
  BOOST_TEST(in[0].position == 0u);
  BOOST_TEST((ids(in[0].uids) == Ids{1, 9}));
  BOOST_TEST((ids(kept.uids()) == Ids{1, 3, 9}));
  BOOST_TEST(kept.remove({Uid(2)}).empty());
  BOOST_TEST(kept.add({message(9, 0)}).empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_follows_has_what_is_kept) {
  std::mt19937 random(7);
  for (const auto& criteria : {by_size, no_order}) {
    std::map<std::uint32_t, std::int64_t> truth;
    Kept kept({}, criteria);
    Ids client;
    for (int round = 0; round < 400; ++round) {
      std::vector<Uid> out;
      for (const auto& [uid, value] : truth)
        if (random() % 4 == 0) out.push_back(Uid(uid));
      for (const auto uid : out) truth.erase(uid.value);
      std::ranges::shuffle(out, random);
      follow_removal(client, kept.remove(out));
      std::vector<Sortable> in;
      for (auto n = random() % 8; n > 0; --n) {
        const auto uid = static_cast<std::uint32_t>(random() % 100 + 1);
        const auto value = static_cast<std::int64_t>(random() % 10);
        if (truth.emplace(uid, value).second) in.push_back(message(uid, value));
      }
      follow_addition(client, kept.add(in));

      std::vector<std::pair<std::int64_t, std::uint32_t>> order;
      for (const auto& [uid, value] : truth) order.emplace_back(criteria.empty() ? 0 : value, uid);
      std::ranges::sort(order);
      Ids expected;
      for (const auto& [value, uid] : order) expected.push_back(uid);
      BOOST_TEST((client == expected));
      BOOST_TEST((ids(kept.uids()) == expected));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
