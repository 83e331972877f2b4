#include "imap/list_query.h"

#include <boost/test/unit_test.hpp>

#include "imap/folder_pattern.h"

BOOST_AUTO_TEST_SUITE(list_query)

namespace {

using storage::SpecialUse;

storage::Tree sample() {
  storage::Tree tree;
  std::int64_t next = 100;
  const auto add = [&](const char* name, SpecialUse use = SpecialUse::none) {
    tree.create(name, FolderId(next++), use);
  };
  add("INBOX");
  add("Sent", SpecialUse::sent);
  add("Work/2024/May");
  add("Work/2025");
  add("a b");
  for (const char* name : {"INBOX", "Sent", "Work/2024/May", "Gone/by", "Work"})
    tree.subscribe(name);
  return tree;
}

std::vector<std::string> list(const std::string& arguments) {
  const auto tree = sample();
  imap::Request request("a LIST " + arguments);
  std::vector<std::string> lines;
  for (const auto& entry : imap::listed(imap::read_list(request), tree))
    lines.push_back(entry.line);
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(patterns_match_as_the_rfc_says) {
  struct Row {
    const char *pattern, *name;
    bool matches;
  };
  const Row rows[] = {
      {"*", "a/b/c", true},
      {"%", "a", true},
      {"%", "a/b", false},
      {"a/%", "a/b", true},
      {"a/%", "a/b/c", false},
      {"a*c", "a/b/c", true},
      {"%/%", "a/b", true},
      {"%/%", "a/b/c", false},
      {"inbox", "INBOX", true},
      {"InB%", "INBOX", true},
      {"inbox/x", "INBOX/x", true},
      {"inbox/X", "INBOX/x", false},
      {"sent", "Sent", false},
      {"", "", true},
      {"", "a", false},
      {"**%*", "", true},
      {"*a*a*a*b", "aaaaaaaaaaaa", false},
      {"INBOXY", "INBOX", false},
      {"a", "INBOX", false},
  };
  for (const auto& row : rows)
    BOOST_TEST(imap::matches(row.pattern, row.name) == row.matches,
               row.pattern << " and " << row.name);
}

BOOST_AUTO_TEST_CASE(a_pattern_full_of_wildcards_takes_no_exponential_time) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a%";
  BOOST_TEST(!imap::matches(pattern + "b", std::string(500, 'a')));
}

BOOST_AUTO_TEST_CASE(inbox_comes_first_and_uses_are_in_plain_list) {
  const Lines expected{
      R"(LIST (\HasNoChildren) "/" INBOX)", R"(LIST (\HasNoChildren \Sent) "/" Sent)",
      R"(LIST (\Noselect \HasChildren) "/" Work)", R"(LIST (\HasNoChildren) "/" "a b")"};
  BOOST_TEST(list("\"\" %") == expected);
}

BOOST_AUTO_TEST_CASE(the_reference_is_put_in_front) {
  const Lines expected{R"(LIST (\Noselect \HasChildren) "/" Work/2024)",
                       R"(LIST (\HasNoChildren) "/" Work/2025)"};
  BOOST_TEST(list("Work/ %") == expected);
  BOOST_TEST(list("\"\" work/*").empty());
}

BOOST_AUTO_TEST_CASE(an_empty_pattern_asks_for_the_separator) {
  BOOST_TEST(list("\"\" \"\"") == Lines{R"(LIST (\Noselect) "/" "")"});
}

BOOST_AUTO_TEST_CASE(subscribed_ones_are_selected_also_when_they_are_gone) {
  const Lines expected{R"(LIST (\HasNoChildren \Subscribed) "/" INBOX)",
                       R"(LIST (\Noselect \HasNoChildren \NonExistent \Subscribed) "/" Gone/by)",
                       R"(LIST (\HasNoChildren \Sent \Subscribed) "/" Sent)",
                       R"(LIST (\Noselect \HasChildren \NonExistent \Subscribed) "/" Work)",
                       R"(LIST (\HasNoChildren \Subscribed) "/" Work/2024/May)"};
  BOOST_TEST(list("(SUBSCRIBED) \"\" *") == expected);
}

BOOST_AUTO_TEST_CASE(recursive_match_tells_of_what_is_below) {
  const Lines expected{
      R"(LIST (\Noselect \HasNoChildren \NonExistent) "/" Gone ("CHILDINFO" ("SUBSCRIBED")))",
      R"(LIST (\Noselect \HasChildren \NonExistent \Subscribed) "/" Work ("CHILDINFO" ("SUBSCRIBED")))"};
  const auto lines = list("(RECURSIVEMATCH SUBSCRIBED) \"\" (Gone Work)");
  BOOST_TEST(lines == expected);
}

// RFC 5258 3.5: a level above is told where a name below it is not.
BOOST_AUTO_TEST_CASE(recursive_match_tells_nothing_twice) {
  const Lines below{
      R"(LIST (\Noselect \HasChildren \NonExistent \Subscribed) "/" Work ("CHILDINFO" ("SUBSCRIBED")))",
      R"(LIST (\HasNoChildren \Subscribed) "/" Work/2024/May)"};
  BOOST_TEST(list("(RECURSIVEMATCH SUBSCRIBED) \"\" Work*") == below);
  const Lines above{
      R"(LIST (\Noselect \HasChildren \NonExistent) "/" Work/2024 ("CHILDINFO" ("SUBSCRIBED")))"};
  BOOST_TEST(list("(RECURSIVEMATCH SUBSCRIBED) \"\" Work/%") == above);
  const Lines gone{R"(LIST (\Noselect \HasNoChildren \NonExistent \Subscribed) "/" Gone/by)"};
  BOOST_TEST(list("(RECURSIVEMATCH SUBSCRIBED) \"\" Gone*") == gone);
}

BOOST_AUTO_TEST_CASE(several_patterns_and_special_use_selection) {
  BOOST_TEST(list("\"\" (INBOX Sent)").size() == 2);
  BOOST_TEST(list("(SPECIAL-USE) \"\" *") == Lines{R"(LIST (\HasNoChildren \Sent) "/" Sent)"});
}

BOOST_AUTO_TEST_CASE(return_options_are_read) {
  imap::Request request(
      "a LIST \"\" * RETURN (SPECIAL-USE CHILDREN SUBSCRIBED STATUS (UNSEEN MESSAGES))");
  const auto query = imap::read_list(request);
  BOOST_TEST(query.extended);
  BOOST_TEST(query.return_subscribed);
  BOOST_TEST(query.status.size() == 2);
}

BOOST_AUTO_TEST_CASE(what_list_does_not_know_is_bad) {
  for (const char* arguments :
       {"\"\"", "(RECURSIVEMATCH) \"\" *", "(RECURSIVEMATCH REMOTE) \"\" *",
        "(RECURSIVEMATCH SPECIAL-USE) \"\" *", "(FOO) \"\" *", "\"\" * RETURN",
        "\"\" * RETURN (FOO)", "\"\" * (SUBSCRIBED)", "\"\" * RETURN (STATUS)",
        "\"\" * RETURN (STATUS ())", "\"\" ()", "\"\" * RETURN (STATUS (FOO))"})
    BOOST_CHECK_THROW(list(arguments), imap::BadSyntax);
  BOOST_CHECK_THROW(list("\"\" " + std::string(2000, '*')), imap::BadSyntax);
}

BOOST_AUTO_TEST_CASE(lsub_keeps_gone_folders_and_names_parents_for_percent) {
  const auto tree = sample();
  const Lines all{R"(LSUB () "/" Gone/by)", R"(LSUB (\HasNoChildren) "/" INBOX)",
                  R"(LSUB (\HasNoChildren \Sent) "/" Sent)",
                  R"(LSUB (\Noselect \HasChildren) "/" Work)",
                  R"(LSUB (\HasNoChildren) "/" Work/2024/May)"};
  BOOST_TEST(imap::lsub_lines("*", imap::NameForm::modified_utf7, tree) == all);
  const Lines top{R"(LSUB (\HasNoChildren) "/" INBOX)", R"(LSUB (\HasNoChildren \Sent) "/" Sent)",
                  R"(LSUB (\Noselect \HasChildren) "/" Work)", R"(LSUB (\Noselect) "/" Gone)"};
  BOOST_TEST(imap::lsub_lines("%", imap::NameForm::modified_utf7, tree) == top);
}

BOOST_AUTO_TEST_SUITE_END()
