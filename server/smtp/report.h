#pragma once
// What a sender is told of what became of a message (RFC 3461 5.2, RFC 3464).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/mime/notice.h"
#include "server/smtp/session.h"

namespace server::smtp {

// For one recipient.
struct Outcome {
  Address recipient;
  DsnOfRecipient dsn;
  imap::mime::Action action = imap::mime::Action::failed;
  Reply reply;         // of the server that said so; code 0: none did in SMTP
  std::string remote;  // its host name; empty: this server
  std::optional<UnixTime> last_attempt{}, tried_until{};
  std::string status{}, reason{};  // this server's own word on it; empty: the reply's status counts
};

// The message as it came.
struct Original {
  MailArguments mail;
  std::string_view octets;
  UnixTime arrived = 0;
  MailboxId mailbox{};  // OwnMail::mailbox
};

// Does the sender want to hear of it (NOTIFY)?
bool is_reported(const Outcome&);

// A report of those outcomes that are reported, ready for its way. None where there are none, where
// the sender is <>, or where its address fits no header field.
std::optional<std::string> report(const std::string& host, UnixTime now, const Original&,
                                  const std::vector<Outcome>&);

// The same, sent. False: somebody is to be told and could not be. Blocking pool only.
bool tell(Backend&, const Original&, const std::vector<Outcome>&);

}  // namespace server::smtp
