#include "crypto/scram_client.h"

#include <charconv>
#include <optional>

#include "base/error.h"
#include "crypto/constant_time.h"
#include "crypto/scram_proof.h"

namespace crypto {
namespace {

// RFC 7677 section 4 wants 4096 at least; more than this is an attack on our time.
constexpr std::uint32_t fewest_iterations = 4096, most_iterations = 1'000'000;

[[noreturn]] void refuse(const char* why) {
  throw Error(Fault::denied, std::string("SCRAM-SHA-256: ") + why);
}

std::string header_of(ScramBinding binding) {
  switch (binding) {
    case ScramBinding::exporter:
      return "p=tls-exporter,,";
    case ScramBinding::not_offered:
      return "y,,";
    case ScramBinding::none:
      break;
  }
  return "n,,";
}

// RFC 5802 5.1
std::string saslname(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',')
      out += "=2C";
    else if (c == '=')
      out += "=3D";
    else
      out += c;
  }
  return out;
}

// "x=VALUE" at the head of a message, with the comma after it.
std::string_view taken(std::string_view& message, char name) {
  if (message.size() < 2 || message[0] != name || message[1] != '=')
    refuse("the server's message is none");
  const auto end = std::min(message.find(','), message.size());
  const auto value = message.substr(2, end - 2);
  message.remove_prefix(std::min(end + 1, message.size()));
  return value;
}

Bytes octets_of(std::string_view base64) {
  try {
    return copy_of(bytes_of(from_base64(base64)));
  } catch (const Error&) {
    refuse("the server's message is none");
  }
}

std::uint32_t iterations_in(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size())
    refuse("the server's message is none");
  if (count < fewest_iterations) refuse("the server wants fewer rounds of hashing than are safe");
  if (count > most_iterations) refuse("the server wants more rounds of hashing than are sane");
  return count;
}

}  // namespace

ScramClient::ScramClient(std::string_view user, SecretText password, std::string nonce,
                         ScramBinding binding, Bytes channel)
    : password_(std::move(password)),
      header_(header_of(binding)),
      bare_("n=" + saslname(user) + ",r=" + nonce),
      nonce_(std::move(nonce)),
      channel_(std::move(channel)) {}

std::string ScramClient::first() const { return header_ + bare_; }

std::string ScramClient::final(std::string_view server_first) {
  auto rest = server_first;
  const auto nonce = taken(rest, 'r');
  const auto salt = octets_of(taken(rest, 's'));
  const auto iterations = iterations_in(taken(rest, 'i'));
  if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size())
    refuse("the server's nonce is not ours and more");
  const auto bound = header_ + std::string(text_of(channel_));
  auto message = "c=" + to_base64(bytes_of(bound)) + ",r=" + std::string(nonce);
  const auto dialogue = bare_ + ',' + std::string(server_first) + ',' + message;
  auto proof = scram_proof(password_, salt, iterations, dialogue);
  expected_ = std::move(proof.server_signature);
  return message + ",p=" + to_base64(proof.proof);
}

void ScramClient::check(std::string_view server_final) const {
  const auto signature = octets_of(taken(server_final, 'v'));
  if (expected_.empty() || !same_octets(signature, expected_))
    refuse("the server does not know the password");
}

}  // namespace crypto
