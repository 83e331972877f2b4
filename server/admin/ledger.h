#pragma once
// The ledger over the admin socket (policy/ledger.h); its command is ledger_commands.cpp.
//
//   GET /v1/ledger         {"since","columns","rows":[...],"operations","bytes","opaqueBytes"}
//   GET /v1/ledger-news    {"next","missed","news":[...]}: what was counted after ?after=NUMBER,
//   and
//                          how much of it is not remembered any more; without it, from where on
//   GET /v1/ledger-export  the rows as ?format=jsonl or csv, signed
//
// All take ?mailbox, dep, cause, class; the first and the last also ?by=COLUMN,..., since, until.

#include <optional>
#include <span>
#include <string>

#include "crypto/service_keys.h"
#include "policy/ledger.h"
#include "server/admin/access.h"
#include "server/http/message.h"
#include "server/http/target.h"

namespace server::admin {

std::span<const Access> ledger_access();

class LedgerRoutes {
 public:
  LedgerRoutes(policy::Ledger& ledger, crypto::ServiceKeys& keys, std::string organisation)
      : ledger_(ledger), keys_(keys), organisation_(std::move(organisation)) {}

  // Blocking pool only; any thread. Throws invalid and not_found for what is not named well.
  std::optional<http::Response> answer(const http::Target&);

 private:
  std::string exported(const http::Target&);

  policy::Ledger& ledger_;
  crypto::ServiceKeys& keys_;
  std::string organisation_;
};

}  // namespace server::admin
