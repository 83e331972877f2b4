#pragma once
// Where a sealed thing belongs. Its bytes are the authenticated data of every sealing and wrapping:
// moved to another mailbox, row, kind or key epoch, a ciphertext does not open.
// Encoding: crypto/FORMAT.md section 3.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ids.h"

namespace crypto {

// What is sealed. The numbers are stored format: never reuse one.
enum class Kind : std::uint8_t {
  dep_key = 1,  // a DEP key, under a root or the availability key; row = DEP id, part = DEP version
  mailbox_key = 2,    // under a DEP key; row = DEP id, part = DEP version
  message_key = 3,    // under a mailbox key; row = message id
  body = 4,           // chunks under a message key; row = message id
  summary = 5,        // under a message key; row = message id
  header_text = 6,    // under a message key; row = message id
  body_text = 7,      // under a message key; row = message id
  tree = 8,           // folder names, uses, subscriptions, keywords; row = 0
  folder_state = 9,   // counters of a folder; row = folder id
  folder_block = 10,  // 64 messages' uid, flags, dates, sizes; row = block id (storage/schema)
  list_block = 11,    // 64 messages' summaries; row = block id
  account = 12,       // under the directory key; row = account id
  alias = 13,         // under the directory key; row = alias id
  delivery_key = 14,  // under a mailbox key; row = 0
  arrival = 15,       // chunks to a delivery key; row = arrival id
  audit_record = 16,  // under the directory key; row = number of the record
  role_grant = 17,    // under the directory key; row = grant id
  purge = 18,         // under the directory key; row = purge id
  certificate = 19,   // of a purge, under the directory key; row = purge id
  spooled = 20,       // chunks to a delivery key; row = message of the spool; part 1: its envelope
  annotations = 21,   // of a folder, under a mailbox key; row = folder id, 0: of the server
  quota = 22,         // of a mailbox, under the directory key; row = 0
  shares = 23,        // with an account, under the directory key; row = from a keyed hash of it
  credential = 24,    // under the directory key; row = credential id
  ledger = 25,        // under the directory key; row = from a keyed hash (storage/ledger.h)
  protection = 26,    // of a mailbox, under the directory key; row = 0
  dep_record = 28,    // under the directory key; row = DEP id, part = DEP version, 0: the DEP
  root_answer = 29,   // under the directory key; row = DEP id, part = DEP version, 0: of all
  generation = 31,    // of a database, under the directory key; row = which one
  mailbox_root = 27,  // what is current in a mailbox; row = its generation
  versions = 30,      // of a folder's blocks, or a mailbox's records; row = folder id, - mailbox id
  search_group = 32,  // which messages a group of the search index has; row = group id
  search_part = 33,   // of a group; row = group id << 12 | number
};

inline constexpr std::size_t place_size = 34;  // encoded

struct Place {
  Kind kind;
  MailboxId mailbox{};  // 0 where none
  std::int64_t row = 0;
  std::uint32_t part = 0;   // of mailbox records that change: their version (storage/versions.h)
  std::uint32_t epoch = 0;  // of the mailbox key, where that is what seals or is sealed

  std::array<std::uint8_t, place_size> encoded() const;
};

}  // namespace crypto
