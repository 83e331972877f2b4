#pragma once
// The report to one of our own accounts that a message it submitted did not reach everybody.

#include <optional>
#include <string>
#include <vector>

#include "server/smtp/session.h"

namespace server::smtp {

struct Failure {
  Address recipient;
  Reply reply;  // what the client would have been told of it
};

// RFC 3464: ready for delivery, with an empty return path. `original` gives its header. None where
// the sender's address fits no header field.
std::optional<std::string> bounce(const Delivery&, const Address& sender,
                                  const std::vector<Failure>&, const std::string& original);

}  // namespace server::smtp
