#pragma once
// Who may log in, and by what. argon2id on the blocking pool; a keyed digest of the last right
// password is kept in memory so that the next fifteen connections of one client do not cost 30 ms
// each. Wrong passwords slow the guesser down by address and account (back_off.h), never the right
// user beside them.
//
// All calls but takes_tokens and watch: blocking pool only; each may sleep up to 3 s for an address
// that keeps guessing, and throws unavailable when too many such sleep already. Wrong, unknown,
// disabled, of another scope: no admission, for like work.

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "crypto/peer_certificate.h"
#include "policy/admission.h"
#include "policy/guesses.h"
#include "policy/login_watch.h"

namespace policy {

class AccessTokens;

// What a SCRAM dialogue about a name begins with (RFC 5802 section 5.1); the same each time also
// where there is no such account.
struct ScramOffer {
  Bytes salt;
  std::uint32_t iterations = 0;
};

struct ScramAdmission {
  Admission admission;
  Bytes server_signature;
};

// What a client is told of a token that is not taken: JSON (RFC 7628 section 3.2.2).
struct TokenRefusal {
  std::string json;
};

class Login {
 public:
  using Sleep = Guesses::Sleep;

  // `steady` is for guessers and last uses. Without `tokens` none are taken.
  Login(storage::Directory&, const Clock& steady);
  Login(storage::Directory&, const Clock& steady, Sleep);  // how a guesser is made to wait
  Login(storage::Directory&, const Clock& steady, Sleep, AccessTokens* tokens);
  ~Login();

  // A password or an app password.
  std::optional<Admission> check(std::string_view name, std::string_view password, const Visitor&);

  // SCRAM-SHA-256 (RFC 5802 section 3), likewise with either.
  ScramOffer scram(std::string_view name);
  std::optional<ScramAdmission> check_proof(std::string_view name, const ScramOffer&,
                                            std::string_view auth_message, ByteView proof,
                                            const Visitor&);

  // Of a client whose TLS proved that it has the key. The account is the one that the certificate
  // is registered for, or else the login that it names as an address; where it names several, `as`
  // must say which. `as` may be empty.
  std::optional<Admission> check_certificate(const crypto::PeerCertificate&, std::string_view as,
                                             const Visitor&);

  bool takes_tokens() const;
  // An access token of the OpenID provider (access_tokens.h); `as` may be empty.
  std::variant<TokenRefusal, Admission> check_token(std::string_view token, std::string_view as,
                                                    const Visitor&);

  LoginWatch& watch();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace policy
