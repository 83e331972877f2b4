#include "crypto/token_answer.h"

#include <algorithm>

#include "crypto/json_answer.h"
#include "crypto/retry_after.h"

namespace crypto {
namespace {

constexpr std::size_t longest_bearer = 16 * 1024;
constexpr std::int64_t longest_lifetime = 48 * 3600;

std::optional<std::chrono::seconds> lifetime_in(const JsonAnswer& answer, UnixTime now) {
  auto left = number_in(answer.root(), "expires_in");
  if (const auto end = number_in(answer.root(), "expires_on"); !left && end)
    left = std::clamp<std::int64_t>(*end, 0, now + longest_lifetime) - now;
  if (!left) return std::nullopt;
  if (*left <= 0) answer.refuse("has a token that is over: is the clock right?");
  return std::chrono::seconds(std::min(*left, longest_lifetime));
}

std::string_view remark_on(const VaultReply& reply) {
  // "Client assertion is not within its valid time range."
  return reply.inner == "AADSTS700024" ? "; is the clock of this machine right?" : "";
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

void check_bearer(const SecretText& token) {
  const auto visible = [](unsigned char c) { return c > ' ' && c < 127; };
  if (token.empty() || token.size() > longest_bearer || !std::ranges::all_of(token, visible))
    throw Error(Fault::invalid, "the vault token is empty or not one line of text");
}

Token token_in(const SecretText& body, Speaker speaker, const std::string& who, UnixTime now) {
  const JsonAnswer answer(body, speaker, who);
  const auto text = answer.text(answer.root(), "access_token");
  Token token{{text.begin(), text.end()}, lifetime_in(answer, now)};
  try {
    check_bearer(token.bearer);
  } catch (const RootError&) {
    throw;
  } catch (const Error&) {
    answer.refuse("has no bearer token");
  }
  return token;
}

Token asked_for_token(HttpsClient& client, const TokenRequest& request, UnixTime now,
                      Deadline end) {
  const auto view = [](const SecretText& text) { return std::string_view(text); };
  HttpsAnswer answer;
  try {
    answer = client.ask(request.method, view(request.target), view(request.head),
                        view(request.body), end);
  } catch (const HttpsError& error) {
    throw failure_of({0, std::string(name_of(error.kind())), "", request.speaker}, error.what());
  }
  const auto reply = reply_of(answer.status, view(answer.body), request.speaker);
  if (verdict_of(reply) != RootVerdict::ok)
    throw failure_of(reply,
                     request.who + " answers " + code_of(reply) + std::string(remark_on(reply)),
                     retry_after(answer.retry_after, now));
  return token_in(answer.body, request.speaker, request.who, now);
}

void add_field(SecretText& form, std::string_view name, std::string_view value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (!form.empty()) form += '&';
  form.append(name).append("=");
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (is_unreserved(c))
      form += c;
    else
      form.append("%").append(1, digits[octet >> 4]).append(1, digits[octet & 15]);
  }
}

}  // namespace crypto
