#pragma once
// One SASL authentication (RFC 4422), as octets in and octets out, for IMAP and SMTP alike: front
// ends carry the base64 and the words of their protocol, nothing else. Finite: each mechanism has
// its number of steps, and no message is longer than message_limit.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/secret_text.h"
#include "policy/login.h"

namespace imap::sasl {

using Message = crypto::SecretText;

inline constexpr std::size_t message_limit = 12 * 1024;  // octets

// To be sent to the client, who answers.
struct Challenge {
  std::string octets;
};

struct Refusal {
  enum class Kind {
    wrong,           // no such user, wrong proof, no token of ours: the same for all
    other_identity,  // it asks to act as somebody else
    malformed,       // no message of this mechanism
    unfit,           // the dialogue is not what this connection wants
  };
  Kind kind = Kind::wrong;
  std::string_view text;  // for people; empty where it is `wrong`
};

using Step = std::variant<Challenge, policy::Admission, Refusal>;

class Exchange {
 public:
  virtual ~Exchange() = default;

  // begin once, then answer for each challenge. Blocking pool only; throws what
  // policy::Login throws.
  Step begin(const std::optional<Message>& initial);
  Step answer(const Message&);

 protected:
  virtual Step next(const Message&) = 0;
  // What the server says where the client did not begin.
  virtual Step first() { return Challenge{}; }
};

inline Refusal wrong() { return {}; }
inline Refusal malformed(std::string_view text) { return {Refusal::Kind::malformed, text}; }
Refusal other_identity();

// What a client has sent in base64, the text overwritten; nothing: it is none.
std::optional<Message> decoded(std::string& base64);

}  // namespace imap::sasl
