#pragma once
// JSON Web Tokens (RFC 7519), taken apart and put together. Checking the signature is the caller's.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace vault {

struct Jwt {
  boost::json::object header, claims;
  std::string signed_part;  // what the signature is over
  Bytes signature;

  // Nothing when it is absent or of another kind.
  std::optional<std::string> text(std::string_view claim) const;
  std::optional<std::int64_t> number(std::string_view claim) const;
};

// Nothing when it is no such token. At most 16 KiB.
std::optional<Jwt> parse_jwt(std::string_view);
// The part to sign; "." and the signature in base64url come behind it.
std::string unsigned_jwt(const boost::json::object& header, const boost::json::object& claims);

}  // namespace vault
