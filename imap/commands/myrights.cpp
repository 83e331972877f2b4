// RFC 4314 3.5

#include "imap/commands/commands.h"
#include "imap/commands/naming.h"
#include "imap/located.h"

namespace imap::commands {

Task<Reply> my_rights(Session& session, Request& request) {
  const auto raw = named_folder(request);
  const auto located = co_await locate(session, raw);
  located.existing();
  using enum storage::Right;
  if (!located.rights.has_any({lookup, read, insert, create, remove, administer}))
    throw Error(Fault::not_found, "there is no such folder");
  session.say(my_rights_line(located, session.names()));
  co_return ok("MYRIGHTS completed");
}

}  // namespace imap::commands
