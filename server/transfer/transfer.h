#pragma once
// `sealpost import` and `sealpost export`: mail of an mbox, a Maildir or a tree of .eml files into
// a mailbox, and back. The command reads and writes the files, as whoever runs it; the server, on
// the other side of the admin socket, seals and opens. Its routes, all below /v1/transfer/ACCOUNT:
//
//   GET  /limits                {"message_limit": octets, "end_to_end": bool}
//   GET  /overview              {"folders": [{"name","messages","size"}]}
//   GET  /digests?folder=NAME   SHA-256 of each message of the folder, 32 octets each; of a folder
//                               that is not there, nothing
//   POST /messages?folder=NAME  a row of messages (wire.h); appends them, makes the folder if it is
//                               not there; {"appended": n, "keywords_dropped": n}
//   GET  /messages?folder=NAME  the folder as such a row, in UID order
//   GET  /readable              {"account","messages","octets"}: every message is opened, and only
//                               counted (`sealpost lab --admin-socket`)
//
// An import can be stopped and started again: the command asks for the digests of a folder once and
// passes over a message as often as the folder already had it. So the server keeps nothing between
// two requests: there is no state to bound, to expire or to lose, and mail that is there already
// does not travel. (Two imports of the same mail at the same time do double it.) A mailbox at
// end-to-end stores mail as another octets each time: nothing that it has is passed over. To keep a
// digest of what came beside it would let whoever has the mailbox key try guesses of the content.
//
// Import is a crossing with Cause::deliver, export one with Cause::export_, counting what is
// readable one with Cause::lab, all in the name of the admin who asks, and of the class of users:
// where a denial keeps the user out, it keeps the admin out too.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "policy/mailboxes.h"
#include "server/admin/access.h"
#include "server/http/message.h"
#include "server/http/target.h"
#include "storage/directory.h"

namespace server::transfer {

// What one POST may hold: the admin listener's http::Limits::body must allow for it. A bigger
// message travels alone.
inline constexpr std::size_t batch_messages = 64;
inline constexpr std::size_t batch_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t framing_bytes = 64 * 1024;  // beside the octets of one message
inline constexpr std::uint64_t body_limit(std::uint64_t message_limit) {
  return std::max<std::uint64_t>(message_limit, batch_bytes) + framing_bytes * batch_messages;
}

// Who may, and what is on record: each import (a request of it) and each export of a folder.
std::span<const admin::Access> access();

// The server's side. Blocking pool only; any thread.
class Routes {
 public:
  Routes(storage::Directory&, policy::Mailboxes&, std::uint64_t message_limit);

  // The answer to /v1/transfer/...; none for any other target. Throws Error as the parts below do:
  // not_found (account, folder), invalid, too_big, denied, unavailable, corrupt.
  std::optional<http::Response> answer(const http::Request&, const http::Target&);

 private:
  http::Response digests(const storage::Account&, const std::string& folder,
                         const storage::Reason&);
  http::Response messages(const storage::Account&, const std::string& folder,
                          const storage::Reason&);

  storage::Directory& directory_;
  policy::Mailboxes& mailboxes_;
  std::uint64_t message_limit_;
};

}  // namespace server::transfer
