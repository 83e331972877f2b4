// Bearer tokens: OAUTHBEARER (RFC 7628) and XOAUTH2, its forerunner.

#include "imap/sasl/exchanges.h"
#include "imap/sasl/gs2.h"

namespace imap::sasl {

namespace {

constexpr char separator = '\x01';

constexpr Refusal no_oauth{Refusal::Kind::malformed, "that is no OAuth message"};

// RFC 6750 section 2.1: "Bearer" in any case, blanks, the token. Empty where it is none.
std::string_view bearer_in(std::string_view value) {
  constexpr std::string_view scheme = "bearer ";
  if (value.size() < scheme.size()) return {};
  for (std::size_t n = 0; n < scheme.size(); ++n)
    if ((value[n] | (scheme[n] == ' ' ? 0 : 0x20)) != scheme[n]) return {};
  value.remove_prefix(scheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

// key "=" value separator, until an empty one ends them. Nothing when the list has no end.
std::optional<std::string_view> value_in(std::string_view pairs, std::string_view key) {
  std::string_view found;
  while (!pairs.starts_with(separator)) {
    const auto end = pairs.find(separator);
    if (end == pairs.npos) return std::nullopt;
    const auto pair = pairs.substr(0, end);
    pairs.remove_prefix(end + 1);
    if (pair.starts_with(key) && pair.substr(key.size()).starts_with('='))
      found = pair.substr(key.size() + 1);
  }
  if (pairs.size() != 1) return std::nullopt;
  return found;
}

struct Bearer {
  std::string as;
  std::string_view token;
};

// gs2-header, separator, pairs, separator.
std::optional<Bearer> bearer_of_rfc_7628(std::string_view message) {
  const auto header = take_gs2_header(message);
  if (!header || header->binding == Gs2Header::Binding::p || !message.starts_with(separator))
    return std::nullopt;
  const auto value = value_in(message.substr(1), "auth");
  const auto token = value ? bearer_in(*value) : std::string_view();
  if (token.empty()) return std::nullopt;
  return Bearer{header->as, token};
}

// "user=" name separator "auth=Bearer " token separator separator
std::optional<Bearer> bearer_of_xoauth2(std::string_view message) {
  const auto user = value_in(message, "user"), value = value_in(message, "auth");
  const auto token = value ? bearer_in(*value) : std::string_view();
  if (!user || user->empty() || token.empty()) return std::nullopt;
  return Bearer{std::string(*user), token};
}

class OAuth final : public Exchange {
 public:
  using Parser = std::optional<Bearer> (*)(std::string_view);
  OAuth(Parser parser, Verifier& verifier) : parser_(parser), verifier_(verifier) {}

 private:
  // RFC 7628 section 3.2.3: what was wrong is a challenge; the client acknowledges it, and fails.
  Step next(const Message& message) override {
    if (refused_) return wrong();
    const auto bearer = parser_(message);
    if (!bearer) return no_oauth;
    auto verdict = verifier_.token(bearer->token, bearer->as);
    if (auto* admission = std::get_if<policy::Admission>(&verdict)) return std::move(*admission);
    refused_ = true;
    return Challenge{std::get<policy::TokenRefusal>(verdict).json};
  }

  const Parser parser_;
  Verifier& verifier_;
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<Exchange> make_oauth_bearer(const Channel&, Verifier& verifier) {
  return std::make_unique<OAuth>(bearer_of_rfc_7628, verifier);
}

std::unique_ptr<Exchange> make_xoauth2(const Channel&, Verifier& verifier) {
  return std::make_unique<OAuth>(bearer_of_xoauth2, verifier);
}

}  // namespace imap::sasl
