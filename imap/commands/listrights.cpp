// RFC 4314 3.4

#include "imap/commands/granting.h"
#include "imap/mime/wire.h"

namespace imap::commands {

// Each right can be given alone; "c" and "d" by themselves (2.1.1).
Task<Reply> list_rights(Session& session, Request& request) {
  const auto asked = read_asked(request);
  request.end();
  const auto located = co_await locate(session, asked.folder);
  located.permitted(storage::Right::administer);
  auto line = start_of(session, "LISTRIGHTS", located) + ' ';
  mime::add_astring(line, asked.identifier);
  if (asked.identifier == owner_of(session, located)) {
    line += ' ' + storage::Rights::all().text();
  } else {
    auto& sharing = sharing_of(session);
    const auto check = [&] { sharing.grantee(asked.identifier); };
    co_await session.blocking(check);
    line += " \"\"";
    for (const char letter : storage::Rights::all().text()) line += std::string(" ") + letter;
  }
  session.say(line);
  co_return ok("LISTRIGHTS completed");
}

}  // namespace imap::commands
