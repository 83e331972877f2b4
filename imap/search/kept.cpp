#include "imap/search/kept.h"

#include <algorithm>

namespace imap::search {
namespace {

using Step = Kept::Step;

// Goes on in the last step when the place is the next one to it.
void append(std::vector<Step>& steps, std::size_t position, std::size_t expected, Uid uid) {
  if (steps.empty() || position != expected) steps.push_back({position, {}});
  steps.back().uids.push_back(uid);
}

std::vector<Step> anywhere(std::vector<Uid> uids) {
  if (uids.empty()) return {};
  std::ranges::sort(uids);
  return {{0, std::move(uids)}};
}

}  // namespace

Kept::Kept(std::vector<Sortable> in_order, std::vector<Criterion> criteria)
    : criteria_(std::move(criteria)) {
  for (auto& message : in_order) {
    order_.push_back(message.hit.uid);
    if (!criteria_.empty()) keys_.emplace(message.hit.uid, std::move(message));
  }
}

bool Kept::holds(Uid uid) const {
  return criteria_.empty() ? std::ranges::binary_search(order_, uid) : keys_.contains(uid);
}

std::uint8_t Kept::score(Uid uid) const { return keys_.at(uid).hit.score; }

bool Kept::before(Uid a, Uid b) const { return comes_before(keys_.at(a), keys_.at(b), criteria_); }

std::vector<Step> Kept::remove(const std::vector<Uid>& uids) {
  std::vector<Uid> held;
  for (const auto uid : uids)
    if (holds(uid)) held.push_back(uid);
  if (!criteria_.empty()) return remove_sorted(std::move(held));
  std::ranges::sort(held);
  std::erase_if(order_, [&](Uid uid) { return std::ranges::binary_search(held, uid); });
  return anywhere(std::move(held));
}

std::vector<Step> Kept::remove_sorted(std::vector<Uid> uids) {
  const auto less = [this](Uid a, Uid b) { return before(a, b); };
  std::ranges::sort(uids, less);
  std::vector<Step> steps;
  std::size_t last = 0;
  for (std::size_t i = 0; i < uids.size(); ++i) {
    const auto found = std::ranges::lower_bound(order_, uids[i], less);
    // Those that went before have moved it up.
    const auto position = static_cast<std::size_t>(found - order_.begin()) + 1 - i;
    append(steps, position, last, uids[i]);
    last = position;
  }
  std::ranges::sort(uids);
  std::erase_if(order_, [&](Uid uid) { return std::ranges::binary_search(uids, uid); });
  for (const auto uid : uids) keys_.erase(uid);
  return steps;
}

std::vector<Step> Kept::add(std::vector<Sortable> messages) {
  std::erase_if(messages, [this](const Sortable& message) { return holds(message.hit.uid); });
  if (!criteria_.empty()) return add_sorted(std::move(messages));
  std::vector<Uid> uids;
  for (const auto& message : messages) uids.push_back(message.hit.uid);
  order_.insert(order_.end(), uids.begin(), uids.end());
  std::ranges::sort(order_);
  return anywhere(std::move(uids));
}

std::vector<Step> Kept::add_sorted(std::vector<Sortable> messages) {
  put_in_order(messages, criteria_);
  std::vector<Uid> added;
  for (auto& message : messages) {
    added.push_back(message.hit.uid);
    keys_.emplace(message.hit.uid, std::move(message));
  }
  const auto less = [this](Uid a, Uid b) { return before(a, b); };
  std::vector<Uid> merged;
  std::ranges::merge(order_, added, std::back_inserter(merged), less);
  order_ = std::move(merged);
  std::vector<Step> steps;
  std::size_t last = 0;
  for (const auto uid : added) {
    const auto found = std::ranges::lower_bound(order_, uid, less);
    const auto position = static_cast<std::size_t>(found - order_.begin()) + 1;
    append(steps, position, last + 1, uid);
    last = position;
  }
  return steps;
}

}  // namespace imap::search
