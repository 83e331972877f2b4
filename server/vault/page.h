#pragma once
// Lists in pages (contract section 4): at most 25 items, and where the next page begins.

#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"
#include "server/http/target.h"
#include "server/vault/wire.h"

namespace vault {

// An item and what marks its place in the list.
struct Listed {
  std::string mark;
  boost::json::object item;
};
// Keys by name, versions by age: orders that new keys do not disturb.
std::vector<Listed> listed_keys(const Frame&, const std::vector<KeySnapshot>&);
std::vector<Listed> listed_versions(const Frame&, const std::vector<KeySnapshot>&);
std::vector<Listed> listed_deleted(const Frame&, const std::vector<DeletedKey>&);

// `path` is that of the list. Throws Refusal 400 for a bad maxresults or $skiptoken.
http::Response page_of(std::vector<Listed> all, std::string_view origin, std::string_view path,
                       const http::Target&);

}  // namespace vault
