#include "imap/tree_news.h"

#include <boost/test/unit_test.hpp>

namespace {

using storage::SpecialUse;
using storage::Tree;

Tree example() {
  Tree tree;
  tree.create("a", FolderId(2), SpecialUse::none);
  tree.create("a/b", FolderId(3), SpecialUse::none);
  tree.create("a/b/c", FolderId(4), SpecialUse::none);
  tree.create("x/y", FolderId(5), SpecialUse::none);  // x itself cannot be selected
  tree.subscribe("a");
  return tree;
}

template <class Change>
std::string names_after(Change change) {
  const auto before = example();
  auto after = example();
  change(after);
  std::string text;
  for (const auto& [name, old_name] : imap::news_between(before, after).names)
    text += (text.empty() ? "" : " ") + (old_name ? *old_name + ">" : "") + name;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tree_news)

BOOST_AUTO_TEST_CASE(what_is_made_or_deleted_is_told_with_its_parent) {
  BOOST_TEST(names_after([](Tree&) {}) == "");
  BOOST_TEST(names_after([](Tree& t) { t.create("n", FolderId(9), SpecialUse::none); }) == "n");
  BOOST_TEST(names_after([](Tree& t) { t.create("a/n", FolderId(9), SpecialUse::none); }) ==
             "a a/n");
  BOOST_TEST(names_after([](Tree& t) { t.create("n/m", FolderId(9), SpecialUse::none); }) ==
             "n n/m");
  BOOST_TEST(names_after([](Tree& t) { t.remove("a/b/c"); }) == "a/b a/b/c");
  BOOST_TEST(names_after([](Tree& t) { t.remove("a"); }) == "a");  // \Noselect from now on
  BOOST_TEST(names_after([](Tree& t) { t.create("x", FolderId(9), SpecialUse::none); }) == "x");
  BOOST_TEST(names_after([](Tree& t) {
               t.remove("a/b/c");
               t.create("a/b/c", FolderId(9), SpecialUse::none);
             }) == "a/b a/b/c");
}

BOOST_AUTO_TEST_CASE(what_is_renamed_is_told_once_with_its_old_name_and_without_its_children) {
  BOOST_TEST(names_after([](Tree& t) { t.rename("a", "z"); }) == "a>z");
  BOOST_TEST(names_after([](Tree& t) { t.rename("a/b", "a/q"); }) == "a/b>a/q");
  BOOST_TEST(names_after([](Tree& t) { t.rename("a/b", "b"); }) == "a/b>b");
  BOOST_TEST(names_after([](Tree& t) { t.rename("x", "z"); }) == "x>z");
  BOOST_TEST(names_after([](Tree& t) {
               t.rename("a/b", "b");
               t.rename("x/y", "a/y");
             }) == "x x/y>a/y a/b>b");
}

BOOST_AUTO_TEST_CASE(subscriptions_begin_and_end) {
  const auto before = example();
  auto after = example();
  after.unsubscribe("a");
  after.subscribe("not/there");
  const auto news = imap::news_between(before, after);
  BOOST_TEST(news.names.empty());
  const std::vector<std::string> expected{"a", "not/there"};
  BOOST_TEST(news.subscriptions == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
