#pragma once
// The keys of a vault, on disk and in memory. Each version is one file, sealed under the master
// key and bound to its name and version; what a caller holds is a snapshot that never changes.
//
//   keys/<name in lower case>/<version>.key   MasterKey::seal of
//       length of the JSON (4, big endian) || JSON of everything but the key || PrivateKey::kept
//
// Any thread. Reads never wait for the disk or for another key being made.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/vault/files.h"
#include "server/vault/key_backend.h"
#include "server/vault/master_key.h"

namespace vault {

// What a client may say of a key, and change later.
struct Properties {
  bool enabled = true;
  std::optional<UnixTime> not_before, expires;
  std::vector<std::string> operations;  // "wrapKey", ...
  std::map<std::string, std::string> tags;
};

struct KeyVersion {
  std::string name;     // in the letters of its first creation
  std::string version;  // 32 lower-case hex digits
  unsigned number;      // 1 is the first of the name
  UnixTime created, updated;
  Properties properties;
  HeldKey key;
};
using KeySnapshot = std::shared_ptr<const KeyVersion>;

// What is absent stays as it is.
struct Change {
  std::optional<bool> enabled;
  std::optional<UnixTime> not_before, expires;
  std::optional<std::vector<std::string>> operations;
  std::optional<std::map<std::string, std::string>> tags;
};

class Store {
 public:
  // Reads every key. Throws corrupt when a file was altered, moved, or sealed by another vault.
  Store(Path directory, MasterKey, KeyBackend&, const Clock&);

  // A new key, or a new version of one. Durable when this returns. Throws limit, unavailable.
  KeySnapshot create(std::string_view name, unsigned bits, const Properties&);
  // Throws not_found, invalid (times that contradict each other), unavailable.
  KeySnapshot change(std::string_view name, std::string_view version, const Change&);

  // Names in any case; an empty version is the latest. Null: there is none.
  KeySnapshot find(std::string_view name, std::string_view version) const;
  std::vector<KeySnapshot> latest() const;                         // by name
  std::vector<KeySnapshot> versions(std::string_view name) const;  // by age; empty: no such key

 private:
  void load(const Path&);
  void write(const KeyVersion&) const;
  void publish(KeySnapshot);

  const Path directory_;
  const MasterKey master_;
  KeyBackend& backend_;
  const Clock& clock_;
  std::mutex writing_;                // one change at a time, disk included
  mutable std::shared_mutex memory_;  // guards keys_, never held over the disk
  std::map<std::string, std::vector<KeySnapshot>, std::less<>> keys_;  // by name in lower case
};

}  // namespace vault
