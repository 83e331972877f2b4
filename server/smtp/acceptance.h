#pragma once
// A message whose octets are all there: refused, or finished, handed over and answered. The same
// after DATA and after BDAT LAST.

#include <string>

#include "server/smtp/session.h"

namespace server::smtp {

// The session no longer has the transaction. Says all replies but the last.
Task<Reply> accept_message(Session&, Transaction, std::string octets);

// One answer where each recipient may get its own (RFC 2033 4.2): says it as often as it takes, but
// for the last, which the session says.
Reply said_to_each(Session&, const Transaction&, const Reply&);

}  // namespace server::smtp
