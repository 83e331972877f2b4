// RFC 4978. The answer is the last that is sent as it is.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> compress(Session& session, Request& request) {
  request.space();
  const auto mechanism = upper_ascii(request.atom());
  request.end();
  if (mechanism != "DEFLATE") throw BadSyntax("COMPRESS takes DEFLATE");
  if (session.stream().is_compressed())
    co_return no("[COMPRESSIONACTIVE] Compression is on already");
  if (session.stream().has_buffered_input()) {
    session.stream().discard_input();
    throw BadSyntax("nothing may be sent after COMPRESS before its answer");
  }
  session.say_raw(request.tag() + " OK DEFLATE active\r\n");
  co_await session.flush();
  session.stream().start_compression();
  co_return already_said();
}

}  // namespace imap::commands
