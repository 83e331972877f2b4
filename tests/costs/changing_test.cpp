// What a client costs that files, flags and deletes.

#include <boost/test/unit_test.hpp>

#include "tests/costs/imap_house.h"

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

BOOST_AUTO_TEST_SUITE_END()
