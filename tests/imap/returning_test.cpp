// RETURN (...) and ESEARCH: RFC 4731, 5182, 9394.

#include "imap/search/returning.h"

#include <boost/test/unit_test.hpp>

namespace {

using Numbers = std::vector<std::uint32_t>;

imap::search::Returning parsed(const std::string& options) {
  imap::Request request("a SEARCH RETURN " + options + " ALL");
  request.space();
  return imap::search::parse_returning(request).value();
}

std::string line(const std::string& options, const Numbers& found, bool by_uid = false) {
  return imap::search::esearch_line(imap::search::tag_correlator("a1"), by_uid, parsed(options),
                                    {.ids = found});
}

std::vector<std::size_t> kept(const std::string& options, std::size_t found) {
  return imap::search::saved(parsed(options), found);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(returning)

BOOST_AUTO_TEST_CASE(tells_what_was_asked_and_no_more) {
  const Numbers found{2, 10, 11};
  struct {
    std::string options, told;
  } const rows[] = {
      {"()", " ALL 2,10:11"},
      {"(ALL)", " ALL 2,10:11"},
      {"(min COUNT)", " MIN 2 COUNT 3"},
      {"(MAX)", " MAX 11"},
      {"(MIN MAX ALL COUNT)", " MIN 2 MAX 11 COUNT 3 ALL 2,10:11"},
      {"(PARTIAL 1:2)", " PARTIAL (1:2 2,10)"},
      {"(PARTIAL 2:500)", " PARTIAL (2:500 10:11)"},
      {"(PARTIAL 3:2)", " PARTIAL (3:2 10:11)"},
      {"(PARTIAL 4:9)", " PARTIAL (4:9 NIL)"},
      {"(PARTIAL -1:-2)", " PARTIAL (-1:-2 10:11)"},
      {"(PARTIAL -3:-9)", " PARTIAL (-3:-9 2)"},
      {"(PARTIAL -4:-9)", " PARTIAL (-4:-9 NIL)"},
  };
  for (const auto& row : rows)
    BOOST_TEST(line(row.options, found) == "ESEARCH (TAG \"a1\")" + row.told);
  BOOST_TEST(line("(COUNT)", found, true) == "ESEARCH (TAG \"a1\") UID COUNT 3");
}

BOOST_AUTO_TEST_CASE(of_nothing_only_count_and_partial_speak) {
  BOOST_TEST(line("(MIN MAX ALL)", {}) == "ESEARCH (TAG \"a1\")");
  BOOST_TEST(line("(COUNT)", {}) == "ESEARCH (TAG \"a1\") COUNT 0");
  BOOST_TEST(line("(PARTIAL 1:5)", {}) == "ESEARCH (TAG \"a1\") PARTIAL (1:5 NIL)");
  BOOST_TEST(line("(PARTIAL -1:-5)", {}) == "ESEARCH (TAG \"a1\") PARTIAL (-1:-5 NIL)");
}

BOOST_AUTO_TEST_CASE(an_order_stays_an_order) {
  BOOST_TEST(line("(ALL)", {5, 3, 4, 1}) == "ESEARCH (TAG \"a1\") ALL 5,3:4,1");
  BOOST_TEST(line("(MIN MAX)", {5, 3, 4, 1}) == "ESEARCH (TAG \"a1\") MIN 5 MAX 1");
}

BOOST_AUTO_TEST_CASE(save_keeps_what_the_table_says) {
  using Kept = std::vector<std::size_t>;
  BOOST_TEST(kept("(SAVE)", 3) == (Kept{0, 1, 2}));
  BOOST_TEST(kept("(SAVE MIN)", 3) == (Kept{0}));
  BOOST_TEST(kept("(SAVE MAX)", 3) == (Kept{2}));
  BOOST_TEST(kept("(MAX SAVE MIN)", 3) == (Kept{0, 2}));
  BOOST_TEST(kept("(MAX SAVE MIN COUNT)", 3) == (Kept{0, 1, 2}));
  BOOST_TEST(kept("(ALL SAVE MIN)", 3) == (Kept{0, 1, 2}));
  BOOST_TEST(kept("(SAVE PARTIAL 2:2)", 3) == (Kept{1}));
  BOOST_TEST(kept("(SAVE PARTIAL 2:2 MAX)", 3) == (Kept{1, 2}));
  BOOST_TEST(kept("(SAVE PARTIAL -1:-1 MIN)", 3) == (Kept{0, 2}));
  BOOST_TEST(kept("(SAVE PARTIAL 2:2 COUNT)", 3) == (Kept{0, 1, 2}));
  BOOST_TEST(kept("(SAVE MIN)", 0).empty());
}

BOOST_AUTO_TEST_CASE(saving_alone_tells_nothing) {
  BOOST_TEST(!parsed("(SAVE)").tells());
  BOOST_TEST(parsed("()").tells());
}

BOOST_AUTO_TEST_CASE(what_is_no_option_is_refused) {
  for (const std::string options :
       {"(NOW)", "(ALL PARTIAL 1:2)", "(PARTIAL 1:2 PARTIAL 1:2)", "(PARTIAL 0:1)",
        "(PARTIAL -1:2)", "(PARTIAL 1)", "(MIN", "MIN"})
    BOOST_CHECK_THROW(parsed(options), imap::BadSyntax);
}

BOOST_AUTO_TEST_SUITE_END()
