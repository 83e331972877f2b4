#include "server/search/routes.h"

#include <algorithm>
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

json::value described(policy::Indexing& indexing, storage::Directory& directory,
                      const storage::MailboxRecord& record) {
  const auto behind = indexing.behind();
  const auto found = std::ranges::find(behind, record.id, &policy::Indexing::Progress::mailbox);
  const auto now = found == behind.end() ? policy::Indexing::Progress() : *found;
  return {{"mailbox", record.id.value},
          {"account", directory.account(record.account).name},
          {"database", record.database.value},
          {"covered", indexing.use(record.id, record.database).uids},
          {"upToDate", found == behind.end()},
          {"done", now.messages.done},
          {"of", now.messages.of},
          {"waitsFor", now.reason}};
}

}  // namespace

std::span<const admin::Access> access() { return table; }

std::optional<http::Response> answer(policy::Indexing& indexing, storage::Directory& directory,
                                     const http::Request& request, const http::Target& target) {
  const bool rebuilds = request.method == "POST";
  if (target.segments.size() > 2) {
    const auto account = directory.account(policy::lower_case(target.segments.at(2)));
    const auto record = directory.mailbox(account.mailbox);
    if (rebuilds) indexing.rebuild(record.id, record.database);
    return admin::json_response(described(indexing, directory, record));
  }
  json::array all;
  for (const auto& record : directory.mailboxes()) {
    if (rebuilds) indexing.rebuild(record.id, record.database);
    all.push_back(described(indexing, directory, record));
  }
  return admin::json_response({{"mailboxes", std::move(all)}});
}

}  // namespace server::search
