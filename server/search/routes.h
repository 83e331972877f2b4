#pragma once
// The search index behind the admin socket:
//
//   GET  /v1/search-index               {"mailboxes":[...]}: account, database, how many UIDs the
//                                       index covers, and what is to be done
//   GET  /v1/mailboxes/{}/search-index  one of them
//   POST /v1/search-index               all of it is made anew; likewise of one mailbox

#include <optional>
#include <span>

#include "policy/indexing.h"
#include "server/admin/access.h"
#include "server/http/message.h"
#include "server/http/target.h"

namespace server::search {

std::span<const admin::Access> access();

// Of a request that one of them names. Throws Error. Blocking pool only; any thread.
std::optional<http::Response> answer(policy::Indexing&, storage::Directory&, const http::Request&,
                                     const http::Target&);

}  // namespace server::search
