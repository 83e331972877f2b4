#pragma once
// A client of a running vault over TLS, of raw requests, each on a connection of its own.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

#include "crypto/tls_connection.h"
#include "tests/support/running_vault.h"

namespace vault_test {

// Every permission there is.
extern const std::string everything;
// As the JavaScript client spells it.
extern const std::string version;
// 32 octets, as base64url.
extern const std::string octets;

struct Answer {
  unsigned status;
  std::string head;
  boost::json::value body;  // null: none

  std::string code() const { return text("code"); }
  std::string inner() const;
  std::string text(const char* member) const;
};

class Asker {
 public:
  Asker(const RunningVault&, std::string token);

  Answer ask(const std::string& method, const std::string& target, const std::string& body = {},
             const std::string& host = "vault.test:1234") const;

  boost::json::value create(const std::string& name,
                            const std::string& body = R"({"kty":"RSA","key_size":2048})") const;
  Answer operate(const std::string& key, const std::string& operation, const std::string& algorithm,
                 const std::string& value) const;
  Answer wrap(const std::string& key, const std::string& value,
              const std::string& algorithm = "RSA-OAEP-256") const {
    return operate(key, "wrapkey", algorithm, value);
  }
  Answer unwrap(const std::string& key, const std::string& value) const {
    return operate(key, "unwrapkey", "RSA-OAEP-256", value);
  }
  unsigned patch(const std::string& key, const std::string& body) const {
    return ask("PATCH", "/keys/" + key + version, body).status;
  }

 private:
  const RunningVault& vault_;
  const std::string token_;
  const std::shared_ptr<SSL_CTX> context_;
};

// A vault with one client who may do everything.
struct Fixture {
  RunningVault vault;
  Asker client{vault, vault.token("all", everything)};
};

// A new key of 2048 bits by OpenSSL's own program: PKCS #8, and what a PUT of it says.
struct ForeignKey {
  vault::Secret pkcs8;
  std::string body;
};
ForeignKey made_elsewhere(const std::filesystem::path& directory);

std::string text(const boost::json::value&);
std::string kid_in(const boost::json::value& bundle);
std::string version_of(const boost::json::value& bundle);

}  // namespace vault_test
