#pragma once
// A client proves who it is by its certificate (RFC 7523, as Microsoft's identity platform has it):
// a JSON Web Token that it signs itself, PS256 or RS256, of its own id, for this token endpoint,
// good once and for a short time.

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace vault {

// PEM with an RSA key of 2048 bits or more. Throws invalid.
void check_certificate(const std::string& pem);

class Assertions {
 public:
  explicit Assertions(const Clock& clock) : clock_(clock) {}

  enum class Answer { accepted, refused, out_of_time };

  // Accepted: a certificate of these signed it, for one of these audiences, and it was not seen
  // before. Out of time: by this machine's clock it is over, or has not begun.
  Answer accept(std::string_view assertion, const std::string& client_id,
                const std::vector<std::string>& certificates,
                const std::vector<std::string>& audiences);

 private:
  bool is_new(const std::string& id, UnixTime expires);

  const Clock& clock_;
  std::mutex mutex_;                      // guards what follows
  std::map<std::string, UnixTime> seen_;  // until when
};

// "jti" of an assertion apart: whose it says it is. Empty: it is none.
std::string subject_of(std::string_view assertion);

}  // namespace vault
