#pragma once
// SASLprep (RFC 4013): one form for a password that is typed in different ways on different
// keyboards.

#include <string_view>

#include "crypto/secret_text.h"

namespace crypto {

// Unassigned code points pass (RFC 3454 section 7, a query): letters are newer than that table.
// What it prohibits, what is no UTF-8 and what would be longer than 1024 octets stays as it is.
SecretText prepared_password(std::string_view);

}  // namespace crypto
