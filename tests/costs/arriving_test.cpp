// What mail costs that comes in.

#include <boost/test/unit_test.hpp>
#include <latch>

#include "server/delivery.h"
#include "storage/mail_database_implementation.h"
#include "tests/costs/ceilings.h"
#include "tests/costs/imap_house.h"
#include "tests/costs/letter.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(arriving)

namespace {

constexpr std::size_t together = 16;

struct Counting {
  Counting() { costs::begin_counting(); }
};

struct House : Counting, test_support::Installation {
  storage::Account ada = make_account("ada@example.org");
  policy::Recipients recipients{directory, {"example.org"}};
  server::Delivery delivery{recipients, mailboxes, clock, "mail.example.org"};
  BlockingPool pool{together + 1};
  const std::string letter = costs::letter(1, costs::words_of_4_kb);

  ~House() { pool.join(); }
  void deliver() {
    if (delivery.deliver(ada, letter).outcome != server::Delivered::ok)
      throw std::runtime_error("not delivered");
  }
  // All of them wait while somebody else writes, so that they come into one transaction.
  void deliver_together() {
    auto& writer = databases.at(directory.mailbox(ada.mailbox).database)->implementation().writer;
    std::latch writes(1), done(together + 1);
    boost::asio::post(pool, [&] {
      writer.run(nullptr, 0, [&](storage::Connection&) {
        writes.count_down();
        for (int n = 0; n < 10'000 && writer.queued() < together; ++n)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
      });
      done.count_down();
    });
    writes.wait();
    for (std::size_t n = 0; n < together; ++n)
      boost::asio::post(pool, [&] {
        deliver();
        done.count_down();
      });
    done.wait();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_delivery, House) {
  BOOST_TEST(letter.size() > 4096U);
  deliver();
  costs::check("delivery of 4 KB", costs::counted([this] { deliver(); }));
}

BOOST_FIXTURE_TEST_CASE(deliveries_at_once_share_a_commit, House) {
  deliver_together();
  costs::check("delivery of 4 KB, 16 at once", costs::counted([this] { deliver_together(); }));
}

BOOST_AUTO_TEST_CASE(appending_to_a_big_folder) {
  costs::ImapHouse house(2000, costs::ImapHouse::Index::none);
  const auto letter = costs::letter(1, costs::words_of_4_kb);
  const auto size = std::to_string(letter.size());
  house.costs_again("APPEND of 4 KB to 2,000", "APPEND INBOX {" + size + "+}\r\n" + letter);
}

BOOST_AUTO_TEST_SUITE_END()
