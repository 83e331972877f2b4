#pragma once
// What APPEND and REPLACE have in common: messages as literals, or put together from literals and
// URLs (RFC 4469), with their flags and dates.

#include <optional>
#include <string>
#include <vector>

#include "imap/session.h"

namespace imap::commands {

struct MessagePiece {
  enum class Kind { text, url } kind = Kind::text;
  std::string value;  // octets, or the URL
};

struct Arriving {
  storage::FlagNames flags;
  DateTime date;
  std::vector<MessagePiece> pieces;
};

// RFC 4466, append-message, without the space before it. Throws BadSyntax.
Arriving parse_arriving(Request&, NameForm);

// All of them with their octets, or why that is not to be. URLs are read as Cause::copy: of
// messages in the user's own mailbox, and no \Seen is set. Throws what reading throws.
struct Assembled {
  std::vector<storage::NewMessage> messages;  // octets, flags and dates only
  std::optional<Reply> refusal;
};
Task<Assembled> assembled(Session&, std::vector<Arriving>);

// All that mime::prepare makes. Costs processor time: for the blocking pool.
storage::NewMessage prepared(storage::NewMessage);

// "[APPENDUID 38505 3955:3957] "
std::string appended_code(const storage::Appended&);

}  // namespace imap::commands
