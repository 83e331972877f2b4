#include "crypto/vault_verdict.h"

#include <algorithm>
#include <boost/json.hpp>

namespace crypto {
namespace {

namespace json = boost::json;

enum class Code { any, none, this_one };

struct Rule {
  unsigned first, last;  // status
  Code code;
  std::string_view name;   // for Code::this_one
  std::string_view inner;  // empty: any
  RootVerdict verdict;
};

using enum RootVerdict;

// The first that fits.
constexpr Rule rules[] = {
    {200, 200, Code::any, "", "", ok},
    {201, 399, Code::any, "", "", misconfigured},  // a redirect is never followed
    {401, 401, Code::none, "", "", transient},     // a proxy or a captive portal, not the vault
    {403, 404, Code::none, "", "", transient},
    {401, 401, Code::any, "", "", misconfigured},  // our identity, not the customer's will
    {403, 403, Code::this_one, "Forbidden", "KeyNotYetValidOrExpired", transient},
    {403, 403, Code::this_one, "Forbidden", "", denied},
    {403, 403, Code::this_one, "AccessDenied", "", denied},
    {403, 403, Code::any, "", "", misconfigured},
    {404, 404, Code::this_one, "KeyNotFound", "", denied},
    {404, 404, Code::any, "", "", misconfigured},  // a wrong URL, or a gateway
    {408, 409, Code::any, "", "", transient},      // 409: being deleted or recovered
    {429, 429, Code::any, "", "", transient},
    {400, 499, Code::any, "", "", misconfigured},
    {501, 501, Code::any, "", "", misconfigured},
    {500, 599, Code::any, "", "", transient},
};

bool fits(const Rule& rule, const VaultReply& reply) {
  if (reply.status < rule.first || reply.status > rule.last) return false;
  if (rule.code == Code::none && !reply.code.empty()) return false;
  if (rule.code == Code::this_one && reply.code != rule.name) return false;
  return rule.inner.empty() || reply.inner == rule.inner;
}

std::string text_at(const json::value& value, std::string_view member) {
  if (!value.is_object()) return {};
  const auto* found = value.as_object().if_contains(member);
  return found && found->is_string() ? json::value_to<std::string>(*found) : std::string();
}

}  // namespace

RootVerdict verdict_of(const VaultReply& reply) {
  const auto rule =
      std::ranges::find_if(rules, [&](const Rule& each) { return fits(each, reply); });
  return rule == std::end(rules) ? misconfigured : rule->verdict;
}

std::string code_of(const VaultReply& reply) {
  auto out = std::to_string(reply.status);
  if (!reply.code.empty()) out += ' ' + reply.code;
  if (!reply.inner.empty()) out += '/' + reply.inner;
  return out;
}

VaultReply reply_of(unsigned status, std::string_view body) {
  VaultReply reply{status, {}, {}};
  if (status < 400) return reply;
  json::error_code failure;
  const auto value = json::parse(body, failure);
  if (failure || !value.is_object()) return reply;
  const auto* error = value.as_object().if_contains("error");
  if (error == nullptr || !error->is_object()) return reply;
  reply.code = text_at(*error, "code").substr(0, 64);
  if (const auto* inner = error->as_object().if_contains("innererror"))
    reply.inner = text_at(*inner, "code").substr(0, 64);
  return reply;
}

}  // namespace crypto
