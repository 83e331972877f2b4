#pragma once
// What is current in a mailbox: one record, written with each commit of the mailbox, from which all
// others hang (versions.h). Its generation, which counts those commits, is also in clear, so that
// it can be compared without a key.

#include <cstdint>
#include <memory>
#include <set>

#include "base/bytes.h"
#include "base/ids.h"
#include "storage/mailbox_seals.h"
#include "storage/sqlite.h"
#include "storage/versions.h"

namespace storage {

struct MailboxRoot {
  std::uint64_t generation = 0;
  std::uint32_t tree = 0;          // its version
  MessageId last_message{0};       // no message will have this id, or a lower one, again
  std::int64_t filed = 0;          // arrivals up to this one have been filed,
  std::set<std::int64_t> unfiled;  // but for these: set aside, or late
  RecordVersions records;          // states and annotations of folders
};

// Of what is sealed in that commit. Never 0, which is none.
inline std::uint32_t version_of(std::uint64_t generation) {
  return static_cast<std::uint32_t>((generation - 1) % UINT32_MAX) + 1;
}

Bytes encoded(const MailboxRoot&);
MailboxRoot decoded_root(std::uint64_t generation, ByteView);  // throws corrupt

using SharedRoot = std::shared_ptr<const MailboxRoot>;

// As it is in this transaction, of which it must be the first reading: `latest`, which was taken
// before, if that is it. Nothing where the mailbox has none. Throws corrupt, also for an older one.
SharedRoot read_root(Connection&, const MailboxSeals&, const SharedRoot& latest, const Reason&);
// The row of a list of versions.
inline std::int64_t list_row(FolderId folder) { return folder.value; }
inline std::int64_t list_row(MailboxId mailbox) { return -mailbox.value; }
// The list is logged, and lost, if it is damaged.
template <class Key, class Version>
void load_list(Connection&, const MailboxSeals&, std::int64_t row, Versions<Key, Version>&,
               const Reason&);

// ---- in an operation of the writer, under the mailbox key of `epoch`
void write_root(Connection&, const MailboxSeals&, const MailboxRoot&, std::uint32_t epoch);
template <class Key, class Version>
void write_list(Connection&, const MailboxSeals&, std::int64_t row, const Versions<Key, Version>&,
                std::uint32_t epoch);
void remove_root(Connection&, MailboxId);  // and the list of its records

}  // namespace storage
