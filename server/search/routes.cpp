#include "server/search/routes.h"

#include <boost/json.hpp>

#include "policy/account_name.h"
#include "server/admin/response.h"

namespace server::search {

namespace json = boost::json;

namespace {

using enum policy::Role;

constexpr admin::Access table[] = {
    {"GET", "/v1/search-index", policy::any_role, ""},
    {"POST", "/v1/search-index", account_admin, "search rebuild"},
    {"GET", "/v1/mailboxes/{}/search-index", policy::any_role, ""},
    {"POST", "/v1/mailboxes/{}/search-index", account_admin, "search rebuild"},
};

class Descriptions {
 public:
  Descriptions(policy::Indexing& indexing, storage::Directory& directory)
      : indexing_(indexing), directory_(directory), behind_(indexing.behind()) {}

  json::value of(const storage::MailboxRecord& record) const {
    const auto found = behind_.find(record.id);
    const auto now = found == behind_.end() ? policy::Indexing::Progress() : found->second;
    return {{"mailbox", record.id.value},
            {"account", directory_.account(record.account).name},
            {"database", record.database.value},
            {"covered", indexing_.indexed_uids(record.id, record.database)},
            {"upToDate", found == behind_.end()},
            {"done", now.uids.done},
            {"of", now.uids.of},
            {"waitsFor", now.reason}};
  }

 private:
  policy::Indexing& indexing_;
  storage::Directory& directory_;
  const std::map<MailboxId, policy::Indexing::Progress> behind_;
};

}  // namespace

std::span<const admin::Access> access() { return table; }

std::optional<http::Response> answer(policy::Indexing& indexing, storage::Directory& directory,
                                     const http::Request& request, const http::Target& target) {
  const bool rebuilds = request.method == "POST";
  if (target.segments.size() > 2) {
    const auto account = directory.account(policy::lower_case(target.segments.at(2)));
    const auto record = directory.mailbox(account.mailbox);
    if (rebuilds) indexing.rebuild(record.id, record.database);
    return admin::json_response(Descriptions(indexing, directory).of(record));
  }
  json::array all;
  const auto records = directory.mailboxes();
  if (rebuilds)
    for (const auto& record : records) indexing.rebuild(record.id, record.database);
  const Descriptions descriptions(indexing, directory);
  for (const auto& record : records) all.push_back(descriptions.of(record));
  return admin::json_response({{"mailboxes", std::move(all)}});
}

}  // namespace server::search
