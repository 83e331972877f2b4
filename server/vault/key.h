#pragma once
// A key as the vault's store has it: its versions, and what is said of them all. Values; what a
// caller holds is a snapshot that never changes.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "server/vault/key_backend.h"
#include "server/vault/rotation_policy.h"

namespace vault {

// What a client may say of a version, and change later.
struct Properties {
  bool enabled = true;
  std::optional<UnixTime> not_before, expires;
  std::vector<std::string> operations;  // "wrapKey", ...
  std::map<std::string, std::string> tags;
};

// What is absent stays as it is.
struct Change {
  std::optional<bool> enabled;
  std::optional<UnixTime> not_before, expires;
  std::optional<std::vector<std::string>> operations;
  std::optional<std::map<std::string, std::string>> tags;
};
// Throws Refusal 400 when the times then contradict each other.
Properties merged(Properties, const Change&);

struct KeyVersion {
  std::string name;     // in the letters of its first creation
  std::string version;  // 32 lower-case hex digits
  unsigned number;      // 1 is the first of the name
  UnixTime created, updated;
  Properties properties;
  HeldKey held;
};
using KeySnapshot = std::shared_ptr<const KeyVersion>;

struct Deletion {
  UnixTime at, purge_at;
};

struct KeyState {
  std::optional<Deletion> deleted;
  std::optional<RotationPolicy> rotation;
};

struct Key {
  KeyState state;
  std::vector<KeySnapshot> versions;  // by age; never empty
};

struct DeletedKey {
  KeySnapshot latest;
  Deletion deletion;
};

// The vault's own setting for deleted keys.
struct Recovery {
  int days = 90;  // 7 to 90
  bool purge_protected = true;

  std::string level() const;  // "CustomizedRecoverable+Purgeable", ...
};

// "Root" and "root" are one name.
std::string lower_case(std::string_view);

}  // namespace vault
