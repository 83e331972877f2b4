#include "policy/protection.h"

#include <algorithm>

#include "base/error.h"

namespace policy {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::managed:
      return "managed";
    case Level::customer_key:
      return "customer key";
    case Level::end_to_end:
      return "end-to-end";
  }
  return "managed";
}

Level level_of(const storage::Dep& dep, const std::optional<storage::Protection>& protection) {
  if (protection) return Level::end_to_end;
  return dep.managed ? Level::managed : Level::customer_key;
}

std::shared_ptr<const storage::Protect> protect_of(const Encrypt& encrypt,
                                                   const storage::Protection& protection) {
  return std::make_shared<const storage::Protect>(
      [encrypt, certificates = protection.certificates](storage::NewMessage message) {
        if (!encrypt)
          throw Error(Fault::unavailable, "mail of this mailbox cannot be encrypted here");
        return encrypt(std::move(message), certificates);
      });
}

std::vector<crypto::RecipientCertificate> certificates_of(const storage::Protection& protection) {
  std::vector<crypto::RecipientCertificate> all;
  for (const auto& der : protection.certificates) try {
      all.push_back(crypto::recipient_certificate(der));
    } catch (const Error&) {
      throw Error(Fault::corrupt, "a stored certificate does not parse");
    }
  return all;
}

storage::Protection new_protection(std::span<const std::string> certificates, UnixTime now,
                                   const std::string& by) {
  if (certificates.empty() || certificates.size() > most_recipients)
    throw Error(Fault::invalid,
                "end-to-end wants 1 to " + std::to_string(most_recipients) + " certificates",
                "name their files: sealpost mailbox protect ACCOUNT end-to-end FILE...");
  storage::Protection made{.certificates = {}, .since = now, .by = by};
  for (const auto& text : certificates) {
    auto certificate = crypto::recipient_certificate(bytes_of(text));
    require_valid(certificate, now);
    if (std::ranges::find(made.certificates, certificate.der) != made.certificates.end())
      throw Error(Fault::invalid, "the certificate " + certificate.fingerprint + " is named twice");
    made.certificates.push_back(std::move(certificate.der));
  }
  return made;
}

}  // namespace policy
