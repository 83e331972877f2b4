#pragma once
// What FETCH answers, for those who answer like it.

#include "imap/fetch_run.h"
#include "imap/session.h"

namespace imap::commands {

// Sends all answers, reading and opening the next while some are on their way. Throws Disconnected,
// also when a message that is half sent cannot be read on.
Task<> serve(Session&, FetchRun&);

}  // namespace imap::commands
