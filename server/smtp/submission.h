#pragma once
// What a submission server puts right in a message, and what it refuses (RFC 6409 8): fields that
// are missing are written at its head, in the place of a Message-ID or Date that is none or that
// stands there twice; Return-Path and a Sender that is not true are taken off. No octet of a body
// or of another field is changed, so that nothing that is signed breaks.

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "server/smtp/command.h"
#include "server/smtp/from_check.h"

namespace server::smtp {

struct Submitter {
  Address address;  // of the envelope, or the account's where that is <>
  std::function<bool(const std::string& address)> owns;  // "local@domain", unquoted
};

struct Completion {
  std::string host;  // ours
  UnixTime now = 0;
  FromCheck check = FromCheck::sender;
};

// Why the message is refused; none: it is complete.
std::optional<Reply> complete_submission(std::string& message, const Submitter&, const Completion&);

}  // namespace server::smtp
