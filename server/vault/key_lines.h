#pragma once
// What the commands on keys have in common: how they ask, and how they print.

#include <boost/json.hpp>

#include "server/vault/command.h"
#include "server/vault/owner_line.h"

namespace vault {

OwnerLine line_of(const Values&);
// JSON, or "https://.../keys/NAME/VERSION  enabled" with what else is worth a line.
void print_bundle(const Values&, const boost::json::value& bundle);
void print_items(const Values&, const boost::json::array& items);
void for_key_name(Description&);

}  // namespace vault
