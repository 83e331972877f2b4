#pragma once
// The rows of arrivals (schema/mail/002_arrivals.sql). In an operation of the writer, but for those
// that only read.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "storage/message_rows.h"
#include "storage/sqlite.h"

namespace storage {

enum class ArrivalState : std::uint8_t { unfinished = 0, whole = 1, set_aside = 2 };

struct ArrivalRow {
  std::int64_t id = 0;
  std::uint64_t chunks = 0;
  Bytes ephemeral;
};

// What the chunks of an arrival hold, together (crypto/FORMAT.md section 6.5).
struct ArrivalContent {
  UnixTime internal_date = 0;
  std::int16_t zone = 0;
  std::string octets;
};
Bytes arrival_head(UnixTime internal_date, std::int16_t zone);
ArrivalContent decoded_arrival(std::string plain);  // throws corrupt

void insert_arrival(Connection&, MailboxId, const ArrivalRow&, ArrivalState);
void insert_arrival_chunks(Connection&, std::vector<SealedChunk>&);
// Throws exists when it is not there any more: somebody else was quicker.
void set_arrival_state(Connection&, std::int64_t id, ArrivalState);
void remove_arrival(Connection&, const ArrivalRow&);
bool remove_some_arrivals(Connection&, MailboxId);  // false: there are no more
// What a crash left is removed. A state is no more than a number in clear: what is whole is filed,
// and what the mailbox has not seen (filed_up_to) was not set aside.
void sweep_arrivals(Connection&);

// ---- reading
std::int64_t filed_up_to(Connection&, MailboxId);  // those with higher ids wait (mailbox_root.h)
std::set<MailboxId> mailboxes_with_arrivals(Connection&);                          // whole ones
std::vector<ArrivalRow> whole_arrivals(Connection&, MailboxId, std::size_t most);  // in order
// Ids above `after`, up to `last`.
std::vector<std::int64_t> whole_arrivals_between(Connection&, MailboxId, std::int64_t after,
                                                 std::int64_t last);
std::vector<Bytes> arrival_chunks(Connection&, const ArrivalRow&);  // those that are there

}  // namespace storage
