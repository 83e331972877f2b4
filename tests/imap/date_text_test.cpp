#include "imap/date_text.h"

#include <boost/test/unit_test.hpp>

#include "imap/request.h"

namespace {

std::string shown(UnixTime time, std::int16_t zone) {
  std::string out;
  imap::add_date_time(out, time, zone);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(date_text)

BOOST_AUTO_TEST_CASE(shows_the_zone_it_was_given) {
  struct {
    UnixTime time;
    std::int16_t zone;
    std::string_view text;
  } const rows[] = {
      {0, 0, "\" 1-Jan-1970 00:00:00 +0000\""},
      {837596665, -420, "\"17-Jul-1996 02:44:25 -0700\""},
      {837596665, 330, "\"17-Jul-1996 15:14:25 +0530\""},
      {951782400, 0, "\"29-Feb-2000 00:00:00 +0000\""},
      {951782400, -1, "\"28-Feb-2000 23:59:00 -0001\""},
      {-1, 0, "\"31-Dec-1969 23:59:59 +0000\""},
      {4102444799, 840, "\" 1-Jan-2100 13:59:59 +1400\""},
  };
  for (const auto& row : rows) BOOST_TEST(shown(row.time, row.zone) == row.text);
}

BOOST_AUTO_TEST_CASE(times_out_of_reach_are_shown_as_the_nearest) {
  BOOST_TEST(shown(INT64_MAX, 0) == "\"31-Dec-9999 23:59:59 +0000\"");
  BOOST_TEST(shown(INT64_MIN, -720) == "\" 1-Jan-0001 00:00:00 -1200\"");
}

BOOST_AUTO_TEST_CASE(what_is_shown_reads_back_the_same) {
  for (UnixTime time = -4000000000; time < 20000000000; time += 86400 * 97 + 12347) {
    const auto zone = static_cast<std::int16_t>(time % 720);
    imap::Request request("a x " + shown(time, zone));
    request.space();
    const auto read = request.date_time();
    BOOST_TEST(read.time == time);
    BOOST_TEST(read.zone == zone);
  }
}

BOOST_AUTO_TEST_SUITE_END()
