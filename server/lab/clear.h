#pragma once
// What lies in clear in a stolen data directory, for everybody: ids, counts, padded sizes, names of
// root keys (crypto/FORMAT.md sections 6, 7, 10, 12 and 15). No key is needed.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace server::lab {

struct Dep {
  std::int64_t id = 0;
  bool managed = false;
};

// One wrap of a DEP's key, as dep_key has it.
struct DepWrap {
  std::int64_t dep = 0, version = 0;
  int slot = 0;  // 0 root A, 1 root B, 2 the availability key
  std::string kid;
};

struct StoredMailbox {
  std::int64_t id = 0, database = 0, dep = 0, version = 0;
  bool end_to_end = false;
  bool missing = false;                          // the copy lacks its database
  std::vector<std::int64_t> epochs;              // of its wrapped keys
  std::int64_t tree_epoch = 0;                   // 0: its database has no such mailbox
  std::map<std::int64_t, std::int64_t> message;  // id -> epoch of the key that wraps its key
  std::int64_t folders = 0, arrivals = 0, spooled = 0;
  std::int64_t octets = 0;  // of sealed bodies, padded
};

struct Denial {
  std::int64_t dep = 0;
  std::string kid;
};

struct Clear {
  std::vector<Dep> deps;
  std::vector<DepWrap> wraps;
  std::vector<StoredMailbox> mailboxes;
  std::vector<Denial> denials;
  std::map<std::string, std::int64_t> sealed_rows;  // of the directory key: table -> rows
  std::vector<std::string> passed_over;             // what is missing or malformed, in words

  const Dep* dep(std::int64_t id) const;
  const StoredMailbox* mailbox(std::int64_t id) const;
};

// Works on a copy of its own in a private directory, which it removes. Throws not_found, corrupt.
Clear read_clear(const std::filesystem::path& data);

// True while a server has it open.
bool is_live(const std::filesystem::path& data);

}  // namespace server::lab
