// What a client costs that logs in and looks.

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "tests/costs/imap_house.h"

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(a_folder_of_2000) {
  costs::ImapHouse house(2000, costs::ImapHouse::Index::none);
  house.runs("COPY 1:* Archive");

  house.login_costs("LOGIN, the password is remembered");
  house.costs_again("NOOP", "NOOP");
  house.costs_again("LIST of all folders", R"(LIST "" *)");
  house.costs_again("STATUS of 2,000", "STATUS Archive (MESSAGES UIDNEXT UNSEEN SIZE)");

  house.costs_again("SELECT of 2,000", "SELECT INBOX");
  house.costs_again("FETCH FLAGS of 2,000", "FETCH 1:* FLAGS");
  house.costs_again("FETCH ENVELOPE BODYSTRUCTURE of 2,000", "FETCH 1:* (ENVELOPE BODYSTRUCTURE)");
  house.costs_again("FETCH BODY[] of one", "FETCH 1000 BODY.PEEK[]");

  house.runs("ENABLE QRESYNC");
  const auto known = house.inbox();
  house.costs_again("SELECT of 2,000, QRESYNC",
                    fmt::format("SELECT INBOX (QRESYNC ({} {}))", known.uid_validity,
                                known.highest_modseq.value));
}

BOOST_AUTO_TEST_SUITE_END()
