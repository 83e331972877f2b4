// What is asked of the ledger, as the API and the command line take it.

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "base/error.h"
#include "server/admin/cli.h"
#include "server/admin/ledger_json.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(ledger_query)

namespace {

policy::LedgerFilter filter(const std::string& query) {
  test_support::Installation place;
  return server::admin::ledger_query(place.directory, http::parse_target("/v1/ledger?" + query))
      .filter;
}

auto refused(std::string_view why) {
  return [why](const Error& error) {
    return error.fault() == Fault::invalid && !error.hint().empty() &&
           std::string_view(error.what()).find(why) != std::string_view::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(times_are_whole_hours) {
  const auto taken = filter("since=2026-11-24&until=2026-11-24T08:00");
  BOOST_TEST(*taken.until - *taken.since == 8 * 3600);
  for (const auto* query : {"since=2026-11-24T05:17", "until=2026-11-24T05:00:01Z"})
    BOOST_CHECK_EXCEPTION(filter(query), Error, refused("no whole hour"));
}

BOOST_AUTO_TEST_CASE(since_is_before_until) {
  for (const auto* query :
       {"since=2026-11-25&until=2026-11-24", "since=2026-11-25&until=2026-11-25"})
    BOOST_CHECK_EXCEPTION(filter(query), Error, refused("not before until"));
}

BOOST_AUTO_TEST_CASE(values_with_commas_are_no_json) {
  for (const auto* other : {"--json", "--follow"}) {
    std::istringstream in;
    std::ostringstream out, err;
    BOOST_TEST(server::admin::run_cli({"ledger", "--csv", other}, {in, out, err}) == 2);
    BOOST_TEST(err.str().find("hint: ") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
