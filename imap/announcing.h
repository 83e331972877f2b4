#pragma once
// What a client is told without having asked: of its selected folder, of searches that are kept up
// to date (RFC 5267), of other folders where it wants to know (RFC 5465).

#include "imap/session.h"

namespace imap {

// `own`: expunges that the present command has made are its answer, and told whatever the client
// wants to be notified of.
enum class Answers { others, own_expunges };

// Says what is due now. What goes wrong with searches and with other folders ends these, in words,
// and throws nothing; throws Disconnected.
Task<> announce(Session&, View::Expunges, bool by_uid, Answers);

// Ends the session when the owner of the selected folder has taken back the right to read it (RFC
// 4314 5.1.1).
void end_unless_readable(Session&);

}  // namespace imap
