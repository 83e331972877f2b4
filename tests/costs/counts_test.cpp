#include "tests/costs/counts.h"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "crypto/aead.h"
#include "crypto/password.h"
#include "storage/sqlite.h"
#include "tests/costs/ceilings.h"
#include "tests/support/storage_store.h"

using costs::Counts;

BOOST_AUTO_TEST_SUITE(counts)

namespace {

struct Counting {
  Counting() { costs::begin_counting(); }
};

struct Database : Counting {
  storage_test::TempDirectory directory;
  storage::Connection connection{directory.path() / "some.db", storage::Connection::Mode::write};
  Database() { connection.run("create table word(text)"); }
  void write(std::string_view text) { connection.run("insert into word values(?)", text); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(statements_and_transactions, Database) {
  const auto counted = costs::counted([this] {
    storage::SqlTransaction transaction(connection, storage::SqlTransaction::Kind::immediate);
    for (int n = 0; n < 5; ++n) write("some");
    transaction.commit();
    connection.number("pragma page_count");
  });
  BOOST_TEST(counted.statements == 7U);
  BOOST_TEST(counted.commits == 1U);
  BOOST_TEST(counted.syncs >= 1U);
  BOOST_TEST((costs::counted([this] { write("more"); }).commits == 1U));
}

BOOST_FIXTURE_TEST_CASE(reading_commits_nothing, Database) {
  const auto counted = costs::counted([this] {
    storage::SqlTransaction transaction(connection, storage::SqlTransaction::Kind::deferred);
    connection.number("select count(*) from word");
  });
  BOOST_TEST(counted.statements == 3U);
  BOOST_TEST(counted.commits == 0U);
  BOOST_TEST(counted.syncs == 0U);
}

BOOST_FIXTURE_TEST_CASE(seals_and_opens, Counting) {
  const auto key = crypto::MailboxKey::generate();
  const crypto::Place place{.kind = crypto::Kind::tree};
  const crypto::Crossing crossing{crypto::Cause::fetch, crypto::Actor::service(), MailboxId(1)};
  const auto counted = costs::counted([&] {
    const auto sealed = crypto::Aead::seal_record(key, place, Bytes(100));
    for (int n = 0; n < 3; ++n) crypto::Aead::open_record(key, place, sealed, crossing);
  });
  BOOST_TEST(counted.seals == 1U);
  BOOST_TEST(counted.opens == 3U);
}

BOOST_FIXTURE_TEST_CASE(hashes_of_passwords, Counting) {
  const auto hash = crypto::hash_password("engine");
  const auto counted = costs::counted([&] { crypto::password_matches("engine", hash); });
  BOOST_TEST(counted.hashes == 1U);
}

BOOST_FIXTURE_TEST_CASE(allocations_of_all_threads_but_the_client, Counting) {
  const auto allocate = [] { std::make_unique<std::string>(1000, 'x'); };
  const auto by_client = costs::counted([&] {
    const costs::Uncounted client;
    allocate();
  });
  BOOST_TEST(by_client.allocations == 0U);
  const auto by_server = costs::counted([&] {
    const costs::Uncounted client;
    std::thread(allocate).join();
  });
  BOOST_TEST(by_server.allocations >= (costs::allocations_are_counted() ? 2U : 0U));
}

BOOST_AUTO_TEST_CASE(what_is_over_its_ceiling_is_told) {
  const costs::Ceiling ceiling{"STATUS", {.statements = 5, .opens = 3, .allocations = 100}};
  BOOST_TEST(excesses(ceiling, {.statements = 5, .opens = 3, .allocations = 100}).empty());
  const std::vector<std::string> told{"STATUS: 6 statements, 5 allowed",
                                      "STATUS: 1 syncs, 0 allowed"};
  BOOST_TEST(excesses(ceiling, {.statements = 6, .syncs = 1, .opens = 3}) == told);
}

BOOST_AUTO_TEST_SUITE_END()
