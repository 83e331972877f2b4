#pragma once
// Commands on messages (RFC 3501 6.3.11, 6.4.4 to 6.4.8; RFC 6851), each in a file of its name.
// With "UID" before it a command has the same handler: Request::by_uid() tells.

#include "imap/session.h"

namespace imap::commands {

Task<Reply> append(Session&, Request&);
Task<Reply> copy(Session&, Request&);
Task<Reply> fetch(Session&, Request&);
Task<Reply> move(Session&, Request&);
Task<Reply> search(Session&, Request&);
Task<Reply> store(Session&, Request&);

}  // namespace imap::commands
