#include "crypto/token_source.h"

#include <cstdlib>

#include "crypto/client_credentials.h"
#include "crypto/managed_identity.h"
#include "crypto/secret_file.h"
#include "crypto/token_answer.h"

namespace crypto {
namespace {

class TokenFile final : public TokenSource {
 public:
  explicit TokenFile(TokenFileLogin login) : login_(std::move(login)) { read(); }

  Token fetch(const std::string&, Deadline) override {
    try {
      return {read(), std::nullopt};
    } catch (const Error& error) {
      throw RootError(RootVerdict::misconfigured, "token file", error.what());
    }
  }
  bool needs_resource() const override { return false; }

 private:
  SecretText read() const {
    auto token = read_secret_line(login_.file);
    check_bearer(token);
    return token;
  }

  const TokenFileLogin login_;
};

}  // namespace

SecretText read_secret_line(const std::filesystem::path& path) {
  const auto content = read_secret_file(path);
  if (!content) throw Error(Fault::not_found, "there is no file " + path.string());
  SecretText line(content->begin(), content->end());
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (line.empty() || line.find_first_of("\r\n") != line.npos)
    throw Error(Fault::invalid, path.string() + " is not one line of text");
  return line;
}

std::unique_ptr<TokenSource> token_source(const LoginSettings& settings, const Clock& clock) {
  struct Make {
    const Clock& clock;
    std::unique_ptr<TokenSource> operator()(const TokenFileLogin& login) const {
      return std::make_unique<TokenFile>(login);
    }
    std::unique_ptr<TokenSource> operator()(const ClientSecretLogin& login) const {
      return client_secret(login, clock);
    }
    std::unique_ptr<TokenSource> operator()(const ClientCertificateLogin& login) const {
      return client_certificate(login, clock);
    }
    std::unique_ptr<TokenSource> operator()(const ManagedIdentityLogin& login) const {
      return managed_identity(login, clock);
    }
  };
  return std::visit(Make{clock}, settings);
}

}  // namespace crypto
