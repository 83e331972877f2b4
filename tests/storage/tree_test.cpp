#include "storage/tree.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/entry.h"

using storage::SpecialUse;
using storage::Tree;

namespace {

constexpr auto per_element = boost::test_tools::per_element();

// "a a/b (c) d": names in order, those that hold no messages in brackets.
std::string shown(const Tree& tree) {
  std::string text;
  for (const auto& [name, node] : tree.nodes()) {
    if (!text.empty()) text += ' ';
    text += node.folder ? name : '(' + name + ')';
  }
  return text;
}

Tree tree_of(const std::vector<std::string>& names) {
  Tree tree;
  std::int64_t id = 0;
  for (const auto& name : names) tree.create(name, FolderId(++id), SpecialUse::none);
  return tree;
}

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tree)

BOOST_AUTO_TEST_CASE(names_are_checked) {
  const std::pair<std::string, std::string> good[] = {
      {"INBOX", "INBOX"},
      {"inbox", "INBOX"},
      {"InBox/Sub", "INBOX/Sub"},
      {"sub/inbox", "sub/inbox"},
      {"Inboxes", "Inboxes"},
      {"Entw\xc3\xbcrfe", "Entw\xc3\xbcrfe"},
      {"\xf0\x9f\x93\xa8 mail", "\xf0\x9f\x93\xa8 mail"},
      {"%*&#", "%*&#"}};
  for (const auto& [name, checked] : good)
    BOOST_TEST(storage::checked_folder_name(name) == checked);
  const std::string deep = [] {
    std::string name = "a";
    for (int n = 0; n < 50; ++n) name += "/a";
    return name;
  }();
  const std::string bad[] = {"",
                             "/",
                             "a/",
                             "/a",
                             "a//b",
                             "a\nb",
                             "a\x7f",
                             "a\xc2\x85",
                             "\xff",
                             "\xc3",
                             "\xc0\x80",
                             "\xed\xa0\x80",
                             "\xf4\x90\x80\x80",
                             "\xe2\x80\xa8",
                             std::string("a\0b", 3),
                             std::string(1001, 'a'),
                             deep};
  for (const auto& name : bad)
    BOOST_CHECK_EXCEPTION(storage::checked_folder_name(name), Error, is(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(parents_are_made_without_messages) {
  auto tree = tree_of({"INBOX", "a/b/c"});
  BOOST_TEST(shown(tree) == "INBOX (a) (a/b) a/b/c");
  tree.create("a", FolderId(9), SpecialUse::none);
  BOOST_TEST(shown(tree) == "INBOX a (a/b) a/b/c");
  BOOST_TEST(tree.has_children("a"));
  BOOST_TEST(!tree.has_children("a/b/c"));
  BOOST_CHECK_EXCEPTION(tree.folder("a/b"), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(tree.folder("z"), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(a_name_is_created_once) {
  auto tree = tree_of({"INBOX", "a"});
  BOOST_CHECK_EXCEPTION(tree.create("a", FolderId(5), SpecialUse::none), Error, is(Fault::exists));
  BOOST_CHECK_EXCEPTION(tree.create("inbox", FolderId(5), SpecialUse::none), Error,
                        is(Fault::exists));
  tree.create("A", FolderId(5), SpecialUse::none);  // only INBOX has no case
}

BOOST_AUTO_TEST_CASE(a_special_use_is_on_one_folder) {
  auto tree = tree_of({"INBOX"});
  tree.create("Sent", FolderId(2), SpecialUse::sent);
  BOOST_CHECK_EXCEPTION(tree.create("Sent 2", FolderId(3), SpecialUse::sent), Error,
                        is(Fault::exists));
  tree.rename("Sent", "Gone out");
  BOOST_CHECK(tree.find("Gone out")->use == SpecialUse::sent);
  tree.remove("Gone out");
  tree.create("Sent", FolderId(3), SpecialUse::sent);
}

BOOST_AUTO_TEST_CASE(removing_follows_the_rfc) {
  struct Row {
    std::vector<std::string> before;
    std::string remove, after;
  };
  const Row rows[] = {
      {{"INBOX", "a"}, "a", "INBOX"},
      {{"INBOX", "a", "a/b"}, "a", "INBOX (a) a/b"},  // RFC 3501 6.3.4
      {{"INBOX", "a/b"}, "a/b", "INBOX"},
      {{"INBOX", "a", "a/b"}, "a/b", "INBOX a"},
      {{"INBOX", "a/b/c", "a/d"}, "a/b/c", "INBOX (a) a/d"},
      {{"INBOX", "INBOX/x"}, "inbox/x", "INBOX"},
  };
  for (const auto& row : rows) {
    auto tree = tree_of(row.before);
    const auto folder = tree.folder(row.remove);
    BOOST_CHECK(tree.remove(row.remove) == folder);
    BOOST_TEST(shown(tree) == row.after);
  }
}

BOOST_AUTO_TEST_CASE(some_things_cannot_be_removed) {
  auto tree = tree_of({"INBOX", "a/b"});
  BOOST_CHECK_EXCEPTION(tree.remove("inbox"), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(tree.remove("a"), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(tree.remove("b"), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(renaming_takes_children_along) {
  struct Row {
    std::vector<std::string> before;
    std::string from, to, after;
  };
  const Row rows[] = {
      {{"INBOX", "a"}, "a", "b", "INBOX b"},
      {{"INBOX", "a", "a/x", "a/x/y"}, "a", "b", "INBOX b b/x b/x/y"},
      {{"INBOX", "a", "a b", "a/x", "ab"}, "a", "z", "INBOX a b ab z z/x"},
      {{"INBOX", "a"}, "a", "p/q/r", "INBOX (p) (p/q) p/q/r"},
      {{"INBOX", "p/a"}, "p/a", "a", "INBOX a"},
      {{"INBOX", "p/a/b"}, "p", "q", "INBOX (q) (q/a) q/a/b"},
      {{"INBOX", "a/b", "a/c"}, "a/b", "a/d", "INBOX (a) a/c a/d"},
      {{"INBOX", "a"}, "a", "inbox/a", "INBOX INBOX/a"},
  };
  for (const auto& row : rows) {
    auto tree = tree_of(row.before);
    tree.rename(row.from, row.to);
    BOOST_TEST(shown(tree) == row.after);
  }
}

BOOST_AUTO_TEST_CASE(some_renames_are_refused) {
  const auto tree = tree_of({"INBOX", "a", "a/b", "c"});
  struct Row {
    std::string from, to;
    Fault fault;
  };
  const Row rows[] = {{"a", "a/b/c", Fault::invalid}, {"a", "c", Fault::exists},
                      {"a", "a", Fault::exists},      {"z", "y", Fault::not_found},
                      {"INBOX", "y", Fault::invalid}, {"a", "inbox", Fault::exists},
                      {"a", "x//y", Fault::invalid}};
  for (const auto& row : rows) {
    auto copy = tree;
    BOOST_CHECK_EXCEPTION(copy.rename(row.from, row.to), Error, is(row.fault));
  }
}

BOOST_AUTO_TEST_CASE(a_rename_must_leave_children_legal_names) {
  auto tree = tree_of({"INBOX", "a", "a/" + std::string(900, 'x')});
  BOOST_CHECK_EXCEPTION(tree.rename("a", std::string(200, 'y')), Error, is(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(subscriptions_outlive_their_folders) {
  auto tree = tree_of({"INBOX", "a"});
  tree.subscribe("a");
  tree.subscribe("never there");
  tree.subscribe("inbox");
  tree.remove("a");
  BOOST_TEST(tree.subscribed() == (std::set<std::string>{"INBOX", "a", "never there"}),
             per_element);
  tree.unsubscribe("a");
  tree.unsubscribe("Inbox");
  BOOST_TEST(tree.subscribed() == (std::set<std::string>{"never there"}), per_element);
}

BOOST_AUTO_TEST_CASE(keywords_are_found_without_case_up_to_the_limit) {
  Tree tree;
  BOOST_TEST(tree.add_keyword("$Forwarded") == 0u);
  BOOST_TEST(tree.add_keyword("$forwarded") == 0u);
  BOOST_TEST(tree.keywords().at(0) == "$Forwarded");
  for (std::size_t n = 1; n < storage::keyword_limit; ++n)
    tree.add_keyword("k" + std::to_string(n));
  BOOST_TEST(tree.add_keyword("K127") == 127u);
  BOOST_CHECK_EXCEPTION(tree.add_keyword("one more"), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(tree.add_keyword("one_more"), Error, is(Fault::limit));
  for (const auto* name : {"", "a b", "a\x7f", "\xc3\xbc"})
    BOOST_CHECK_EXCEPTION(Tree().add_keyword(name), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(Tree().add_keyword(std::string(256, 'k')), Error, is(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(uid_validity_rises_for_ever) {
  Tree tree;
  BOOST_TEST(tree.next_uid_validity(1000) == 1000u);
  BOOST_TEST(tree.next_uid_validity(1000) == 1001u);
  BOOST_TEST(tree.next_uid_validity(5) == 1002u);
  auto again = Tree::decoded(tree.encoded());
  BOOST_TEST(again.next_uid_validity(5) == 1003u);
  BOOST_TEST(again.next_uid_validity(UINT32_MAX) == UINT32_MAX);
  BOOST_CHECK_EXCEPTION(again.next_uid_validity(1), Error, is(Fault::limit));
}

BOOST_AUTO_TEST_CASE(there_is_a_limit_to_folders) {
  Tree tree;
  for (std::size_t n = 0; n < storage::folder_limit; ++n)
    tree.create("f" + std::to_string(n), FolderId(1), SpecialUse::none);
  BOOST_CHECK_EXCEPTION(tree.create("g", FolderId(1), SpecialUse::none), Error, is(Fault::limit));
}

BOOST_AUTO_TEST_CASE(its_stored_form_comes_back) {
  auto tree = tree_of({"INBOX", "a/b", "Entw\xc3\xbcrfe"});
  tree.create("Trash", FolderId(1), SpecialUse::trash);
  tree.subscribe("x");
  tree.add_keyword("$Junk");
  const auto bytes = tree.encoded();
  const auto again = Tree::decoded(bytes);
  BOOST_TEST(shown(again) == shown(tree));
  BOOST_TEST(again.subscribed() == tree.subscribed(), per_element);
  BOOST_TEST(again.keywords() == tree.keywords(), per_element);
  BOOST_CHECK(again.find("Trash")->use == SpecialUse::trash);
  BOOST_CHECK(again.encoded() == bytes);
}

BOOST_AUTO_TEST_CASE(a_cut_stored_form_is_corrupt) {
  auto tree = tree_of({"INBOX", "a/b"});
  tree.subscribe("x");
  tree.add_keyword("$Junk");
  const auto bytes = tree.encoded();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_CHECK_EXCEPTION(Tree::decoded(ByteView(bytes).first(size)), Error, is(Fault::corrupt));
  auto longer = bytes;
  longer.push_back(0);
  BOOST_CHECK_EXCEPTION(Tree::decoded(longer), Error, is(Fault::corrupt));
  auto newer = bytes;
  newer[0] = 2;
  BOOST_CHECK_EXCEPTION(Tree::decoded(newer), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
