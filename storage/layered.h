#pragma once
// Values as the writer sees them: what this operation changed, over what its batch changed, over
// what is committed. A failed operation takes its layer with it, a failed commit takes all.

#include <unordered_map>
#include <utility>

namespace storage {

// One thread. References stay valid until the next keep, drop, commit or abandon.
template <class Key, class Value>
class Layered {
 public:
  using Map = std::unordered_map<Key, Value>;

  const Value* find(const Key& key) const {
    for (const auto* layer : {&operation_, &batch_, &committed_})
      if (const auto found = layer->find(key); found != layer->end()) return &found->second;
    return nullptr;
  }
  // What was read from the database, there being nothing newer here.
  const Value& loaded(const Key& key, Value value) {
    return committed_.insert_or_assign(key, std::move(value)).first->second;
  }
  // To be changed by this operation; `key` must be found.
  Value& edit(const Key& key) {
    if (const auto found = operation_.find(key); found != operation_.end()) return found->second;
    return operation_.emplace(key, *find(key)).first->second;
  }
  void put(const Key& key, Value value) { operation_.insert_or_assign(key, std::move(value)); }

  // Calls each(key) for what is not committed yet; a key may come twice.
  template <class Each>
  void each_uncommitted_key(Each each) const {
    for (const auto& [key, value] : operation_) each(key);
    for (const auto& [key, value] : batch_) each(key);
  }
  const Map& batch() const { return batch_; }
  Map& batch() { return batch_; }

  void keep() { move_over(operation_, batch_); }
  void drop() { operation_.clear(); }
  void commit(std::size_t at_most) {
    if (committed_.size() + batch_.size() > at_most) committed_.clear();
    move_over(batch_, committed_);
  }
  void abandon() {
    operation_.clear();
    batch_.clear();
    committed_.clear();
  }

 private:
  static void move_over(Map& from, Map& to) {
    for (auto& [key, value] : from) to.insert_or_assign(key, std::move(value));
    from.clear();
  }

  Map operation_, batch_, committed_;
};

}  // namespace storage
