// Words of a group's texts: which slots have a piece of one.
#include "storage/search_words.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

using storage::SlotSet;
using storage::WordList;
using storage::WordPiece;
using storage::WordRecord;
using Fields = WordRecord::Fields;

namespace {

std::string slots_of(const std::vector<Bytes>& records, std::size_t slots, const WordPiece& piece,
                     Fields fields = Fields::left_out) {
  SlotSet found;
  for (const auto& record : records) WordRecord(record, slots).find(piece, fields, found);
  std::string text;
  for (std::size_t n = 0; n < found.size(); ++n)
    if (found.test(n)) text += (text.empty() ? "" : " ") + std::to_string(n);
  return text;
}

std::vector<Bytes> records_of(const std::vector<std::string>& texts) {
  WordList list;
  for (const auto& text : texts) list.add(text);
  return list.records();
}

bool is_corrupt(const Error& error) { return error.fault() == Fault::corrupt; }

}  // namespace

BOOST_AUTO_TEST_SUITE(search_words)

BOOST_AUTO_TEST_CASE(pieces_of_words_are_found_with_their_edges) {
  const std::vector<std::string> texts{"cowzle, half-way", "the cow\n\rtype text", "",
                                       "c\xc3\xb6w cowcow"};
  const auto records = records_of(texts);
  using enum WordPiece::Edge;
  const struct {
    WordPiece piece;
    Fields fields;
    std::string slots;
  } rows[] = {
      {{"ow"}, Fields::left_out, "0 1 3"},
      {{"cow", open, word}, Fields::left_out, "1 3"},
      {{"cow", word, word}, Fields::left_out, "1"},
      {{"cow", word, open}, Fields::left_out, "0 1 3"},
      {{"wc"}, Fields::left_out, "3"},
      {{"\xb6"}, Fields::left_out, "3"},
      {{"tex"}, Fields::left_out, ""},
      {{"tex"}, Fields::too, "1"},
      {{"type", word, word}, Fields::too, "1"},
      {{"ype", word, open}, Fields::too, ""},
      {{"half-way"}, Fields::too, ""},
  };
  for (const auto& row : rows)
    BOOST_TEST(slots_of(records, texts.size(), row.piece, row.fields) == row.slots,
               row.piece.letters);
}

BOOST_AUTO_TEST_CASE(a_needle_asks_for_its_words) {
  using Edge = WordPiece::Edge;
  const auto shown = [](std::string_view needle) {
    const auto question = storage::word_question(needle);
    std::string text = question.decides ? "!" : "";
    for (const auto& [letters, begin, end] : question.pieces)
      text += (begin == Edge::word ? "<" : "") + letters + (end == Edge::word ? "> " : " ");
    return text;
  };
  BOOST_TEST(shown("owz") == "!owz ");
  BOOST_TEST(shown(" owz") == "<owz ");
  BOOST_TEST(shown("quill abvyx mosaic") == "quill> <abvyx> <mosaic ");
  BOOST_TEST(shown("a@b.") == "a> <b> ");
  BOOST_TEST(shown("--") == "");
  BOOST_TEST(shown("1 2 3 4 5 6 7 8 9") == "1> <2> <3> <4> <5> <6> <7> <8> ");
}

BOOST_AUTO_TEST_CASE(what_is_not_listed_is_said) {
  const std::string longest(storage::word_limit, 'x');
  WordList list;
  BOOST_TEST(list.add("short " + longest));
  BOOST_TEST(!list.add("short " + longest + 'x'));
  BOOST_TEST(!list.add(std::string(storage::worded_text_limit, ' ') + "behind"));
  BOOST_TEST(slots_of(list.records(), 3, {"short"}) == "0 1");
  BOOST_TEST(slots_of(list.records(), 3, {"xx"}) == "0");
  BOOST_TEST(slots_of(list.records(), 3, {"behind"}) == "");
}

BOOST_AUTO_TEST_CASE(a_group_lists_no_more_than_its_limit) {
  WordList list;
  std::size_t texts = 0;
  for (bool whole = true; whole; ++texts) {
    std::string text;
    for (int n = 0; n < 5000; ++n) text += std::to_string(texts) + 'x' + std::to_string(n) + ' ';
    whole = list.add(text);
    BOOST_REQUIRE(texts < 100U);
  }
  BOOST_TEST(texts > 20U);
  BOOST_TEST(!list.add("nothing new fits"));
  BOOST_TEST(list.add("0x1 0x2"));
}

BOOST_AUTO_TEST_CASE(lists_of_all_lengths_come_back) {
  constexpr std::size_t slots = 1000;
  for (const std::size_t step : {1U, 2U, 7U, 9U, 100U, 129U, 999U}) {
    std::vector<std::string> texts(slots);
    std::string wanted;
    for (std::size_t n = 0; n < slots; n += step) {
      texts[n] = "word";
      wanted += (wanted.empty() ? "" : " ") + std::to_string(n);
    }
    BOOST_TEST(slots_of(records_of(texts), slots, {"or"}) == wanted);
  }
}

BOOST_AUTO_TEST_CASE(many_words_make_many_records) {
  std::vector<std::string> texts(100);
  for (std::size_t n = 0; n < texts.size(); ++n)
    for (int word = 0; word < 500; ++word)
      texts[n] += "w" + std::to_string(n) + "x" + std::to_string(word) + ' ';
  const auto records = records_of(texts);
  BOOST_TEST(records.size() > 10U);
  for (std::size_t n = 0; n < texts.size(); ++n)
    BOOST_TEST(slots_of(records, texts.size(), {"w" + std::to_string(n) + "x77"}) ==
               std::to_string(n));
}

BOOST_AUTO_TEST_CASE(malformed_records_are_told) {
  const auto record = records_of({"one two", "two three"}).front();
  for (std::size_t size = 0; size < record.size(); ++size)
    BOOST_CHECK_EXCEPTION(
        WordRecord(Bytes(record.begin(), record.begin() + static_cast<long>(size)), 2), Error,
        is_corrupt);
  const Bytes more_words{0, 0, 0, 4, 'a', '\n', 'b', '\n', 0, 0, 0, 1, 1, 0, 0, 0, 1, 1};
  const Bytes longer_list{0, 0, 0, 2, 'b', '\n', 0, 0, 0, 1, 2, 0, 0, 0, 1, 1};
  const Bytes more_slots{0, 0, 0, 2, 'b', '\n', 0, 0, 0, 1, 1, 0, 0, 0, 1, 4};
  for (const auto& malformed : {more_words, longer_list, more_slots})
    BOOST_CHECK_EXCEPTION(slots_of({malformed}, 2, {"b"}), Error, is_corrupt);
}

BOOST_AUTO_TEST_SUITE_END()
