#include "server/connections.h"

namespace server {
namespace {

// One less; an entry that counts nothing goes.
template <class Key>
void lower(std::map<Key, unsigned>& counts, const Key& key) {
  const auto at = counts.find(key);
  if (at != counts.end() && --at->second == 0) counts.erase(at);
}

}  // namespace

Connections::Place::~Place() {
  if (owner_) owner_->give_back(number_, address_);
}

std::optional<Connections::Place> Connections::admit(const std::string& address, From from,
                                                     std::function<void()> stop) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || stops_.size() >= limits_.total) return {};
  const auto counted = from == From::elsewhere ? address : std::string();
  if (!counted.empty()) {
    auto& count = by_address_[counted];
    if (count >= limits_.per_address) return {};
    ++count;
  }
  stops_.emplace(++last_number_, std::move(stop));
  return std::make_optional<Place>(*this, last_number_, counted);
}

void Connections::give_back(std::uint64_t number, const std::string& address) {
  const std::lock_guard lock(mutex_);
  stops_.erase(number);
  if (!address.empty()) lower(by_address_, address);
  if (stops_.empty()) none_.notify_all();
}

bool Connections::enter(AccountId account) {
  const std::lock_guard lock(mutex_);
  auto& count = by_user_[account];
  if (count >= limits_.per_user) return false;
  ++count;
  return true;
}

void Connections::leave(AccountId account) {
  const std::lock_guard lock(mutex_);
  lower(by_user_, account);
}

void Connections::stop_all() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (auto& [number, stop] : stops_) stop();
}

bool Connections::wait_until_none(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return stops_.empty(); });
}

std::size_t Connections::count() const {
  const std::lock_guard lock(mutex_);
  return stops_.size();
}

}  // namespace server
