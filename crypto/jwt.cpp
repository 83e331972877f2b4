#include "crypto/jwt.h"

#include <algorithm>

#include "base/error.h"

namespace crypto {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 8;

std::optional<json::object> object_of(std::string_view coded) {
  const auto octets = from_base64url(coded);
  json::error_code failure;
  json::parse_options options;
  options.max_depth = deepest;
  auto value = json::parse(text_of(octets), failure, {}, options);
  if (failure || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

}  // namespace

std::optional<Jwt> parse_jwt(std::string_view token) try {
  if (token.size() > jwt_limit || std::ranges::count(token, '.') != 2) return std::nullopt;
  const auto first = token.find('.'), second = token.rfind('.');
  auto header = object_of(token.substr(0, first));
  auto claims = object_of(token.substr(first + 1, second - first - 1));
  if (!header || !claims) return std::nullopt;
  return Jwt{std::move(*header), std::move(*claims), std::string(token.substr(0, second)),
             from_base64url(token.substr(second + 1))};
} catch (const Error&) {  // not base64url
  return std::nullopt;
}

std::string_view text_in(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr || !found->is_string()) return {};
  return found->as_string();
}

}  // namespace crypto
