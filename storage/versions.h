#pragma once
// Which sealing of each record is the one to be read: an older one that is put back does not open.
// A record's version is the generation of its mailbox (mailbox_root.h) that sealed it; its parent
// record keeps it: the versions of what changed lately in itself, all others in a list, a record of
// its own, that is written anew when those become too many (crypto/FORMAT.md section 6.7).

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/place.h"
#include "storage/codec.h"

namespace storage {

// Of a block of a folder, by its number there (UID / 64).
struct BlockVersion {
  std::uint32_t version = 0;
  std::uint64_t slots = 0;  // bit n: it has an entry in slot n

  bool exists() const { return slots != 0; }
};

// Of another record of a mailbox.
struct RecordKey {
  crypto::Kind kind;
  std::int64_t row;

  auto operator<=>(const RecordKey&) const = default;
};
struct RecordVersion {
  std::uint32_t version = 0;

  bool exists() const { return version != 0; }
};

// A value, cheap to copy: copies share the list.
template <class Key, class Version>
class Versions {
 public:
  using Pair = std::pair<Key, Version>;
  using List = std::vector<Pair>;  // keys rise

  // One that does not exist where there is none; nothing where only the lost list would say.
  std::optional<Version> find(const Key& key) const {
    if (const auto* found = found_in(recent_, key)) return found->second;
    if (is_lost()) return std::nullopt;
    const auto* found = list_ ? found_in(*list_, key) : nullptr;
    return found ? found->second : Version{};
  }
  void set(const Key& key, const Version& version) {
    const auto at = lower(recent_, key);
    if (at != recent_.end() && at->first == key) {
      at->second = version;
    } else {
      recent_.insert(at, {key, version});
    }
  }
  // All that exist; with a lost list those that are known.
  List all() const {
    List merged;
    if (list_) merged.reserve(list_->size() + recent_.size());
    auto old = list_ ? list_->begin() : recent_.begin();
    const auto old_end = list_ ? list_->end() : recent_.begin();
    for (const auto& pair : recent_) {
      for (; old != old_end && old->first < pair.first; ++old) merged.push_back(*old);
      if (old != old_end && old->first == pair.first) ++old;
      if (pair.second.exists()) merged.push_back(pair);
    }
    merged.insert(merged.end(), old, old_end);
    return merged;
  }

  // ---- the list
  std::uint32_t list_version() const { return list_version_; }  // 0: there is none
  bool is_lost() const { return list_version_ != 0 && !list_; }
  void load(std::shared_ptr<const List> list) { list_ = std::move(list); }
  const std::shared_ptr<const List>& list() const { return list_; }
  bool is_long() const { return recent_.size() > recent_limit && !is_lost(); }
  bool has_list() const { return list_version_ != 0; }
  // All go into the list, which is to be written with this version.
  void move_to_list(std::uint32_t version) {
    list_ = std::make_shared<const List>(all());
    list_version_ = version;
    recent_.clear();
  }

  void encode(Encoder&) const;
  static Versions decoded(Decoder&);  // the list is lost until it is loaded
  static Bytes encoded_list(const List&);
  static List decoded_list(ByteView);  // throws corrupt

 private:
  static constexpr std::size_t recent_limit = 32;

  template <class Pairs>
  static auto lower(Pairs& pairs, const Key& key) {
    return std::lower_bound(pairs.begin(), pairs.end(), key,
                            [](const Pair& pair, const Key& of) { return pair.first < of; });
  }
  static const Pair* found_in(const List& pairs, const Key& key) {
    const auto at = lower(pairs, key);
    return at != pairs.end() && at->first == key ? &*at : nullptr;
  }

  List recent_;
  std::uint32_t list_version_ = 0;
  std::shared_ptr<const List> list_;
};

using BlockVersions = Versions<std::uint32_t, BlockVersion>;
using RecordVersions = Versions<RecordKey, RecordVersion>;

extern template class Versions<std::uint32_t, BlockVersion>;
extern template class Versions<RecordKey, RecordVersion>;

}  // namespace storage
