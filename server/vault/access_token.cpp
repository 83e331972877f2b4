#include "server/vault/access_token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"
#include "server/vault/jwt.h"
#include "server/vault/uuid.h"

namespace vault {
namespace {

namespace json = boost::json;

Bytes signature_of(const Secret& key, std::string_view text) {
  Bytes out(32);
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text).data(),
           text.size(), out.data(), &size) == nullptr)
    throw Error(Fault::unavailable, "OpenSSL refuses HMAC-SHA256");
  return out;
}

}  // namespace

std::string AccessTokens::issue(const std::string& client_id) const {
  const auto now = clock_.now();
  const json::object header{{"alg", "HS256"}, {"typ", "JWT"}};
  const json::object claims{{"aud", audience_.resource},
                            {"tid", audience_.tenant},
                            {"appid", client_id},
                            {"sub", client_id},
                            {"iat", now},
                            {"nbf", now},
                            {"exp", now + access_token_life},
                            {"uti", random_uuid()}};
  const auto text = unsigned_jwt(header, claims);
  return text + '.' + to_base64url(signature_of(key_, text));
}

std::optional<std::string> AccessTokens::client_of(std::string_view token) const {
  const auto jwt = parse_jwt(token);
  if (!jwt) return std::nullopt;
  const auto expected = signature_of(key_, jwt->signed_part);
  if (jwt->signature.size() != expected.size() ||
      CRYPTO_memcmp(jwt->signature.data(), expected.data(), expected.size()) != 0)
    return std::nullopt;
  const auto now = clock_.now();
  const bool good =
      jwt->text("aud") == audience_.resource && jwt->text("tid") == audience_.tenant &&
      jwt->number("nbf").value_or(now + 1) <= now && now < jwt->number("exp").value_or(0);
  return good ? jwt->text("appid") : std::nullopt;
}

}  // namespace vault
