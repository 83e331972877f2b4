// What strangers send to log in: SASL messages of all mechanisms, tokens, key sets.

#include <cstdlib>

#include "crypto/jwk_set.h"
#include "crypto/saslprep.h"
#include "imap/sasl/mechanism.h"

namespace {

using namespace imap::sasl;

// Nobody is let in but by the password "x", the proof of knowing it, the token "x".
class House final : public Verifier {
 public:
  std::optional<policy::Admission> password(std::string_view, std::string_view password) override {
    if (password != "x") return std::nullopt;
    return policy::Admission();
  }
  policy::ScramOffer scram(std::string_view) override { return {verifier_.salt, 1}; }
  std::optional<policy::ScramAdmission> proof(std::string_view, const policy::ScramOffer&,
                                              std::string_view auth_message,
                                              ByteView proof) override {
    if (!crypto::proof_holds(verifier_, auth_message, proof)) return std::nullopt;
    std::abort();  // nobody forges one
  }
  std::optional<policy::Admission> certificate(const crypto::PeerCertificate&,
                                               std::string_view) override {
    return std::nullopt;
  }
  std::variant<policy::TokenRefusal, policy::Admission> token(std::string_view token,
                                                              std::string_view) override {
    if (token == "x") return policy::Admission();
    return policy::TokenRefusal{"{}"};
  }

 private:
  const crypto::ScramVerifier verifier_ = crypto::scram_verifier("x", Bytes(16), 1);
};

const Channel channel{.is_private = true,
                      .takes_tokens = true,
                      .bindings = {{"tls-exporter", Bytes(32)}},
                      .certificate = crypto::PeerCertificate{{7}, {}}};

constexpr std::string_view mechanisms[] = {
    "PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "OAUTHBEARER", "XOAUTH2"};

// The messages of one exchange, between octets FF.
void converse(std::string_view text) {
  if (text.empty()) return;
  House house;
  const auto& name = mechanisms[static_cast<unsigned char>(text[0]) % std::size(mechanisms)];
  const auto exchange = find_mechanism(name)->make(channel, house);
  text.remove_prefix(1);
  auto step = exchange->begin(std::nullopt);
  for (int steps = 0; std::holds_alternative<Challenge>(step); ++steps) {
    if (steps == 4) std::abort();  // every exchange has an end
    const auto end = std::min(text.find('\xff'), text.size());
    step = exchange->answer(Message(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void read_token(std::string_view text) {
  static const crypto::JwkSet keys(R"({"keys":[{"kty":"EC","crv":"P-256","kid":"1",)"
                                   R"("x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",)"
                                   R"("y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]})");
  if (const auto token = crypto::parse_jwt(text))
    if (keys.check(*token) == crypto::JwkSet::Verdict::good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  converse(text);
  read_token(text);
  if (crypto::prepared_password(text).size() > std::max<std::size_t>(size, 1024)) std::abort();
  try {
    const crypto::JwkSet keys(text);
    if (keys.size() == 0) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
