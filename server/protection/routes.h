#pragma once
// Protection levels behind the admin socket:
//
//   GET /v1/mailboxes/{}/protection   level, certificates, since when, by whom, the conversion
//   PUT /v1/mailboxes/{}/protection   level: end-to-end or off, certificates?: [PEM], dry_run?
//
// PUT answers with what is gained and lost (preview.h), whether it is a rehearsal or not.

#include <optional>
#include <span>

#include "server/admin/access.h"
#include "server/http/message.h"
#include "server/http/target.h"
#include "server/protection/conversion.h"

namespace server::protection {

std::span<const admin::Access> access();

class Routes {
 public:
  Routes(storage::Directory& directory, policy::Mailboxes& mailboxes, Conversion& conversion,
         const Clock& clock)
      : directory_(directory), mailboxes_(mailboxes), conversion_(conversion), clock_(clock) {}

  // Of a request that one of them names. Throws Error. Blocking pool only; any thread.
  std::optional<http::Response> answer(const http::Request&, const http::Target&);

 private:
  storage::Directory& directory_;
  policy::Mailboxes& mailboxes_;
  Conversion& conversion_;
  const Clock& clock_;
};

}  // namespace server::protection
