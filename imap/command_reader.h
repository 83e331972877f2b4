#pragma once
// Reads commands whole: a line, and the literals it announces (RFC 3501 4.3, RFC 7888). What is too
// big is refused so that the stream stays in step: before it is asked for, or read and let go.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "imap/limits.h"
#include "imap/reply.h"
#include "imap/stream.h"

namespace imap {

enum class State { not_authenticated, authenticated, selected, logout };

// "{12}" at the end of a line.
struct AnnouncedLiteral {
  std::uint64_t size = 0;
  bool waits = true;  // for "+"; false: {12+}
};
std::optional<AnnouncedLiteral> announced_literal(std::string_view line);

struct CommandText {
  std::string text;              // as Request takes it; of a refused one the beginning
  std::optional<Reply> refusal;  // it was too big
};

class CommandReader {
 public:
  // `out` is what has been said and not sent: it is sent before the client is waited for.
  CommandReader(Stream& stream, std::string& out, const Limits& limits)
      : stream_(stream), out_(out), limits_(limits) {}

  // The next command; empty lines are passed over. Throws as Stream::read_line, and too_big when
  // the client announced more than is worth dropping.
  Task<CommandText> next(State);

 private:
  Task<std::string> line(std::size_t limit, std::chrono::seconds timeout);
  Task<> read_literals(CommandText&, State);
  Task<> read_literal(std::string& text, AnnouncedLiteral);
  Task<> drop_rest(std::optional<AnnouncedLiteral>, State);
  std::uint64_t literal_limit(std::string_view text, State) const;

  Stream& stream_;
  std::string& out_;
  const Limits& limits_;
};

}  // namespace imap
