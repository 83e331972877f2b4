#include "imap/sasl/scram.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/locked_memory.h"
#include "imap/sasl/exchanges.h"
#include "policy/account_name.h"

namespace imap::sasl {

namespace {

constexpr std::size_t nonce_limit = 512;  // octets, the client's
constexpr std::size_t nonce_size = 18;    // octets, ours
constexpr std::size_t scram_limit = 4096;

constexpr Refusal no_scram{Refusal::Kind::malformed, "that is no SCRAM message"};
// RFC 5802 section 6: somebody between has taken the mechanism with a binding off our list.
constexpr Refusal downgraded{Refusal::Kind::unfit,
                             "channel binding is offered here, and the client was told it is not"};
constexpr Refusal no_such_binding{Refusal::Kind::unfit, "this channel binding is not there"};

// RFC 5802 section 7: %x21-2B / %x2D-7E
bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= nonce_limit &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

std::optional<Bytes> octets_of(std::string_view base64) try {
  return copy_of(bytes_of(from_base64(base64)));
} catch (const Error&) {
  return std::nullopt;
}

}  // namespace

Scram::Scram(Binding binding, const Channel& channel, std::string nonce, Verifier& verifier)
    : binding_(binding),
      bindings_(channel.bindings),
      nonce_(std::move(nonce)),
      verifier_(verifier) {}

Step Scram::next(const Message& message) {
  if (message.size() > scram_limit) return no_scram;
  switch (expected_) {
    case Expected::client_first:
      return client_first(message);
    case Expected::client_final:
      return client_final(message);
    case Expected::nothing:
      break;
  }
  if (!message.empty()) return no_scram;
  return std::move(admission_.value());
}

const ChannelBinding* Scram::find_binding(std::string_view type) const {
  const auto found = std::ranges::find(bindings_, type, &ChannelBinding::type);
  return found == bindings_.end() ? nullptr : &*found;
}

std::optional<Refusal> Scram::objection(const Gs2Header& header) const {
  if (binding_ == Binding::required) {
    if (header.binding != Gs2Header::Binding::p) return no_scram;
    if (!find_binding(header.binding_type)) return no_such_binding;
  } else {
    if (header.binding == Gs2Header::Binding::p) return no_scram;
    if (header.binding == Gs2Header::Binding::y && !bindings_.empty()) return downgraded;
  }
  return std::nullopt;
}

// RFC 5802 section 7: gs2-header "," cbind-data.
std::string Scram::bound(const Gs2Header& header) const {
  std::string out(header.text);
  if (const auto* used = find_binding(header.binding_type)) out += text_of(used->octets);
  return out;
}

Step Scram::client_first(std::string_view message) {
  const auto header = take_gs2_header(message);
  if (!header) return no_scram;
  if (const auto refusal = objection(*header)) return *refusal;
  const auto bare = message;
  // An "m=" that must be understood comes before the name, and is none of ours (section 5.1).
  const auto coded = take_attribute(message, 'n');
  const auto name = coded ? decoded_saslname(*coded) : std::nullopt;
  const auto nonce = take_attribute(message, 'r');
  if (!name || !nonce || !is_nonce(*nonce)) return no_scram;
  if (!header->as.empty() && policy::lower_case(header->as) != policy::lower_case(*name))
    return other_identity();
  name_ = *name;
  nonce_ = std::string(*nonce) + nonce_;
  bound_ = bound(*header);
  offer_ = verifier_.scram(name_);
  const auto server_first =
      "r=" + nonce_ + ",s=" + to_base64(offer_.salt) + ",i=" + std::to_string(offer_.iterations);
  dialogue_ = std::string(bare) + ',' + server_first;
  expected_ = Expected::client_final;
  return Challenge{server_first};
}

Step Scram::client_final(std::string_view message) {
  const auto end = message.rfind(",p=");
  if (end == message.npos) return no_scram;
  const auto auth_message = dialogue_ + ',' + std::string(message.substr(0, end));
  const auto proof = octets_of(message.substr(end + 3));
  const auto coded = take_attribute(message, 'c');
  const auto bound = coded ? octets_of(*coded) : std::nullopt;
  const auto nonce = take_attribute(message, 'r');
  if (!proof || !bound || !nonce) return no_scram;
  if (text_of(*bound) != bound_ || *nonce != nonce_) return wrong();
  auto admitted = verifier_.proof(name_, offer_, auth_message, *proof);
  if (!admitted) return wrong();
  admission_ = std::move(admitted->admission);
  expected_ = Expected::nothing;
  return Challenge{"v=" + to_base64(admitted->server_signature)};
}

namespace {

std::unique_ptr<Exchange> made(Binding binding, const Channel& channel, Verifier& verifier) {
  return std::make_unique<Scram>(binding, channel, to_base64(crypto::random_bytes(nonce_size)),
                                 verifier);
}

}  // namespace

std::unique_ptr<Exchange> make_scram(const Channel& channel, Verifier& verifier) {
  return made(Binding::none, channel, verifier);
}

std::unique_ptr<Exchange> make_scram_plus(const Channel& channel, Verifier& verifier) {
  return made(Binding::required, channel, verifier);
}

}  // namespace imap::sasl
