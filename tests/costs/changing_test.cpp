// What a client costs that files, flags and deletes.

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

#include "tests/costs/imap_house.h"

namespace {

// Until changes of flags are on the disk, too (storage/writer.h): within a second.
void rest() { std::this_thread::sleep_for(std::chrono::seconds(1)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(changing)

BOOST_AUTO_TEST_CASE(a_folder_of_2000) {
  costs::ImapHouse house(2000, costs::ImapHouse::Index::none);

  house.runs(R"(STORE 1000 +FLAGS \Seen)");
  house.costs("STORE of one of 2,000", R"(STORE 1000 -FLAGS \Seen)");
  house.runs(R"(STORE 1:* +FLAGS \Seen)");
  house.costs("STORE of 2,000", R"(STORE 1:* -FLAGS \Seen)");

  house.costs_again("COPY of 200 of 2,000", "COPY 1:200 Archive");
  house.runs("MOVE 1:10 Archive");
  house.costs("MOVE of 100 of 2,000", "MOVE 101:200 Archive");

  house.runs(R"(STORE 301:310 +FLAGS \Deleted)");
  house.runs("EXPUNGE");
  house.runs(R"(STORE 401:500 +FLAGS \Deleted)");
  house.costs("EXPUNGE of 100 of 2,000", "EXPUNGE");
}

BOOST_AUTO_TEST_CASE(flags_are_on_the_disk_within_a_second) {
  costs::ImapHouse house(100, costs::ImapHouse::Index::none);
  rest();  // SELECT has claimed what is recent
  const auto storing = costs::counted([&] {
    for (int n = 1; n <= 20; ++n) house.runs("STORE " + std::to_string(n) + R"( +FLAGS \Seen)");
  });
  BOOST_TEST(storing.commits == 20U);
  BOOST_TEST(storing.syncs <= 1U);
  BOOST_TEST(storing.syncs + costs::counted(rest).syncs >= 1U);
  BOOST_TEST(costs::counted(rest).syncs == 0U);
  house.runs(R"(STORE 30 +FLAGS \Seen)");
  BOOST_TEST(costs::counted([&] { house.runs("COPY 1 Archive"); }).syncs == 1U);
  BOOST_TEST(costs::counted(rest).syncs == 0U);  // what was before it went with it
}

BOOST_AUTO_TEST_SUITE_END()
