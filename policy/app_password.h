#pragma once
// The secrets of app passwords: "abcd-efgh-ijkl-mnop-qrst-uvwx", 24 letters and digits of which the
// first four tell which of an account's app passwords it is, and the others are 100 random bits.

#include <optional>
#include <string>
#include <string_view>

#include "crypto/secret_text.h"

namespace policy {

crypto::SecretText new_app_password();

// As it was printed, where what was typed looks like one: in any case, with blanks or without any
// dashes. Nothing where it does not.
std::optional<crypto::SecretText> app_password_in(std::string_view typed);

std::string selector_of(const crypto::SecretText& app_password);

}  // namespace policy
