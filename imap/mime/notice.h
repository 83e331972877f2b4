#pragma once
// Mail that the server writes itself: delivery status notifications (RFC 3464 in RFC 6522's
// multipart/report) of failure, delay and success alike. Every result has CRLF line ends and has
// been scanned again: it holds the fields and parts that it was meant to, and none that somebody
// smuggled in.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace imap::mime {

// What makes a message one of a kind; drawn by the caller.
struct Stamp {
  std::string message_id;  // without <>
  std::string boundary;    // random: letters and digits, 16 to 60 of them
  UnixTime time = 0;
  std::int16_t zone = 0;  // minutes east of UTC
};

struct Person {
  std::string name;     // may be empty; UTF-8
  std::string address;  // local@host
};

// What became of a message for one recipient (RFC 3464 2.3.3).
enum class Action {
  failed,     // for ever
  delayed,    // it is tried again
  delivered,  // into the mailbox
  relayed,    // to a server that sends no such reports
  expanded,   // to all whom an alias stands for
};

// RFC 3464 2.3.1: whom the sender meant.
struct OriginalAddress {
  std::string type;     // "rfc822", "utf-8"
  std::string address;  // printable; UTF-8 with type utf-8
};

struct Reported {
  std::string recipient;  // local@host
  Action action = Action::failed;
  std::string status;      // RFC 3463: "5.1.1"
  std::string diagnostic;  // the SMTP reply; shown to the person too; may be empty
  std::optional<OriginalAddress> original;
  std::string remote;  // host name of the server that said so; empty: this one
  std::optional<UnixTime> last_attempt;
  std::optional<UnixTime> tried_until;  // with Action::delayed
  std::string reason{};                 // what this server says of it, to the person
};

// What of the original goes back. All of it only where at least one recipient failed, up to
// returned_limit octets, and where its lines end with CRLF and it holds no NUL; else its header.
enum class Content { header, all };
inline constexpr std::size_t returned_limit = 1024 * 1024;

// What the report may hold: ASCII only, addresses outside it escaped; or UTF-8, for a sender whose
// mail came with SMTPUTF8 (RFC 6533).
enum class Form { ascii, international };

struct Report {
  std::string reporter;  // host name of this server
  Person from, to;       // to: who sent the original
  std::vector<Reported> recipients;
  std::string_view original;          // the whole message, or its header
  std::string envelope_id{};          // ENVID, decoded; empty: none
  std::optional<UnixTime> arrived{};  // when the original came; none: with the report's time
  Content content = Content::header;  // RET
  Form form = Form::ascii;
};

// Throws invalid for a line end or NUL in a field, an address that is none, an address of `to` or
// `from` that the form cannot hold, no recipient, or a boundary that occurs in a part.
std::string written(const Report&, const Stamp&);

}  // namespace imap::mime
