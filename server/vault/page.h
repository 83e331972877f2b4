#pragma once
// Lists in pages (contract section 4): at most 25 items, and where the next page begins.

#include <string_view>
#include <vector>

#include "server/http/message.h"
#include "server/http/target.h"
#include "server/vault/wire.h"

namespace vault {

// All items, in an order that new keys do not disturb, under the names that mark their places
// (`mark_of` each). Throws Refusal 400 for a bad maxresults or $skiptoken.
http::Response page_of(const std::vector<KeySnapshot>& all, KidForm, std::string_view origin,
                       std::string_view path, const http::Target&);

}  // namespace vault
