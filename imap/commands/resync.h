#pragma once
// What commands say to a client that has enabled QRESYNC (RFC 7162 3.2).

#include <string>

#include "imap/resync.h"
#include "imap/session.h"

namespace imap::commands {

// VANISHED (EARLIER), if anything has.
void say_vanished(Session&, const View&, const SequenceSet& uids, ModSeq since, Uid above);

// All that has changed in a folder being selected, unless its UIDs are no longer those that the
// client knows.
Task<> catch_up(Session&, View&, const Resync&, const storage::Tree&);

// "[HIGHESTMODSEQ 7] " for the tagged reply, when this command has expunged messages; it is true
// once what the view has absorbed by now is announced. Empty without QRESYNC.
std::string expunged_code(Session&);

}  // namespace imap::commands
