#pragma once
// The keys of a vault: what there is, and what may become of it. On disk (key_files.h) and in
// memory; every answer is a snapshot.
//
// Any thread. Reads never wait for the disk or for another key being made. What changes something
// is durable when it returns; throws Refusal (no such key, a name in use, what the vault forbids)
// and Error limit, unavailable, and what the back end throws.

#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/vault/key_files.h"

namespace vault {

class Store {
 public:
  // Reads every key. Throws corrupt when a file was altered, moved, or sealed by another vault.
  Store(Path directory, MasterKey, KeyBackend&, const Clock&, Recovery);

  const Recovery& recovery() const { return recovery_; }
  std::string_view key_type() const { return backend_.key_type(); }
  // Whether private keys can be used now; if not, the log says why. Everything else can.
  bool reachable() const { return backend_.reachable(); }

  // A new key, or a new version of one.
  KeySnapshot create(std::string_view name, unsigned bits, const Properties&);
  KeySnapshot import(std::string_view name, ByteView pkcs8, const Properties&);
  // Fresh material, otherwise as the latest version; its expiry is the rotation policy's.
  KeySnapshot rotate(std::string_view name);

  KeySnapshot change(std::string_view name, std::string_view version, const Change&);
  RotationPolicy set_rotation(std::string_view name, RotationPolicy);

  DeletedKey remove(std::string_view name);
  KeySnapshot recover(std::string_view name);
  void purge(std::string_view name);
  // What is deleted and past its date, also under purge protection; the names.
  std::vector<std::string> purge_due();

  Bytes backup(std::string_view name) const;
  // All versions, as they were. Throws Refusal 400 for a blob that is altered or another vault's,
  // before 409 for a name that is in use.
  KeySnapshot restore(ByteView blob);

  // Names in any case; an empty version is the latest. Null: there is none, or it is deleted.
  KeySnapshot find(std::string_view name, std::string_view version) const;
  std::shared_ptr<const Key> find_key(std::string_view name) const;
  std::vector<KeySnapshot> latest() const;                         // by name
  std::vector<KeySnapshot> versions(std::string_view name) const;  // by age; empty: no such key
  RotationPolicy rotation(std::string_view name) const;
  DeletedKey deleted_key(std::string_view name) const;
  std::vector<DeletedKey> deleted() const;  // by name
  // Latest versions in use, for which the action of their rotation policy is due.
  std::vector<KeySnapshot> due(LifetimeAction::Type) const;

 private:
  using Keys = std::map<std::string, std::shared_ptr<const Key>, std::less<>>;

  std::shared_ptr<const Key> any_key(std::string_view name) const;
  std::shared_ptr<const Key> free_for(const KeyId&) const;
  // What is said of it is decided with its time of creation.
  KeySnapshot add(std::string_view name, const std::function<Properties(UnixTime now)>& said,
                  const std::function<HeldKey(const KeyId&)>& make);
  void put(const std::string& name, Key);
  void set_state(const std::string& name, const Key&, KeyState);
  void purge_now(const std::string& name);

  KeyBackend& backend_;
  const KeyFiles files_;
  const Clock& clock_;
  const Recovery recovery_;
  std::mutex writing_;                // one change at a time, disk included
  mutable std::shared_mutex memory_;  // guards keys_, never held over the disk
  Keys keys_;                         // by name in lower case
};

}  // namespace vault
