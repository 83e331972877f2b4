#pragma once
// Mail that the server sends itself: reports to the senders of mail. Its return path is empty, so
// that nothing comes back (RFC 5321 4.5.5).

#include <string>

#include "server/smtp/session.h"

namespace server::smtp {

// To one of our own accounts at once, to an address elsewhere by Backend::send_out. Durable when it
// returns true; false: there is no such account, no way out, or no room. Blocking pool only.
bool send_own(Backend&, const OwnMail&);

}  // namespace server::smtp
