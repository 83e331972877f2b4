#pragma once
// An SMTP reply: code (RFC 5321 4.2), enhanced status code (RFC 2034, RFC 3463), text.

#include <string>
#include <string_view>

#include "base/error.h"
#include "server/delivery.h"

namespace server::smtp {

struct Reply {
  int code = 250;      // 0: nothing to send
  std::string status;  // "2.1.5"; empty where none belongs: EHLO, 354, greeting (RFC 2034 4)
  std::string text;    // several lines with \n between them

  bool is_error() const { return code >= 400; }
  // With code, status and CRLF on every line. Control and 8-bit characters of the text become '?'.
  std::string wire() const;
};

// Of a command that has said all it had to say: STARTTLS, once TLS is on.
inline const Reply said_already{0, {}, {}};

Reply reply(int code, std::string_view status, std::string_view text);

// How a failure inside a command is told (RFC 5321 4.2.1: 4yz to try again, 5yz for ever).
Reply reply_for(const Error&);
Reply reply_for(const DeliveryResult&);

// The client's text breaks the grammar; answered with `reply`, and counted as an error.
class BadCommand : public std::runtime_error {
 public:
  explicit BadCommand(Reply reply) : std::runtime_error(reply.text), reply_(std::move(reply)) {}
  const Reply& answer() const { return reply_; }

 private:
  Reply reply_;
};

}  // namespace server::smtp
