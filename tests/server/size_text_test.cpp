#include "server/size_text.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(size_text)

BOOST_AUTO_TEST_CASE(sizes_are_read_as_people_write_them) {
  const std::pair<const char*, std::uint64_t> rows[] = {{"0", 0},
                                                        {"1", 1},
                                                        {"1024", 1024},
                                                        {"1536", 1536},
                                                        {"64k", 65536},
                                                        {"10G", std::uint64_t{10} << 30},
                                                        {"1024M", std::uint64_t{1} << 30},
                                                        {"2T", std::uint64_t{2} << 40}};
  for (const auto& [text, octets] : rows) BOOST_TEST(server::parsed_size(text) == octets, text);
  for (const char* wrong : {"", "G", "-1", "1.5G", "10GB", "10 G", "1X", "9999999999999999999"})
    BOOST_CHECK_THROW(server::parsed_size(wrong), Error);
}

BOOST_AUTO_TEST_SUITE_END()
