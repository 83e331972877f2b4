#pragma once
// Whom a SASL exchange asks. Blocking pool only.

#include "policy/login.h"

namespace imap::sasl {

// As the calls of policy::Login.
class Verifier {
 public:
  virtual ~Verifier() = default;
  virtual std::optional<policy::Admission> password(std::string_view name,
                                                    std::string_view password) = 0;
  virtual policy::ScramOffer scram(std::string_view name) = 0;
  virtual std::optional<policy::ScramAdmission> proof(std::string_view name,
                                                      const policy::ScramOffer&,
                                                      std::string_view auth_message,
                                                      ByteView proof) = 0;
  virtual std::optional<policy::Admission> certificate(const crypto::PeerCertificate&,
                                                       std::string_view as) = 0;
  virtual std::variant<policy::TokenRefusal, policy::Admission> token(std::string_view token,
                                                                      std::string_view as) = 0;
};

// For one visitor. Login outlives it.
class LoginVerifier final : public Verifier {
 public:
  LoginVerifier(policy::Login& login, policy::Visitor visitor)
      : login_(login), visitor_(std::move(visitor)) {}

  std::optional<policy::Admission> password(std::string_view name,
                                            std::string_view password) override {
    return login_.check(name, password, visitor_);
  }
  policy::ScramOffer scram(std::string_view name) override { return login_.scram(name); }
  std::optional<policy::ScramAdmission> proof(std::string_view name,
                                              const policy::ScramOffer& offer,
                                              std::string_view auth_message,
                                              ByteView proof) override {
    return login_.check_proof(name, offer, auth_message, proof, visitor_);
  }
  std::optional<policy::Admission> certificate(const crypto::PeerCertificate& shown,
                                               std::string_view as) override {
    return login_.check_certificate(shown, as, visitor_);
  }
  std::variant<policy::TokenRefusal, policy::Admission> token(std::string_view token,
                                                              std::string_view as) override {
    return login_.check_token(token, as, visitor_);
  }

 private:
  policy::Login& login_;
  const policy::Visitor visitor_;
};

}  // namespace imap::sasl
