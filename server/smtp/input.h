#pragma once
// What a client sends, as lines or as a message. Holds what was read ahead (pipelining, RFC 2920),
// and nothing while the client is idle.
//
// All throw Disconnected when the client has gone, is too slow, or sends without end.

#include "imap/stream.h"
#include "server/smtp/limits.h"
#include "server/smtp/message_reader.h"
#include "server/smtp/reply.h"

namespace server::smtp {

using imap::Disconnected;

class Input {
 public:
  Input(imap::Stream& stream, const Limits& limits) : stream_(stream), limits_(limits) {}

  // A line without its CRLF. Throws BadCommand past `limit`, the line being dropped, and when a
  // bare LF ends it (RFC 5321 2.3.8): the next call reads the next line.
  Task<std::string> line(std::size_t limit);

  // All of a message or a chunk of one, through `reader` until it is done.
  Task<> message(MessageReader& reader);

  bool has(std::uint64_t octets) const { return buffer_.size() >= octets; }  // read ahead already

  bool empty() const;  // the client awaits our replies: nothing more has come
  void discard();      // forgets what was read ahead

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  Task<> more(Deadline);
  std::string taken_line(std::size_t end);

  imap::Stream& stream_;
  const Limits& limits_;
  std::string buffer_;
};

}  // namespace server::smtp
