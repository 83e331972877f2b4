#pragma once
// What the sender of a queued message is told, in its INBOX (RFC 3464): that it failed for
// somebody, is late, or was relayed to where no reports are made.

#include "server/outgoing/open_letter.h"
#include "server/outgoing/world.h"
#include "server/smtp/dsn.h"

namespace server::outgoing {

// What the sender of a message wants to hear of this recipient (RFC 3461 4.1).
smtp::Notify wanted(const storage::SpoolRecipient&);

// Of all recipients that are done with, which then leave the envelope. Nothing happens where nobody
// wants to know (NOTIFY), or can be told: the sender is <>, or its account is gone. False: the
// INBOX cannot take it now, and they stay. Blocking.
bool report_finished(World&, OpenLetter&);

// That those who still wait will have it late.
bool report_delay(World&, OpenLetter&);

}  // namespace server::outgoing
