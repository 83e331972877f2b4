#include "storage/scrubbing.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using storage::Connection;
using storage::gap_of;

BOOST_AUTO_TEST_SUITE(scrubbing)

namespace {

constexpr std::size_t page_size = 4096;
using Page = std::vector<std::uint8_t>;

// Of one cell at the end of it.
Page page_of_kind(std::uint8_t kind, std::size_t head = 0) {
  Page page(page_size, 0x55);
  const std::uint8_t header[] = {kind, 0, 0, 0, 1, 0x0f, 0xf0, 0};  // 1 cell, content from 4080
  std::ranges::copy(header, page.begin() + static_cast<std::ptrdiff_t>(head));
  return page;
}

std::pair<std::size_t, std::size_t> gap(Page page, std::int64_t number, std::int64_t pages = 1000) {
  const auto found = gap_of(page, number, pages);
  if (found.empty()) return {0, 0};
  return {static_cast<std::size_t>(found.data() - page.data()), found.size()};
}

Page contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_gap_is_between_the_numbers_of_cells_and_the_cells) {
  const std::pair<std::size_t, std::size_t> none{0, 0}, leaf{10, 4070}, interior{14, 4066};
  BOOST_TEST((gap(page_of_kind(13), 7) == leaf));
  BOOST_TEST((gap(page_of_kind(10), 7) == leaf));
  BOOST_TEST((gap(page_of_kind(5), 7) == interior));
  BOOST_TEST((gap(page_of_kind(2), 7) == interior));
  BOOST_TEST((gap(page_of_kind(13, 100), 1) == std::pair<std::size_t, std::size_t>{110, 3970}));
  BOOST_TEST((gap(page_of_kind(0), 7) == none));
  BOOST_TEST((gap(page_of_kind(13), 2) == none), "a page of pointers");
  BOOST_TEST((gap(page_of_kind(13), 822) == none), "the next page of pointers");
  BOOST_TEST((gap(page_of_kind(2), 7, 1 << 25) == none), "it may be the number of a page");
  BOOST_TEST((gap(page_of_kind(13), 7, 1 << 25) == leaf));
}

BOOST_AUTO_TEST_CASE(a_page_that_says_what_cannot_be_is_left_alone) {
  auto page = page_of_kind(13);
  page[3] = 0xff;  // 65,281 cells
  BOOST_TEST(gap(page, 7).second == 0u);
  page = page_of_kind(13);
  page[5] = 0x1f;  // content beyond the page
  BOOST_TEST(gap(page, 7).second == 0u);
}

BOOST_AUTO_TEST_CASE(whatever_is_written_no_gap_has_anything_and_every_row_is_there) {
  const storage_test::TempDirectory directory;
  const auto file = directory.path() / "mail.db";
  Connection connection(file, Connection::Mode::write);
  connection.script("create table t(id integer primary key, d blob not null)");
  std::mt19937 random(1);
  std::map<std::int64_t, Bytes> rows;
  for (int round = 0; round < 200; ++round) {
    storage::SqlTransaction transaction(connection, storage::SqlTransaction::Kind::immediate);
    for (int n = 0; n < 60; ++n) {
      const auto id = static_cast<std::int64_t>(random() % 2000);
      if (random() % 3 == 0) {
        connection.run("delete from t where id = ?", id);
        rows.erase(id);
      } else {
        const Bytes octets(1 + random() % (random() % 20 == 0 ? 9000 : 300), 0xee);
        connection.run("insert or replace into t values(?, ?)", id, octets);
        rows[id] = octets;
      }
    }
    transaction.commit();
    if (round % 20 == 19) connection.script("pragma wal_checkpoint(truncate)");
  }
  auto octets = contents(file);
  const auto pages = static_cast<std::int64_t>(octets.size() / page_size);
  for (std::int64_t number = 1; number <= pages; ++number) {
    const std::span page(octets.data() + (number - 1) * static_cast<std::int64_t>(page_size),
                         page_size);
    BOOST_TEST(std::ranges::count(gap_of(page, number, pages), 0xee) == 0);
  }
  Connection other(file, Connection::Mode::read);
  auto check = other.query("pragma integrity_check");
  BOOST_TEST((check.next() && check.text(0) == "ok"));
  for (const auto& [id, d] : rows)
    BOOST_TEST(other.number("select length(d) from t where id = ?", id).value() ==
               static_cast<std::int64_t>(d.size()));
  BOOST_TEST(other.number("select count(*) from t").value() ==
             static_cast<std::int64_t>(rows.size()));
}

BOOST_AUTO_TEST_SUITE_END()
