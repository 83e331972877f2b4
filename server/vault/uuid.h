#pragma once
// RFC 9562 section 5.4: random, "8-4-4-4-12" lower-case hex digits.

#include <string>

namespace vault {

std::string random_uuid();

}  // namespace vault
