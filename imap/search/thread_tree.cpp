#include "imap/search/thread_tree.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <unordered_map>

#include "base/seeded_hash.h"

namespace imap::search {

using Node = ThreadTree::Node;

Node ThreadTree::add_dummy() {
  children_.emplace_back();
  return size() - 1;
}

std::vector<Node> ThreadTree::from_top() const {
  auto nodes = roots_;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    nodes.insert(nodes.end(), children_[nodes[i]].begin(), children_[nodes[i]].end());
  return nodes;
}

void ThreadTree::prune() {
  const auto nodes = from_top();
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    std::vector<Node> kept;
    for (const auto child : children_[*node]) {
      auto& below = children_[child];
      if (!is_dummy(child))
        kept.push_back(child);
      else if (kept.empty())
        kept = std::exchange(below, {});
      else
        kept.insert(kept.end(), below.begin(), below.end());
    }
    children_[*node] = std::move(kept);
  }
  std::erase_if(roots_, [&](Node root) { return is_dummy(root) && children_[root].empty(); });
  for (auto& root : roots_) {
    if (is_dummy(root) && children_[root].size() == 1) root = children_[root].front();
  }
}

// ---- order

struct ThreadTree::Rank {
  UnixTime time;
  std::uint32_t number;
  Node node;
  auto key() const { return std::tie(time, number); }
};

// Only the top has dummies once the forest is pruned, and their children are members.
const Member& ThreadTree::head(Node node) const {
  return is_dummy(node) ? members_[children_[node].front()] : members_[node];
}

UnixTime ThreadTree::latest_arrival(Node root) const {
  auto latest = head(root).arrived;
  std::vector<Node> open{root};
  while (!open.empty()) {
    const auto node = open.back();
    open.pop_back();
    if (!is_dummy(node)) latest = std::max(latest, members_[node].arrived);
    open.insert(open.end(), children_[node].begin(), children_[node].end());
  }
  return latest;
}

void ThreadTree::sort_siblings(std::vector<Node>& nodes, Order order) const {
  if (nodes.size() < 2) return;
  std::vector<Rank> ranks;
  ranks.reserve(nodes.size());
  for (const auto node : nodes) {
    const auto time = order == Order::sent ? head(node).sent : latest_arrival(node);
    ranks.push_back({time, head(node).number, node});
  }
  std::sort(ranks.begin(), ranks.end(),
            [](const Rank& a, const Rank& b) { return a.key() < b.key(); });
  std::transform(ranks.begin(), ranks.end(), nodes.begin(), [](const Rank& r) { return r.node; });
}

void ThreadTree::sort(Order order) {
  for (auto& siblings : children_) sort_siblings(siblings, order);
  sort_roots(order);
}

void ThreadTree::sort_roots(Order order) { sort_siblings(roots_, order); }

// ---- subjects

void ThreadTree::merge_subjects() {
  std::unordered_map<std::string_view, Node, SeededHash> table;
  table.reserve(roots_.size());
  for (const auto root : roots_) {
    const auto subject = head(root).base_subject;
    if (subject.empty()) continue;
    const auto [place, is_new] = table.try_emplace(subject, root);
    const auto there = place->second;
    if (is_new || is_dummy(there)) continue;
    if (is_dummy(root) || (member(there).is_reply && !member(root).is_reply)) place->second = root;
  }
  const auto before = std::exchange(roots_, {});
  for (const auto root : before) {
    const auto found = table.find(head(root).base_subject);
    if (found != table.end() && found->second != root) merge(found->second, root);
  }
  // What is left at the top: threads without a subject, and one for each subject.
  for (const auto root : before) {
    if (is_dummy(root) && children_[root].empty()) continue;
    if (head(root).base_subject.empty()) roots_.push_back(root);
  }
  for (const auto& [subject, root] : table) roots_.push_back(root);
}

void ThreadTree::merge(Node& in_table, Node current) {
  if (is_dummy(in_table) && is_dummy(current)) {
    auto moved = std::exchange(children_[current], {});
    auto& to = children_[in_table];
    to.insert(to.end(), moved.begin(), moved.end());
    return;
  }
  const bool joins = is_dummy(in_table) ||
                     (!is_dummy(current) && member(current).is_reply && !member(in_table).is_reply);
  if (joins) return add_child(in_table, current);
  const auto dummy = add_dummy();
  add_child(dummy, in_table);
  add_child(dummy, current);
  in_table = dummy;
}

// ---- in words

void ThreadTree::add_number(std::string& out, Node node) const {
  char digits[std::numeric_limits<std::uint32_t>::digits10 + 1];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), member(node).number).ptr;
  out.append(digits, end);
}

std::string ThreadTree::text() const {
  constexpr Node close = none;
  std::string out;
  std::vector<Node> open(roots_.rbegin(), roots_.rend());
  while (!open.empty()) {
    auto node = open.back();
    open.pop_back();
    if (node == close) {
      out += ')';
      continue;
    }
    out += '(';
    if (!is_dummy(node)) add_number(out, node);
    while (children_[node].size() == 1) {
      node = children_[node].front();
      add_number(out += ' ', node);
    }
    open.push_back(close);
    const auto& below = children_[node];
    if (!below.empty() && out.back() != '(') out += ' ';
    open.insert(open.end(), below.rbegin(), below.rend());
  }
  return out;
}

}  // namespace imap::search
