#pragma once
// What LOGIN and AUTHENTICATE have in common.

#include "imap/sasl/mechanism.h"
#include "imap/session.h"

namespace imap {

// This connection, as SASL mechanisms see it now.
sasl::Channel channel_of(const Session&);
policy::Visitor visitor_of(const Session&);

// The tagged reply, with the session logged in or not. `done` is "LOGIN completed".
Task<Reply> replied(Session&, sasl::Step, std::string_view done);

// Where passwords would travel in clear (LOGINDISABLED): RFC 5530 PRIVACYREQUIRED.
std::optional<Reply> refusal_without_privacy(const Session&);

}  // namespace imap
