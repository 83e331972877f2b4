#include "imap/sasl/mechanism.h"

#include <algorithm>

#include "imap/sasl/exchanges.h"

namespace imap::sasl {

namespace {

bool in_private(const Channel& channel) { return channel.is_private; }
bool with_binding(const Channel& channel) { return !channel.bindings.empty(); }
bool with_certificate(const Channel& channel) { return channel.certificate.has_value(); }
// RFC 7628 section 3: a bearer token is as good as a password.
bool with_tokens(const Channel& channel) { return channel.is_private && channel.takes_tokens; }

constexpr Mechanism table[] = {
    {"PLAIN", in_private, make_plain},                      // RFC 4616
    {"LOGIN", in_private, make_login},                      // as old clients still speak it
    {"SCRAM-SHA-256", in_private, make_scram},              // RFC 7677
    {"SCRAM-SHA-256-PLUS", with_binding, make_scram_plus},  // RFC 7677
    {"EXTERNAL", with_certificate, make_external},          // RFC 4422 appendix A
    {"OAUTHBEARER", with_tokens, make_oauth_bearer},        // RFC 7628
    {"XOAUTH2", with_tokens, make_xoauth2},                 // as Google and Microsoft speak it
};

}  // namespace

Channel channel_of(const Stream& stream, const policy::Login& login) {
  return {.is_private = stream.is_tls(),
          .takes_tokens = login.takes_tokens(),
          .bindings = stream.channel_bindings(),
          .certificate = stream.peer_certificate()};
}

const Mechanism* find_mechanism(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &Mechanism::name);
  return found == std::end(table) ? nullptr : found;
}

std::string offered(const Channel& channel, std::string_view before) {
  std::string all;
  for (const auto& mechanism : table)
    if (mechanism.is_offered(channel)) all.append(before).append(mechanism.name);
  return all;
}

}  // namespace imap::sasl
