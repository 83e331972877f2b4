// What the search index tells of texts is what a scan of them finds.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <sstream>

#include "storage/search_words.h"
#include "tests/support/indexed_store.h"

using namespace storage_test;
using storage::SearchNeedle;

namespace {

// Letters of one, two and three octets, so that some windows begin within one.
std::string random_text(std::mt19937& random, std::size_t letters) {
  static const std::string alphabet[] = {"a", "b", "c", "d", "e", " ", "é", "ж", "語"};
  std::string text;
  for (std::size_t n = 0; n < letters; ++n) text += alphabet[random() % std::size(alphabet)];
  return text;
}

// Lines of words that come again and again, some of them fields of parts.
std::string random_body(std::mt19937& random, std::size_t letters) {
  std::string text;
  while (text.size() < letters) {
    if (!text.empty()) text += '\n';
    if (random() % 3 == 0) text += '\r';
    for (auto words = 1 + random() % 9; words > 0; --words) {
      text += random_text(random, random() % 4) + (random() % 5 == 0 ? ".-" : " ");
      if (random() % 2 == 0) text += "lighthouse" + std::to_string(random() % 50) + ' ';
    }
    if (random() % 30 == 0) text += std::string(storage::word_limit + random() % 2, 'w');
  }
  return text;
}

bool holds(const std::string& text, const std::string& needle) {
  return text.find(needle) != std::string::npos;
}

bool shows(const std::string& body, const std::string& needle) {
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with('\r') && holds(line, needle)) return true;
  return false;
}

std::string random_needle(std::mt19937& random, const std::string& from, std::size_t most) {
  const auto at = from.empty() ? 0 : random() % from.size();
  return from.substr(at, 1 + random() % most);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_exactness)

BOOST_AUTO_TEST_CASE(a_thousand_substrings_are_answered_as_by_a_scan) {
  Indexed store;
  std::mt19937 random(7);
  for (int n = 0; n < 300; ++n)
    store.add_texts(random_text(random, random() % 200), random_body(random, random() % 3000));
  store.index();
  std::size_t absent = 0, present = 0;
  for (int n = 0; n < 1000; ++n) {
    const auto in = static_cast<SearchNeedle::In>(n % 3);
    const auto& texts = in == SearchNeedle::In::header ? store.headers : store.bodies;
    auto needle = random_needle(random, texts[random() % texts.size()], n % 10 == 0 ? 400 : 12);
    needle = needle.substr(0, needle.find_first_of("\r\n"));
    const auto told = store.told({{in, {needle}}});
    BOOST_REQUIRE_EQUAL(told.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const bool is_there =
          in == SearchNeedle::In::shown_body ? shows(texts[i], needle) : holds(texts[i], needle);
      absent += told[i].absent;
      present += told[i].present;
      BOOST_REQUIRE_MESSAGE(!(is_there && told[i].absent != 0), "a hit is ruled out: " << needle);
      BOOST_REQUIRE_MESSAGE(is_there || told[i].present == 0, "no hit: " << needle);
    }
  }
  BOOST_TEST(absent > 50'000U);
  BOOST_TEST(present > 50'000U);
}

BOOST_AUTO_TEST_CASE(what_lies_over_the_seam_of_two_windows_is_found) {
  Indexed store;
  std::mt19937 random(8);
  for (int n = 0; n < 128; ++n) store.add_texts("", random_text(random, n < 4 ? 40'000 : 10));
  store.index();
  for (std::size_t n = 0; n < 4; ++n)
    for (std::size_t seam = storage::window_step; seam < store.bodies[n].size();
         seam += storage::window_step)
      for (const std::size_t before : {255U, 100U, 3U, 1U, 0U}) {
        const auto needle = store.bodies[n].substr(seam - before, 256);
        BOOST_TEST(store.ruled_out({{SearchNeedle::In::body, {needle}}})[n] == 0U);
      }
}

BOOST_AUTO_TEST_CASE(what_lies_within_a_word_needs_no_text) {
  Indexed store;
  store.add_numbered(256);
  store.index();
  const auto count = [&](const std::string& needle) {
    std::size_t absent = 0, present = 0;
    for (const auto& bits : store.told({{SearchNeedle::In::body, {needle}}})) {
      absent += bits.absent;
      present += bits.present;
    }
    return std::pair(absent, present);
  };
  // UIDs 1 to 255 are indexed, of "word0 and more" to "word254 and more".
  BOOST_TEST((count("ord1") == std::pair<std::size_t, std::size_t>(144, 111)));
  BOOST_TEST((count("or") == std::pair<std::size_t, std::size_t>(0, 255)));
  BOOST_TEST((count("an") == std::pair<std::size_t, std::size_t>(0, 255)));
  BOOST_TEST((count("q") == std::pair<std::size_t, std::size_t>(255, 0)));
  BOOST_TEST((count("4 and mo").second == 0U));
}

BOOST_AUTO_TEST_CASE(short_needles_and_young_messages_rule_out_nothing) {
  Indexed store;
  store.add_numbered(150);
  store.index();
  const auto headers = store.ruled_out({{SearchNeedle::In::header, {"zz"}}});
  BOOST_TEST(std::ranges::count(headers, 0U) == 150);
  BOOST_TEST(store.count_out("") == 0U);
  BOOST_TEST(store.count_out("--") == 0U);
  BOOST_TEST(store.count_out("nowhere to be found") == 127U);  // UID 0 is none
}

BOOST_AUTO_TEST_CASE(all_pieces_of_a_needle_are_wanted) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  const auto out = store.ruled_out({{SearchNeedle::In::header, {"about 5x", "x-a:"}},
                                    {SearchNeedle::In::header, {"about 5x", "x-none:"}}});
  BOOST_TEST(out[5] == 2U);
  BOOST_TEST(out[6] == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
