#pragma once
// The ledger's query and rows on the admin API's wire.

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ledger.h"
#include "server/http/target.h"

namespace server::admin {

struct LedgerQuery {
  policy::LedgerFilter filter{};
  std::set<policy::LedgerColumn> columns{};  // none: as it was not said
};
// Throws invalid and not_found.
LedgerQuery ledger_query(storage::Directory&, const http::Target&);

// Numbers as names, each looked up once. Of what is gone there is no name any more.
class LedgerNames {
 public:
  explicit LedgerNames(storage::Directory& directory) : directory_(directory) {}
  const std::string& account(AccountId);
  const std::string& owner(MailboxId);
  const std::string& dep(DepId);
  std::string actor(const crypto::Actor&);

 private:
  storage::Directory& directory_;
  std::map<AccountId, std::string> accounts_;
  std::map<MailboxId, std::string> owners_;
  std::map<DepId, std::string> deps_;
};

// The members of a row, in order.
std::vector<std::string_view> members_of(const std::set<policy::LedgerColumn>&);
boost::json::object as_json(LedgerNames&, const policy::LedgerGroup&,
                            const crypto::CrossingTotals&);

// A line of comma-separated values (RFC 4180), with LF at its end.
std::string csv_line(const std::vector<std::string>& values);
// As text: a null is empty.
std::string csv_line(const boost::json::object& row, const std::vector<std::string_view>& members);

}  // namespace server::admin
