#include "server/config_section.h"

namespace server {
namespace {

constexpr std::int64_t longest_skew = 600;  // seconds

// https alone: who can change these keys can be anybody.
crypto::Url keys_url(Section& section) {
  const auto text = section.text("keys_url");
  return section.checked("keys_url", [&] {
    auto url = crypto::parse_url(text);
    if (!url.tls && url.host != "localhost" && url.host != "127.0.0.1" && url.host != "::1")
      throw Error(Fault::invalid, "http is for this machine alone", "give an https URL");
    return url;
  });
}

}  // namespace

void read_oauth(Section& section, Config& config) {
  OAuthConfig out;
  auto& tokens = out.tokens;
  tokens.issuer = section.text("issuer");
  tokens.audience = section.text("audience");
  tokens.account_claim = section.text_or("account_claim", tokens.account_claim);
  tokens.scope = section.text_or("scope", tokens.scope);
  tokens.clock_skew = section.seconds("clock_skew", tokens.clock_skew, 0, longest_skew);
  if (section.has("keys_file")) {
    for (const auto* other : {"keys_url", "keys_ca"})
      if (section.has(other)) section.refuse(other, "does not go with keys_file");
    out.keys_file = section.file("keys_file");
  } else {
    out.keys_url = keys_url(section);
    if (section.has("keys_ca")) out.keys_ca = section.file("keys_ca");
  }
  config.oauth = std::move(out);
}

}  // namespace server
