#pragma once
// The keys of a vault on disk, each file sealed under the master key and bound to its place:
//
//   keys/<name in lower case>/<version>.key   one version (key_file.h)
//   keys/<name>/state                         deletion, rotation policy; absent: neither
//   keys/.making/<name>.<version>             a key is being made outside of these files
//   keys/.restoring/<name>/                   a restore that has not ended
//   keys/.purged/<name>.<random>/             a purge that has not ended
//
// Every change is one replaced file or one renamed directory, and nothing else makes it visible:
// killed at any moment, a change is done or not done. What it leaves half done is finished, or
// undone, at the next load() or finish(). One thread at a time, but for Making.

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "server/vault/files.h"
#include "server/vault/key.h"
#include "server/vault/key_file.h"
#include "server/vault/master_key.h"

namespace vault {

class KeyFiles {
 public:
  KeyFiles(Path directory, MasterKey, KeyBackend&);

  // Throws corrupt when a file was altered, moved, or sealed by another vault.
  std::map<std::string, std::shared_ptr<const Key>> load() const;

  // Durable when these return. Throw unavailable.
  void write(const KeyVersion&) const;
  void write_state(const std::string& name, const KeyState&) const;
  void restore(const Key&) const;             // none of that name is there
  void purge(const std::string& name) const;  // gone at once; its files a moment later
  // What could not be destroyed, or settled, while the holder of the keys was away; logs.
  void finish() const;

  // Until this ends, a key outside of the files is known to be in the making. Then it is of a
  // version that was written, or it is destroyed.
  class Making {
   public:
    Making(const KeyFiles&, KeyId);
    ~Making();
    Making(Making&&) = delete;

   private:
    const KeyFiles& files_;
    const KeyId id_;
  };

  Bytes seal_backup(const Key&) const;
  // Throws corrupt. `holder` takes the keys in.
  Key open_backup(ByteView, const Holder& holder) const;

 private:
  Path file_of(const KeyId&) const;
  Path note_of(const KeyId&) const;
  enum class Now { begins, over };
  void now_making(const KeyId&, Now) const;
  bool is_making(const Path& note) const;
  void settle(const KeyId&) const;
  void settle_all() const;
  void finish_purges() const;
  void destroy(const Path& purged) const;
  KeyVersion version_in(const Path&) const;
  Key key_in(const Path& directory) const;
  void write_to(const Path& directory, const KeyVersion&) const;
  void write_state_to(const Path& directory, const std::string& name, const KeyState&) const;

  const Path directory_;
  const MasterKey master_;
  KeyBackend& backend_;
  mutable std::mutex mutex_;       // guards making_
  mutable std::set<Path> making_;  // the notes whose key is being made
};

}  // namespace vault
