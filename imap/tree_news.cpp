#include "imap/tree_news.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace imap {
namespace {

using storage::Tree;

std::string parent_of(const std::string& name) {
  const auto end = name.rfind(storage::hierarchy_separator);
  return end == name.npos ? std::string() : name.substr(0, end);
}

std::map<FolderId, std::string> names_of(const Tree& tree) {
  std::map<FolderId, std::string> names;
  for (const auto& [name, node] : tree.nodes())
    if (node.folder) names.emplace(*node.folder, name);
  return names;
}

bool same_end(const std::string& a, const std::string& b) {
  return a.substr(parent_of(a).size()) == b.substr(parent_of(b).size());
}

class Comparison {
 public:
  Comparison(const Tree& before, const Tree& after) : before_(before), after_(after) {}

  TreeNews news() {
    find_renames();
    for (const auto& [name, node] : after_.nodes()) {
      const auto* old = before_.find(name);
      const bool is_other = old == nullptr || old->folder != node.folder;
      if (is_other && !is_explained(name, new_to_old_, before_)) touch(name);
    }
    for (const auto& [name, node] : before_.nodes())
      if (after_.find(name) == nullptr && !is_explained(name, old_to_new_, after_)) touch(name);

    TreeNews news;
    for (const auto& name : touched_)
      if (!new_to_old_.contains(name)) news.names.push_back({name});
    for (const auto& [name, old] : new_to_old_) news.names.push_back({name, old});
    std::ranges::set_symmetric_difference(before_.subscribed(), after_.subscribed(),
                                          std::back_inserter(news.subscriptions));
    return news;
  }

 private:
  using Names = std::map<std::string, std::string>;

  void find_renames() {
    const auto after = names_of(after_);
    for (const auto& [folder, name] : names_of(before_)) {
      const auto found = after.find(folder);
      if (found == after.end() || found->second == name) continue;
      auto [old_name, new_name] = top_of(name, found->second);
      old_to_new_.emplace(old_name, new_name);
      new_to_old_.emplace(std::move(new_name), std::move(old_name));
    }
  }

  // The highest name that went along: children are renamed with it.
  std::pair<std::string, std::string> top_of(std::string from, std::string to) const {
    while (same_end(from, to)) {
      auto above_from = parent_of(from), above_to = parent_of(to);
      const bool went = !above_from.empty() && !above_to.empty() &&
                        after_.find(above_from) == nullptr && before_.find(above_to) == nullptr;
      if (!went) break;
      from = std::move(above_from);
      to = std::move(above_to);
    }
    return {from, to};
  }

  // It, or a name above it, was renamed, and it was there before and is there after.
  static bool is_explained(const std::string& name, const Names& renames, const Tree& there) {
    for (auto top = name; !top.empty(); top = parent_of(top)) {
      const auto found = renames.find(top);
      if (found != renames.end() && there.find(found->second + name.substr(top.size())) != nullptr)
        return true;
    }
    return false;
  }

  void touch(const std::string& name) {
    touched_.insert(name);
    if (auto parent = parent_of(name); !parent.empty()) touched_.insert(std::move(parent));
  }

  const Tree& before_;
  const Tree& after_;
  Names old_to_new_, new_to_old_;
  std::set<std::string> touched_;
};

}  // namespace

TreeNews news_between(const Tree& before, const Tree& after) {
  return Comparison(before, after).news();
}

}  // namespace imap
