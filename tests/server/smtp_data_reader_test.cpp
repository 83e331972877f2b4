#include "server/smtp/data_reader.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(smtp_data_reader)

using server::smtp::DataReader;

namespace {

struct Read {
  std::string message, rest;
  bool done, malformed;
};

// In pieces of `step` octets.
Read read(std::string_view octets, std::size_t step) {
  DataReader reader(1 << 20);
  std::size_t at = 0;
  while (at < octets.size() && !reader.done()) {
    const auto piece = octets.substr(at, step);
    const auto taken = reader.feed(piece);
    at += taken;
    BOOST_REQUIRE((taken == piece.size() || reader.done()));
  }
  return {reader.take_message(), std::string(octets.substr(at)), reader.done(), reader.malformed()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(dots_come_off_and_the_next_command_stays) {
  const struct {
    std::string_view octets, message, rest;
  } rows[] = {
      {".\r\n", "", ""},
      {"a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"},
      {"..\r\n.\r\n", ".\r\n", ""},
      {"..a\r\n...\r\n.b\r\n.\r\n", ".a\r\n..\r\nb\r\n", ""},
      {"a.\r\n.\r\n", "a.\r\n", ""},
      {"\r\n\r\n.\r\n.\r\n", "\r\n\r\n", ".\r\n"},
      {std::string_view("nul\0nul\r\n.\r\n", 12), std::string_view("nul\0nul\r\n", 9), ""},
  };
  for (const auto& row : rows)
    for (std::size_t step : {1, 2, 3, 5, 100}) {
      const auto got = read(row.octets, step);
      BOOST_TEST(got.message == row.message);
      BOOST_TEST(got.rest == row.rest);
      BOOST_TEST(got.done);
      BOOST_TEST(!got.malformed);
    }
}

// Each of these ends a message for some other server; what follows would be obeyed as a command.
BOOST_AUTO_TEST_CASE(only_crlf_dot_crlf_ends_a_message) {
  for (const std::string_view end : {"\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r", "\r.\r\n",
                                     "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\n.\r", "\r\n\r.\r\n"}) {
    const auto octets =
        "a" + std::string(end) + "MAIL FROM:<smuggler@example.net>\r\n.\r\nQUIT\r\n";
    for (std::size_t step : {1, 2, 100}) {
      const auto got = read(octets, step);
      BOOST_TEST(got.done);
      BOOST_TEST(got.malformed);
      BOOST_TEST(got.rest == "QUIT\r\n");
      BOOST_TEST((got.message.find("smuggler") != got.message.npos));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unfinished_message_is_not_done) {
  for (const std::string_view octets : {"", ".", ".\r", "a\r\n.", "a\r\n.\r", "a\r\n"})
    BOOST_TEST(!read(octets, 100).done);
}

BOOST_AUTO_TEST_CASE(over_the_limit_the_message_is_dropped_and_its_end_still_found) {
  DataReader reader(10);
  const std::string_view octets = "0123456789\r\n0123\r\n.\r\nQUIT\r\n";
  BOOST_TEST(octets.substr(reader.feed(octets)) == "QUIT\r\n");
  BOOST_TEST(reader.done());
  BOOST_TEST(reader.too_big());
  BOOST_TEST(reader.take_message() == "");
}

BOOST_AUTO_TEST_CASE(at_the_limit_the_message_is_whole) {
  DataReader reader(12);
  reader.feed("0123456789\r\n.\r\n");
  BOOST_TEST(!reader.too_big());
  BOOST_TEST(reader.take_message() == "0123456789\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
