// Steps 1 to 3 of REFERENCES (RFC 5256 section 3).

#include <string_view>
#include <unordered_map>

#include "base/seeded_hash.h"
#include "imap/search/thread_tree.h"

namespace imap::search {
namespace {

using Node = ThreadTree::Node;
constexpr auto none = ThreadTree::none;

class Linker {
 public:
  explicit Linker(std::vector<Member> members) : tree_(std::move(members)) {
    links_.resize(tree_.size());
    by_id_.reserve(tree_.size());
    for (Node node = 0; node < tree_.size(); ++node) {
      // Of messages with one id, the first has it.
      if (!tree_.member(node).id.empty()) by_id_.try_emplace(tree_.member(node).id, node);
    }
  }

  ThreadTree forest() {
    const auto members = tree_.size();
    for (Node node = 0; node < members; ++node) link_references(node);
    break_loops();
    for (Node node = 0; node < tree_.size(); ++node) {
      if (links_[node].parent == none)
        tree_.add_root(node);
      else
        tree_.add_child(links_[node].parent, node);
    }
    tree_.prune();
    return std::move(tree_);
  }

 private:
  struct Link {
    Node parent = none;
    std::uint64_t made = 0;  // a count: which link is the younger
  };

  Node node_of(std::string_view id) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) return found->second;
    const auto dummy = tree_.add_dummy();
    links_.emplace_back();
    by_id_.emplace(id, dummy);
    return dummy;
  }

  void link(Node child, Node parent) {
    if (child != parent) links_[child] = {parent, ++count_};
  }

  void link_references(Node node) {
    auto parent = none;
    for (auto rest = tree_.member(node).references; !rest.empty();) {
      const auto end = rest.find('\n');
      const auto next = node_of(rest.substr(0, end));
      if (parent != none && links_[next].parent == none) link(next, parent);
      parent = next;
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    links_[node] = {};
    if (parent != none) link(node, parent);
  }

  // Where links lead in a circle, the youngest of it is the one that was not to be made.
  void break_loops() {
    std::vector<std::uint32_t> visit(links_.size(), 0);
    std::uint32_t walk = 0;
    for (Node start = 0; start < links_.size(); ++start) {
      ++walk;
      auto node = start;
      while (node != none && visit[node] == 0) {
        visit[node] = walk;
        node = links_[node].parent;
      }
      if (node != none && visit[node] == walk) break_loop(node);
    }
  }

  void break_loop(Node in_loop) {
    auto youngest = in_loop;
    for (auto node = links_[in_loop].parent; node != in_loop; node = links_[node].parent) {
      if (links_[node].made > links_[youngest].made) youngest = node;
    }
    links_[youngest] = {};
  }

  ThreadTree tree_;
  std::vector<Link> links_;
  std::unordered_map<std::string_view, Node, SeededHash> by_id_;
  std::uint64_t count_ = 0;
};

}  // namespace

ThreadTree linked_by_references(std::vector<Member> members) {
  return Linker(std::move(members)).forest();
}

}  // namespace imap::search
