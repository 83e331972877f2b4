#pragma once
// Reads the replies of another SMTP server (RFC 5321 4.2), line by line.

#include <optional>
#include <string>
#include <string_view>

#include "server/smtp/reply.h"

namespace server::outgoing {

class ReplyReader {
 public:
  static constexpr std::size_t line_limit = 4096;  // octets (4.5.3.1.5 asks for 512)
  static constexpr std::size_t lines_limit = 200;  // of one reply

  // A line without its end. The reply, once it is whole: its lines with \n between them, the status
  // code (RFC 2034) of the first taken off. Throws unavailable for what is no reply, or too long.
  std::optional<smtp::Reply> feed(std::string_view line);

 private:
  smtp::Reply reply_{0, {}, {}};
  std::size_t lines_ = 0;
};

}  // namespace server::outgoing
