#pragma once
// A message to all its recipients, and what its client is told of each.
//
// SMTP has one answer for all (RFC 5321 4.2.5). Where some recipients have the message and some do
// not: an account of ours that submitted it is told 250 and finds a bounce in its INBOX; any other
// client is told 451, and those who have it do not get it again when it tries again.

#include "server/smtp/session.h"

namespace server::smtp {

struct Message {
  // Retries::key() of what the client sent; empty with one reply a recipient, none is told to send
  // again what he has.
  Bytes key;
  std::string octets;  // to be stored
};

// One reply a recipient with DataReplies::one_a_recipient (RFC 2033 4.2), else one. Durable when
// they say so. Blocking pool only.
std::vector<Reply> hand_over(Backend&, const Mode&, const Transaction&, const Message&,
                             const std::optional<storage::Account>& submitter);

}  // namespace server::smtp
