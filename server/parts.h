#pragma once
// What a server is made of below its front ends, in order of dependence: opened when this is made,
// closed in reverse. Made and destroyed on the main thread; each part says what its calls want.

#include <sys/types.h>

#include <set>

#include "base/steady_clock.h"
#include "policy/access_tokens.h"
#include "policy/alert_facts.h"
#include "policy/alert_watch.h"
#include "policy/audit_log.h"
#include "policy/deps.h"
#include "policy/indexing.h"
#include "policy/key_facts.h"
#include "policy/key_ring.h"
#include "policy/ledger.h"
#include "policy/login.h"
#include "policy/mailbox_rotation.h"
#include "policy/mailboxes.h"
#include "policy/owner_ledger.h"
#include "policy/purges.h"
#include "policy/quota_admins.h"
#include "policy/recipients.h"
#include "policy/roles.h"
#include "policy/roll_backs.h"
#include "policy/rotation.h"
#include "policy/sharing.h"
#include "policy/sweep.h"
#include "policy/url_access.h"
#include "server/config.h"
#include "server/delivery.h"
#include "server/ledger_notices.h"
#include "server/outgoing/outgoing.h"
#include "server/protection/conversion.h"

namespace server {

struct Parts {
  // Makes data and service-key directories where they are missing, and the managed DEP. Throws what
  // the parts throw: another process that holds a database, a key file others may read, a bad
  // token.
  // `users`: who may use the admin socket besides root and our own user.
  Parts(const Config&, const std::set<uid_t>& users);

  SystemClock clock;
  SteadyClock leases{clock};  // how long keys serve, and who guesses passwords waits
  std::optional<UnixTime> tls_certificate_expires;  // of the server's own, as it is served
  crypto::ServiceKeys service_keys;
  storage::Anchors anchors;
  storage::Directory directory;
  storage::Ledger ledger_rows;
  policy::Ledger ledger;  // outlives all that opens mail
  policy::OwnerLedger owner_ledger;
  policy::AuditLog audit;
  policy::Roles admins;
  crypto::RootKeyRouter roots;
  policy::KeyRing ring;
  policy::Mailboxes::Databases databases;
  storage::Spool spool;
  policy::RollBacks roll_backs;
  policy::Mailboxes mailboxes;
  policy::QuotaAdmins quota_admins;
  policy::Sharing sharing;
  policy::UrlAccess url_access;
  policy::Sweep sweep;
  policy::Deps deps;
  policy::Rotation rotation;
  policy::MailboxRotation mailbox_rotation;
  policy::Indexing indexing;
  protection::Conversion conversion;
  policy::Purges purges;
  std::unique_ptr<policy::AccessTokens> tokens;  // null: no OpenID provider is configured
  policy::Login login;
  policy::Recipients recipients;
  Delivery delivery;
  outgoing::Outgoing outgoing;
  LedgerNotices ledger_notices;
  policy::KeyFactsSource key_facts;
  policy::AlertFactsSource alert_facts;
  policy::AlertWatch alerts;
};

}  // namespace server
