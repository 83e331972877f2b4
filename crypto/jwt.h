#pragma once
// JSON Web Tokens (RFC 7519) as signed by others, taken apart. Nothing in one is true before its
// signature was checked (jwk_set.h).

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace crypto {

struct Jwt {
  boost::json::object header, claims;
  std::string signed_part;  // what the signature is over
  Bytes signature;
};

inline constexpr std::size_t jwt_limit = 16 * 1024;  // octets

// Nothing when it is no such token: not three parts of base64url, the first two JSON objects.
std::optional<Jwt> parse_jwt(std::string_view);

// A member that is a string; empty where there is none.
std::string_view text_in(const boost::json::object&, std::string_view name);

}  // namespace crypto
