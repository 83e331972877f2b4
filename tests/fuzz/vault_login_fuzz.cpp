// What strangers may answer where a vault, its token endpoint or an identity service is expected:
// challenges, tokens, errors, times to wait, URLs.

#include <cstdlib>

#include "crypto/challenge.h"
#include "crypto/retry_after.h"
#include "crypto/token_answer.h"
#include "crypto/url.h"

namespace {

using crypto::Speaker;

constexpr UnixTime now = 1'000'000'000;

void read_challenge(const std::string& text) {
  const auto challenge = crypto::bearer_challenge(text);
  if (!challenge) return;
  // Nothing but an https host above the vault's is ever taken.
  if (crypto::covers(challenge->resource, "mine.vault.example") &&
      crypto::parse_url(challenge->resource).host != "vault.example")
    std::abort();
}

void read_token(const std::string& text) {
  const auto token = crypto::token_in({text.begin(), text.end()}, Speaker::authority, "fuzz", now);
  crypto::check_bearer(token.bearer);
  if (token.lifetime && token.lifetime->count() <= 0) std::abort();
}

void read_errors(const std::string& text) {
  for (const auto speaker : {Speaker::vault, Speaker::authority, Speaker::identity})
    for (const auto status : {200u, 400u, 401u, 403u, 404u, 500u}) {
      const auto code = crypto::code_of(crypto::reply_of(status, text, speaker));
      if (code.size() > 256 || code.find_first_of("\r\n\"") != code.npos) std::abort();
    }
}

void read_url(const std::string& text) {
  const auto url = crypto::parse_url(text);
  if (crypto::parse_url(url.origin() + url.path).origin() != url.origin()) std::abort();
}

void read_time(const std::string& text) {
  const auto wait = crypto::retry_after(text, now);
  if (wait && wait->count() < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const auto read : {read_challenge, read_token, read_errors, read_url, read_time}) try {
      read(text);
    } catch (const Error&) {
    }
  return 0;
}
