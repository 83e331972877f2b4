#include "crypto/vault_verdict.h"

#include <algorithm>
#include <boost/json.hpp>

namespace crypto {
namespace {

namespace json = boost::json;

using enum RootVerdict;
enum class Code { any, none, this_one };

// Bits of Rule::who.
constexpr unsigned vault = 1, authority = 2, identity = 4, tokens = authority | identity,
                   all = vault | tokens;

struct Rule {
  unsigned who;
  unsigned first, last;  // status
  Code code;
  std::string_view name;   // for Code::this_one
  std::string_view inner;  // empty: any
  RootVerdict verdict;
};

// The first that fits. What fits none is misconfigured: it is no word of the customer.
constexpr Rule rules[] = {
    // Nobody answered.
    {all, 0, 0, Code::this_one, "unreachable", "", transient},
    {all, 0, 0, Code::this_one, "timeout", "", transient},
    // A deleted vault's name stops resolving, but so does any in a fault of the DNS.
    {all, 0, 0, Code::this_one, "no such name", "", transient},
    {all, 0, 0, Code::this_one, "not asked", "", transient},
    {all, 0, 0, Code::any, "", "", misconfigured},  // untrusted certificate, not HTTPS

    // The answer is not what was asked for.
    {all, 200, 200, Code::this_one, "unreadable", "", transient},  // a captive portal
    {all, 200, 200, Code::none, "", "", ok},
    {all, 200, 399, Code::any, "", "", misconfigured},  // another key; a redirect, never followed

    // Somebody between us and the vault is speaking, or is overloaded.
    {all, 401, 401, Code::none, "", "", transient},
    {all, 403, 404, Code::none, "", "", transient},
    {all, 408, 408, Code::any, "", "", transient},
    {all, 429, 429, Code::any, "", "", transient},
    {all, 501, 501, Code::any, "", "", misconfigured},
    {all, 500, 599, Code::any, "", "", transient},

    // The vault.
    {vault, 401, 401, Code::any, "", "", misconfigured},  // our identity, not the customer's will
    {vault, 403, 403, Code::this_one, "Forbidden", "KeyNotYetValidOrExpired", transient},
    {vault, 403, 403, Code::this_one, "Forbidden", "KeyDisabled", denied},
    {vault, 403, 403, Code::this_one, "Forbidden", "KeyOperationForbidden", denied},
    {vault, 403, 403, Code::this_one, "Forbidden", "ForbiddenByFirewall", denied},
    {vault, 403, 403, Code::this_one, "Forbidden", "", denied},  // permission taken away
    {vault, 403, 403, Code::this_one, "AccessDenied", "", denied},
    {vault, 404, 404, Code::this_one, "KeyNotFound", "", denied},
    {vault, 409, 409, Code::any, "", "", transient},  // being deleted or recovered

    // The token endpoint: our own fault, but for what an admin of the customer's tenant did to our
    // application there: disabled it, removed it.
    {authority, 400, 401, Code::any, "", "AADSTS7000112", denied},
    {authority, 400, 401, Code::any, "", "AADSTS700016", denied},
    {authority, 400, 400, Code::none, "", "", transient},

    // The machine's own identity service, while it is being updated.
    {identity, 404, 404, Code::any, "", "", transient},
    {identity, 410, 410, Code::any, "", "", transient},
};

bool fits(const Rule& rule, const VaultReply& reply) {
  if ((rule.who & (1u << static_cast<unsigned>(reply.speaker))) == 0) return false;
  if (reply.status < rule.first || reply.status > rule.last) return false;
  if (rule.code == Code::none && !reply.code.empty()) return false;
  if (rule.code == Code::this_one && reply.code != rule.name) return false;
  return rule.inner.empty() || reply.inner == rule.inner;
}

// A word of a foreign body, fit for logs and answers: as it is if it is a plain name.
std::string word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
  };
  std::string out(text.substr(0, 64));
  std::ranges::replace_if(out, std::not_fn(plain), '?');
  return out;
}

std::string word_at(const json::object& object, std::string_view member) {
  const auto* found = object.if_contains(member);
  return found && found->is_string() ? word(found->as_string()) : std::string();
}

// error.code and error.innererror.code (section 5).
void read_vault_error(const json::object& root, VaultReply& reply) {
  const auto* error = root.if_contains("error");
  if (error == nullptr || !error->is_object()) return;
  reply.code = word_at(error->as_object(), "code");
  const auto* inner = error->as_object().if_contains("innererror");
  if (inner && inner->is_object()) reply.inner = word_at(inner->as_object(), "code");
}

// RFC 6749 section 5.2, with Entra's error_codes.
void read_token_error(const json::object& root, VaultReply& reply) {
  reply.code = word_at(root, "error");
  const auto* codes = root.if_contains("error_codes");
  if (codes == nullptr || !codes->is_array() || codes->as_array().empty()) return;
  const auto& first = codes->as_array().front();
  if (first.is_int64()) reply.inner = "AADSTS" + std::to_string(first.as_int64());
}

}  // namespace

RootVerdict verdict_of(const VaultReply& reply) {
  const auto rule =
      std::ranges::find_if(rules, [&](const Rule& each) { return fits(each, reply); });
  return rule == std::end(rules) ? misconfigured : rule->verdict;
}

std::string code_of(const VaultReply& reply) {
  constexpr std::array<std::string_view, 3> speakers{"", "token ", "identity "};
  std::string out(speakers.at(static_cast<std::size_t>(reply.speaker)));
  if (reply.status > 0) out += std::to_string(reply.status);
  if (!reply.code.empty()) out += (reply.status > 0 ? " " : "") + reply.code;
  if (!reply.inner.empty()) out += '/' + reply.inner;
  return out;
}

bool is_put_off(std::string_view code) {
  return code.starts_with("not asked") || code.starts_with("429");
}

RootError failure_of(const VaultReply& reply, const std::string& message,
                     std::optional<std::chrono::seconds> retry_after) {
  return {verdict_of(reply), code_of(reply), message, retry_after};
}

VaultReply reply_of(unsigned status, std::string_view body, Speaker speaker) {
  VaultReply reply{status, {}, {}, speaker};
  if (status < 400) return reply;
  json::error_code failure;
  const auto value = json::parse(body, failure);
  if (failure || !value.is_object()) return reply;
  if (speaker == Speaker::vault)
    read_vault_error(value.as_object(), reply);
  else
    read_token_error(value.as_object(), reply);
  return reply;
}

}  // namespace crypto
