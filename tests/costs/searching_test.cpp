// What a search costs: the index rules out what it can before any text is opened.

#include <boost/test/unit_test.hpp>

#include "tests/costs/imap_house.h"

BOOST_AUTO_TEST_SUITE(searching)

BOOST_AUTO_TEST_CASE(a_folder_of_1200) {
  costs::ImapHouse house(1200, costs::ImapHouse::Index::kept, "on to Zanzibar");

  house.costs_again("SEARCH BODY, in 3 of 1,200", "SEARCH BODY zanzibar");
  house.costs_again("SEARCH BODY, in none of 1,200", "SEARCH BODY zeppelin");
  house.costs_again("SEARCH FROM, in one of 1,200", "SEARCH FROM bob777@");
  house.costs_again("SEARCH UNSEEN of 1,200", "SEARCH UNSEEN");
}

BOOST_AUTO_TEST_SUITE_END()
