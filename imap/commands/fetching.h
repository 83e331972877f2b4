#pragma once
// What FETCH answers, for those who answer like it.

#include "imap/fetch_run.h"
#include "imap/session.h"

namespace imap::commands {

// A message as this client is told of it, with its flags.
FetchSubject subject_of(Session&, std::uint32_t number);

// Sends all answers, reading and opening the next while some are on their way. Throws Disconnected,
// also when a message that is half sent cannot be read on.
Task<> serve(Session&, FetchRun&);

}  // namespace imap::commands
