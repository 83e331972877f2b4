// THREAD's three algorithms (RFC 5256 section 3).

#include "imap/search/thread.h"

#include <boost/test/unit_test.hpp>

#include "imap/search/text_store.h"

namespace {

using imap::search::Member;
using imap::search::Threading;

// Members do not hold their texts.
std::string_view kept(std::string_view text) {
  static imap::search::TextStore texts;
  return texts.keep(text);
}

// Sent and arrived in the order of their numbers, unless said.
Member mail(std::uint32_t number, std::string_view id, std::string_view references = "",
            std::string_view subject = "") {
  return {.number = number,
          .sent = number,
          .arrived = number,
          .id = kept(id),
          .references = kept(references),
          .base_subject = kept(subject)};
}

Member reply(std::uint32_t number, std::string_view id, std::string_view subject) {
  auto result = mail(number, id, "", subject);
  result.is_reply = true;
  return result;
}

std::string by_references(std::vector<Member> members) {
  return imap::search::threads(std::move(members), Threading::references);
}

std::string by_refs(std::vector<Member> members) {
  return imap::search::threads(std::move(members), Threading::refs);
}

std::string by_subject(std::vector<Member> members) {
  return imap::search::threads(std::move(members), Threading::ordered_subject);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(thread)

BOOST_AUTO_TEST_CASE(nothing_is_no_thread) {
  BOOST_TEST(by_references({}) == "");
  BOOST_TEST(by_subject({}) == "");
}

// The tree that RFC 5256 section 4 draws.
BOOST_AUTO_TEST_CASE(the_tree_of_the_rfc) {
  BOOST_TEST(by_references({mail(2, "b"), mail(3, "c"), mail(4, "d", "c\nf\n"), mail(6, "f", "c\n"),
                            mail(7, "g", "c\nf\ne\n"), mail(23, "w", "d\n"),
                            mail(44, "e", "c\nf\n"), mail(96, "z", "g\n")}) ==
             "(2)(3 6 (4 23)(44 7 96))");
}

BOOST_AUTO_TEST_CASE(a_parent_that_is_not_there_leaves_its_children_together) {
  BOOST_TEST(by_references({mail(3, "c", "lost\n"), mail(5, "e", "lost\n")}) == "((3)(5))");
  BOOST_TEST(by_references({mail(3, "c", "lost\n")}) == "(3)");
  BOOST_TEST(by_references({mail(1, "a"), mail(3, "c", "a\nlost\n"), mail(5, "e", "a\nlost\n")}) ==
             "(1 (3)(5))");
}

BOOST_AUTO_TEST_CASE(the_last_reference_is_the_parent_whatever_others_said) {
  BOOST_TEST(by_references({mail(1, "a"), mail(2, "b"), mail(3, "c", "a\n"),
                            mail(4, "d", "b\nc\n")}) == "(1 3 4)(2)");
  // A message without references has no parent, though another's list gives it one.
  BOOST_TEST(by_references({mail(1, "d", "a\nb\n"), mail(2, "a"), mail(3, "b")}) == "(2)(3 1)");
}

BOOST_AUTO_TEST_CASE(ids_that_come_twice_or_not_at_all_are_messages_of_their_own) {
  BOOST_TEST(by_references({mail(1, "a"), mail(2, "a"), mail(3, ""), mail(4, "x", "a\n")}) ==
             "(1 4)(2)(3)");
}

BOOST_AUTO_TEST_CASE(circles_are_broken) {
  BOOST_TEST(by_references({mail(1, "a", "b\n"), mail(2, "b", "a\n")}) == "(2 1)");
  BOOST_TEST(by_references({mail(1, "a", "a\n")}) == "(1)");
  BOOST_TEST(by_references({mail(1, "a", "c\n"), mail(2, "b", "a\n"), mail(3, "c", "b\n")}) ==
             "(3 1 2)");
}

BOOST_AUTO_TEST_CASE(threads_of_one_subject_are_joined) {
  // A reply joins the message it replies to.
  BOOST_TEST(by_references({mail(1, "a", "", "s"), reply(2, "b", "s")}) == "(1 2)");
  BOOST_TEST(by_references({reply(1, "a", "s"), mail(2, "b", "", "s")}) == "(2 1)");
  // Two that are no replies are siblings.
  BOOST_TEST(by_references({mail(1, "a", "", "s"), mail(2, "b", "", "s"), mail(3, "c", "", "s")}) ==
             "((1)(2)(3))");
  BOOST_TEST(by_references({reply(1, "a", "s"), reply(2, "b", "s")}) == "((1)(2))");
  // Where a parent is missing, they all belong below it.
  BOOST_TEST(
      by_references({mail(1, "a", "x\n", "s"), mail(2, "b", "x\n", "s"), mail(3, "c", "y\n", "s"),
                     mail(4, "d", "y\n", "s"), mail(5, "e", "", "s")}) == "((1)(2)(3)(4)(5))");
  BOOST_TEST(by_references({mail(1, "a"), mail(2, "b")}) == "(1)(2)", "no subject is none");
}

BOOST_AUTO_TEST_CASE(siblings_go_by_date_then_by_number) {
  auto late = mail(1, "a");
  late.sent = 9;
  BOOST_TEST(by_references({late, mail(2, "b"), mail(3, "c")}) == "(2)(3)(1)");
  auto same = mail(7, "h");
  same.sent = 3;
  BOOST_TEST(by_references({mail(3, "c"), same}) == "(3)(7)");
}

BOOST_AUTO_TEST_CASE(refs_joins_no_subjects_and_goes_by_the_latest_arrival) {
  BOOST_TEST(by_refs({mail(1, "a", "", "s"), mail(2, "b", "", "s"), mail(3, "c", "a\n", "s")}) ==
             "(2)(1 3)");
}

BOOST_AUTO_TEST_CASE(ordered_subject_has_no_grandchildren) {
  BOOST_TEST(by_subject({mail(1, "", "", "b"), mail(2, "", "", "a"), mail(3, "", "", "b"),
                         mail(4, "", "", "b"), mail(5, "", "", "a")}) == "(1 (3)(4))(2 5)");
}

BOOST_AUTO_TEST_CASE(a_deep_thread_needs_no_deep_stack) {
  std::vector<Member> members;
  std::string expected = "(1";
  for (std::uint32_t n = 1; n <= 100'000; ++n) {
    members.push_back(mail(n, std::to_string(n), n == 1 ? "" : std::to_string(n - 1) + "\n"));
    if (n > 1) expected += ' ' + std::to_string(n);
  }
  BOOST_TEST((by_references(std::move(members)) == expected + ")"));
}

BOOST_AUTO_TEST_SUITE_END()
