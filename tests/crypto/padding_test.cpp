#include "crypto/padding.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "crypto/big_endian.h"
#include "crypto/locked_memory.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;
using boost::test_tools::per_element;

namespace {

constexpr std::size_t limit = 1 << 20;

Bytes inner_of(std::uint8_t method, std::uint32_t stored, std::uint32_t real, std::size_t size) {
  Bytes inner(size);
  inner[0] = method;
  store_big(&inner[1], stored);
  store_big(&inner[5], real);
  return inner;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(padding)

BOOST_AUTO_TEST_CASE(sizes_fall_into_few_buckets) {
  const std::pair<std::size_t, std::size_t> expected[] = {
      {0, 256},     {9, 256},     {256, 256},     {257, 272},         {272, 272},
      {273, 288},   {511, 512},   {512, 512},     {513, 544},         {1009, 1024},
      {4096, 4096}, {4097, 4352}, {65545, 67584}, {1 << 20, 1 << 20}, {1048577, 1081344}};
  for (const auto& [size, padded] : expected) BOOST_TEST(padded_size(size) == padded);
}

BOOST_AUTO_TEST_CASE(padding_costs_what_is_said_and_is_stable) {
  std::set<std::size_t> buckets;
  for (std::size_t size = 256; size < 200000; ++size) {
    const auto padded = padded_size(size);
    if (padded < size || padded > size + size / (size < 65536 ? 16 : 32) ||
        padded_size(padded) != padded)
      BOOST_FAIL("padded_size(" << size << ") is " << padded);
    buckets.insert(padded);
  }
  BOOST_TEST(buckets.size() < 200U);
}

BOOST_AUTO_TEST_CASE(is_packed_as_the_vectors_say) {
  for (const auto& vector : vectors("record")) {
    const auto inner = bytes_in(vector, "inner"), plain = bytes_in(vector, "plain");
    BOOST_TEST(unpacked(inner, limit) == plain, per_element());
    if (inner[0] == 0) BOOST_TEST(packed(plain, {}) == inner, per_element());
  }
}

BOOST_AUTO_TEST_CASE(room_stays_free_around_what_is_packed) {
  const auto plain = random_bytes(300);
  const auto alone = packed(plain, {}), with_room = packed(plain, {25, 16});
  BOOST_TEST(with_room.size() == alone.size() + 41);
  BOOST_TEST(Bytes(with_room.begin() + 25, with_room.end() - 16) == alone, per_element());
}

BOOST_AUTO_TEST_CASE(compression_is_used_only_where_a_smaller_bucket_results) {
  BOOST_TEST(packed(Bytes(5000, 'a'), {})[0] == 1);
  BOOST_TEST(packed(Bytes(5000, 'a'), {}).size() == 256U);
  BOOST_TEST(packed(random_bytes(5000), {})[0] == 0);
  BOOST_TEST(packed(Bytes(247, 'a'), {})[0] == 0);
}

BOOST_AUTO_TEST_CASE(the_padding_of_compressed_data_is_zeros) {
  for (std::size_t size = 300; size < 3000; size += 37) {
    std::string text;
    while (text.size() < size) text += "line " + std::to_string(text.size() * 7919 % 1000) + "\r\n";
    const auto inner = packed(bytes_of(text), {});
    BOOST_TEST(unpacked(inner, limit) == copy_of(bytes_of(text)), per_element());
  }
}

BOOST_AUTO_TEST_CASE(malformed_insides_are_refused) {
  const auto zeros = [](std::uint8_t method, std::uint32_t stored, std::uint32_t real,
                        std::size_t size) { return inner_of(method, stored, real, size); };
  const Bytes cases[] = {{},
                         Bytes(255),
                         zeros(2, 5, 5, 256),                    // a method that does not exist
                         zeros(0, 5, 6, 256),                    // raw of two lengths
                         zeros(0, 248, 248, 256),                // longer than what is there
                         zeros(0, 0xffffffff, 0xffffffff, 256),  // by far
                         zeros(0, 5, 5, 272),  // more padding than there should be
                         zeros(0, 248, 248, 288),
                         zeros(1, 5, 100, 256),  // not a zstd frame
                         zeros(1, 0, 100, 256)};
  for (const auto& inner : cases) BOOST_CHECK_EXCEPTION(unpacked(inner, limit), Error, is_corrupt);

  auto dirty = packed(bytes_of("x"), {});
  dirty.back() = 1;
  BOOST_CHECK_EXCEPTION(unpacked(dirty, limit), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_bomb_is_refused_before_it_is_unpacked) {
  auto bomb = packed(Bytes(1 << 20, 0), {});
  BOOST_TEST(bomb.size() == 256U);
  BOOST_CHECK_EXCEPTION(unpacked(bomb, 65536), Error, is_corrupt);
  store_big(&bomb[5], std::uint32_t{65536});  // the header lies, the frame does not
  BOOST_CHECK_EXCEPTION(unpacked(bomb, 65536), Error, is_corrupt);
}

BOOST_AUTO_TEST_SUITE_END()
