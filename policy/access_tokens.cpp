#include "policy/access_tokens.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/log.h"

namespace policy {

namespace {

namespace json = boost::json;

constexpr double latest = 1e15;  // of times that are taken seriously

// RFC 7519 section 2: a number of seconds, which may have a fraction.
std::optional<UnixTime> time_in(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto seconds = value->to_number<double>();
  if (!(std::abs(seconds) < latest)) return std::nullopt;
  return static_cast<UnixTime>(seconds);
}

bool is_or_has(const json::value* value, std::string_view wanted) {
  if (value == nullptr) return false;
  if (const auto* text = value->if_string()) return std::string_view(*text) == wanted;
  const auto* list = value->if_array();
  return list != nullptr && std::ranges::any_of(*list, [&](const json::value& each) {
           return each.is_string() && std::string_view(each.as_string()) == wanted;
         });
}

// RFC 9068 section 2.2.3: words with blanks between them; some providers call it scp, or list them.
bool has_scope(const json::object& claims, std::string_view wanted) {
  for (const auto* name : {"scope", "scp"}) {
    if (is_or_has(claims.if_contains(name), wanted)) return true;
    auto rest = crypto::text_in(claims, name);
    while (!rest.empty()) {
      const auto blank = std::min(rest.find(' '), rest.size());
      if (rest.substr(0, blank) == wanted) return true;
      rest.remove_prefix(std::min(blank + 1, rest.size()));
    }
  }
  return false;
}

TokenVerdict invalid(std::string_view reason) { return {TokenFault::invalid_token, {}, reason}; }

std::string_view untimely(const json::object& claims, UnixTime skew, UnixTime now) {
  const auto expires = time_in(claims, "exp");
  if (!expires) return "no exp";
  if (now - skew >= *expires) return "expired";
  if (claims.contains("nbf") && time_in(claims, "nbf").value_or(now + skew + 1) > now + skew)
    return "not valid yet";
  if (claims.contains("iat") && time_in(claims, "iat").value_or(now + skew + 1) > now + skew)
    return "issued in the future";
  return {};
}

// Access tokens (RFC 9068 section 2.1) and those that say nothing; no logout or proof tokens.
bool is_access_token(const json::object& header) {
  if (!header.contains("typ")) return true;
  std::string type(crypto::text_in(header, "typ"));
  for (auto& c : type)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return type == "jwt" || type == "at+jwt" || type == "application/at+jwt";
}

}  // namespace

TokenVerdict verdict_on(const json::object& claims, const TokenSettings& settings, UnixTime now) {
  if (crypto::text_in(claims, "iss") != settings.issuer) return invalid("of another issuer");
  if (!is_or_has(claims.if_contains("aud"), settings.audience))
    return invalid("for another audience");
  if (const auto why = untimely(claims, settings.clock_skew.count(), now); !why.empty())
    return invalid(why);
  const auto account = crypto::text_in(claims, settings.account_claim);
  if (account.empty()) return invalid("names no account");
  // Some write the flag as a text.
  const auto* verified = claims.if_contains("email_verified");
  if (settings.account_claim == "email" && verified != nullptr && *verified != json::value(true) &&
      *verified != json::value("true"))
    return invalid("the address is not verified");
  if (!settings.scope.empty() && !has_scope(claims, settings.scope))
    return {TokenFault::insufficient_scope, {}, "lacks the scope"};
  return {TokenFault::none, std::string(account), {}};
}

AccessTokens::AccessTokens(TokenSettings settings, std::unique_ptr<TokenKeys> keys,
                           const Clock& wall)
    : settings_(std::move(settings)), keys_(std::move(keys)), wall_(wall) {}

TokenVerdict AccessTokens::check(std::string_view text) {
  using Verdict = crypto::JwkSet::Verdict;
  const auto token = crypto::parse_jwt(text);
  if (!token || !is_access_token(token->header)) return invalid("no access token");
  const auto check = [&](const auto& keys) {
    return keys ? keys->check(*token) : Verdict::unknown_key;
  };
  auto signature = check(keys_->now());
  if (signature == Verdict::unknown_key) {
    const auto keys = keys_->renewed();
    if (!keys)
      throw Error(Fault::unavailable, "the keys of the OpenID provider cannot be had just now");
    signature = check(keys);
  }
  auto verdict = signature == Verdict::good ? verdict_on(token->claims, settings_, wall_.now())
                                            : invalid("no good signature");
  if (verdict.fault != TokenFault::none)
    logging::info("oauth.token_refused", {{"reason", verdict.reason}});
  return verdict;
}

std::string AccessTokens::refusal(TokenFault fault) const {
  json::object out{
      {"status", fault == TokenFault::insufficient_scope ? "insufficient_scope" : "invalid_token"},
      {"openid-configuration", settings_.issuer + (settings_.issuer.ends_with('/') ? "" : "/") +
                                   ".well-known/openid-configuration"}};
  if (!settings_.scope.empty()) out["scope"] = settings_.scope;
  return json::serialize(out);
}

}  // namespace policy
