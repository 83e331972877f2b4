#pragma once
// The forest that THREAD builds (RFC 5256 section 3): messages, and dummies for those that are
// spoken of and not there. Nodes are numbered: the members as given, then the dummies.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "imap/search/thread.h"

namespace imap::search {

class ThreadTree {
 public:
  using Node = std::uint32_t;
  static constexpr Node none = std::numeric_limits<Node>::max();

  explicit ThreadTree(std::vector<Member> members)
      : members_(std::move(members)), children_(members_.size()) {}

  Node size() const { return static_cast<Node>(children_.size()); }
  bool is_dummy(Node node) const { return node >= members_.size(); }
  const Member& member(Node node) const { return members_[node]; }  // of one that is no dummy
  const std::vector<Node>& roots() const { return roots_; }
  const std::vector<Node>& children(Node node) const { return children_[node]; }

  Node add_dummy();
  void add_root(Node node) { roots_.push_back(node); }
  void add_child(Node parent, Node child) { children_[parent].push_back(child); }

  // Step 3: dummies go; their children take their place, but at the top only where that is one.
  void prune();
  // Siblings by date, then number; latest_arrival: by that of the newest in a whole thread.
  enum class Order : std::uint8_t { sent, latest_arrival };
  void sort(Order);        // at every level
  void sort_roots(Order);  // the top alone
  // Step 5: threads with one subject become one.
  void merge_subjects();

  std::string text() const;

 private:
  struct Rank;
  std::vector<Node> from_top() const;  // every node of the forest, parents first
  const Member& head(Node) const;      // the member itself, or a dummy's first child
  UnixTime latest_arrival(Node) const;
  void sort_siblings(std::vector<Node>&, Order) const;
  void merge(Node& in_table, Node current);
  void add_number(std::string&, Node) const;

  std::vector<Member> members_;
  std::vector<Node> roots_;
  std::vector<std::vector<Node>> children_;
};

// Steps 1 to 3 of REFERENCES.
ThreadTree linked_by_references(std::vector<Member>);

}  // namespace imap::search
