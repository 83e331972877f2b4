#pragma once
// A message as it goes over the wire after DATA (RFC 5321 4.5.2), piece by piece.

#include <string>
#include <string_view>

namespace server::outgoing {

class DotStuffing {
 public:
  explicit DotStuffing(std::string_view octets) : rest_(octets) {}

  bool done() const { return rest_.empty() && ended_; }
  // The next piece: about `most` octets, dots doubled, and CRLF at the end of the last.
  std::string next(std::size_t most);

 private:
  std::string_view rest_;
  bool line_start_ = true, ended_ = false;
};

}  // namespace server::outgoing
