#pragma once
// RFC 6154: special uses as attributes, "\Sent".

#include <string>
#include <string_view>

#include "storage/tree.h"

namespace imap {

std::string_view attribute_of(storage::SpecialUse);           // empty for none
storage::SpecialUse special_use(std::string_view attribute);  // in any case; none if it is unknown

}  // namespace imap
