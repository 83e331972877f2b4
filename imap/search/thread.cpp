#include "imap/search/thread.h"

#include <algorithm>
#include <tuple>

#include "imap/search/thread_tree.h"

namespace imap::search {
namespace {

// ORDEREDSUBJECT: the first message of a subject, and all others below it.
ThreadTree by_subject(std::vector<Member> members) {
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return std::tie(a.base_subject, a.sent, a.number) < std::tie(b.base_subject, b.sent, b.number);
  });
  ThreadTree tree(std::move(members));
  ThreadTree::Node first = ThreadTree::none;
  for (ThreadTree::Node node = 0; node < tree.size(); ++node) {
    const bool joins = first != ThreadTree::none &&
                       tree.member(node).base_subject == tree.member(first).base_subject;
    if (joins)
      tree.add_child(first, node);
    else
      tree.add_root(first = node);
  }
  tree.sort_roots(ThreadTree::Order::sent);
  return tree;
}

ThreadTree by_references(std::vector<Member> members, Threading threading) {
  auto tree = linked_by_references(std::move(members));
  tree.sort(ThreadTree::Order::sent);
  if (threading == Threading::refs) {
    tree.sort_roots(ThreadTree::Order::latest_arrival);
    return tree;
  }
  tree.merge_subjects();
  tree.sort(ThreadTree::Order::sent);
  return tree;
}

}  // namespace

std::string threads(std::vector<Member> members, Threading threading) {
  if (threading == Threading::ordered_subject) return by_subject(std::move(members)).text();
  return by_references(std::move(members), threading).text();
}

}  // namespace imap::search
