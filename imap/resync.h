#pragma once
// What a client that was away has missed: the parameter QRESYNC of SELECT, and which UIDs have
// vanished (RFC 7162 3.2.5, 3.2.6, 5.1).
//
// No history of expunges is kept. Vanished is what a client asks about and the folder does not have
// (below its UIDNEXT), also where the client has been told before; RFC 7162 5.1 allows that, and a
// client that knows its mod-sequence to be the newest is told of nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imap/request.h"
#include "imap/sequence_set.h"
#include "imap/view.h"

namespace imap {

// Message numbers and, one for one, their UIDs as the client knows them. Both rise.
struct KnownNumbers {
  SequenceSet numbers, uids;
};

struct Resync {
  std::uint32_t uid_validity = 0;
  ModSeq modseq;
  SequenceSet known = SequenceSet::parsed("1:*");  // UIDs
  std::optional<KnownNumbers> matched{};
};

// " (67890007 20050715194045000 41:211 (1,5 41,47))". Throws BadSyntax.
Resync parse_resync(Request&);

// Up to this UID the client knows the folder as it is; 0: of none.
Uid matched_up_to(const View&, const KnownNumbers&);

// "41,43:116": of these UIDs, above `above`. Empty when there are none, or nothing has happened
// since.
std::string vanished(const View&, const SequenceSet& uids, ModSeq since, Uid above);

}  // namespace imap
