#include "server/lab/prediction.h"

#include <algorithm>

namespace server::lab {

namespace {

using Key = std::pair<std::int64_t, std::int64_t>;  // DEP and version, mailbox and epoch
using Ways = std::map<Key, std::set<Way>>;

constexpr std::string_view copy = "copy";

constexpr std::string_view elsewhere = ", as wrapped in the ";

std::string step(std::string text, const Source& source) {
  return source.name == copy ? text : text + std::string(elsewhere) + source.name;
}

auto length(const Way& way) {
  const auto detours = std::ranges::count_if(
      way.steps, [](const std::string& each) { return each.find(elsewhere) != each.npos; });
  return std::pair(way.assets.size(), detours);
}

bool is_shorter(const Way& other, const Way& one) {
  return other.steps.front() == one.steps.front() && length(other) < length(one) &&
         std::ranges::includes(one.assets, other.assets);
}

Way way(const std::string& asset, const Source& source, const std::string& held) {
  Way way{{asset}, {asset + ": " + held}};
  if (source.name != copy) way.assets.insert(source.name);
  return way;
}

class Rules {
 public:
  Rules(std::span<const Source> all, const std::set<std::string>& assets, const Holdings& holdings,
        const Inventory& inventory)
      : assets_(assets), holdings_(holdings), inventory_(inventory) {
    for (const auto& source : all)
      if (source.name == copy || assets.contains(source.name)) sources_.push_back(source);
    for (const auto& source : sources_) add_dep_keys(source);
    for (const auto& source : sources_) add_mailbox_keys(source);
  }

  Prediction prediction() const {
    Prediction found;
    for (const auto& source : sources_)
      for (const auto& mailbox : source.clear->mailboxes)
        if (mailbox_keys_.contains({mailbox.id, mailbox.tree_epoch}))
          found.mailboxes.push_back(readable(source, mailbox));
    if (has_directory_key()) found.directory = sources_.front().clear->sealed_rows;
    return found;
  }

 private:
  void add_dep_keys(const Source& source) {
    for (const auto& wrap : source.clear->wraps)
      for (const auto& asset : assets_)
        if (const auto opener = holdings_.opener(asset, source.name, wrap)) {
          auto one = way(asset, source, *opener);
          one.steps.push_back(
              step("DEP " + std::to_string(wrap.dep) + ", version " + std::to_string(wrap.version),
                   source));
          dep_keys_[{wrap.dep, wrap.version}].insert(std::move(one));
        }
    for (const auto& mailbox : source.clear->mailboxes)
      for (const auto& asset : assets_)
        if (holdings_.holds_dep_key(asset, source.name, mailbox.dep, mailbox.version))
          dep_keys_[{mailbox.dep, mailbox.version}].insert(
              way(asset, source,
                  "key of DEP " + std::to_string(mailbox.dep) + ", version " +
                      std::to_string(mailbox.version)));
  }

  void add_mailbox_keys(const Source& source) {
    for (const auto& mailbox : source.clear->mailboxes) {
      const auto by = dep_keys_.find({mailbox.dep, mailbox.version});
      for (const auto epoch : mailbox.epochs) {
        if (by == dep_keys_.end()) break;
        for (auto one : by->second) {
          if (source.name != copy) one.assets.insert(source.name);
          one.steps.push_back(step("mailbox key of epoch " + std::to_string(epoch), source));
          mailbox_keys_[{mailbox.id, epoch}].insert(std::move(one));
        }
      }
      for (const auto& asset : assets_)
        if (holdings_.holds_mailbox_key(asset, source.name, mailbox.id, mailbox.tree_epoch))
          mailbox_keys_[{mailbox.id, mailbox.tree_epoch}].insert(
              way(asset, source, "mailbox key of epoch " + std::to_string(mailbox.tree_epoch)));
    }
  }

  ReadableMailbox readable(const Source& source, const StoredMailbox& mailbox) const {
    std::set<std::int64_t> open;
    const auto* now = source.name == copy ? nullptr : sources_.front().clear->mailbox(mailbox.id);
    for (const auto& [id, epoch] : mailbox.message)
      if (!(now && now->message.contains(id)) && mailbox_keys_.contains({mailbox.id, epoch}))
        open.insert(id);
    Amount counted;
    counted.messages = static_cast<std::int64_t>(open.size());
    counted.arrivals = mailbox.arrivals;
    counted.spooled = mailbox.spooled;
    return {source.name, mailbox.id, shortest({mailbox.id, mailbox.tree_epoch}),
            inventory_.amount(source.name, mailbox.id, open, std::move(counted))};
  }

  // Without ways that begin as another does and want more, or only go through more of a backup.
  std::set<Way> shortest(const Key& key) const {
    const auto& all = mailbox_keys_.at(key);
    std::set<Way> found;
    for (const auto& one : all)
      if (std::ranges::none_of(all, [&](const Way& other) { return is_shorter(other, one); }))
        found.insert(one);
    return found;
  }

  bool has_directory_key() const {
    return std::ranges::any_of(sources_, [&](const Source& source) {
      return std::ranges::any_of(assets_, [&](const std::string& asset) {
        return holdings_.holds_directory_key(asset, source.name);
      });
    });
  }

  const std::set<std::string>& assets_;
  const Holdings& holdings_;
  const Inventory& inventory_;
  std::vector<Source> sources_;
  Ways dep_keys_, mailbox_keys_;
};

}  // namespace

Prediction predict(std::span<const Source> sources, const std::set<std::string>& assets,
                   const Holdings& holdings, const Inventory& inventory) {
  return Rules(sources, assets, holdings, inventory).prediction();
}

}  // namespace server::lab
