#pragma once
// Our login at the smart host (RFC 4954), by the best of what it offers: SCRAM-SHA-256-PLUS,
// SCRAM-SHA-256, PLAIN, LOGIN. It shows the password to nobody where SCRAM is offered.

#include "server/outgoing/host_connection.h"
#include "server/outgoing/host_offers.h"

namespace server::outgoing {

// The host's last word, 235 when we are in. A mechanism that it refuses before it has seen a proof
// of ours is given up for the next one: it has nothing of this account for it. The password is read
// anew each time: a new one needs no restart. Throws HostFailure when none is offered, or the host
// does not know the password itself; and as HostConnection and crypto::read_secret_line.
smtp::Reply log_in(HostConnection&, const HostOffers&, const SmartHost&);

}  // namespace server::outgoing
