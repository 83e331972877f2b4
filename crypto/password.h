#pragma once
// Login secrets: argon2id. Never an input to any encryption key, so that a password reset loses
// nothing. Slow by design (20-50 ms): blocking pool only.

#include <string>
#include <string_view>

namespace crypto {

// "$argon2id$v=19$m=..,t=..,p=..$salt$hash"
std::string hash_password(std::string_view password);

// False when it is another password; throws corrupt when `hash` is none of ours.
bool password_matches(std::string_view password, const std::string& hash);

// Costs the time of a check and is never true: so that an unknown user takes as long as a known
// one.
bool no_such_user(std::string_view password);

}  // namespace crypto
