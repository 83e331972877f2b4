#include "server/vault/jwt.h"

#include "base/error.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::size_t token_limit = 16 * 1024;

std::optional<json::object> object_of(std::string_view coded) {
  const auto octets = from_base64url(coded);
  json::error_code failure;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse(text_of(octets), failure, {}, options);
  if (failure || !value.is_object()) return std::nullopt;
  return value.as_object();
}

}  // namespace

std::optional<std::string> Jwt::text(std::string_view claim) const {
  const auto* found = claims.if_contains(claim);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return json::value_to<std::string>(*found);
}

std::optional<std::int64_t> Jwt::number(std::string_view claim) const {
  const auto* found = claims.if_contains(claim);
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return found->as_int64();
}

std::optional<Jwt> parse_jwt(std::string_view token) try {
  const auto first = token.find('.'), second = token.rfind('.');
  if (token.size() > token_limit || first == token.npos || first == second ||
      token.find('.', first + 1) != second)
    return std::nullopt;
  const auto header = object_of(token.substr(0, first));
  const auto claims = object_of(token.substr(first + 1, second - first - 1));
  if (!header || !claims) return std::nullopt;
  return Jwt{*header, *claims, std::string(token.substr(0, second)),
             from_base64url(token.substr(second + 1))};
} catch (const Error&) {  // not base64url
  return std::nullopt;
}

std::string unsigned_jwt(const json::object& header, const json::object& claims) {
  return to_base64url(bytes_of(json::serialize(header))) + '.' +
         to_base64url(bytes_of(json::serialize(claims)));
}

}  // namespace vault
