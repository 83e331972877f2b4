// RFC 4314 3.2

#include "imap/commands/granting.h"

namespace imap::commands {

Task<Reply> delete_acl(Session& session, Request& request) {
  const auto asked = read_asked(request);
  request.end();
  const auto located = co_await locate(session, asked.folder);
  co_await change_rights(session, located, asked.identifier, Modification());
  co_return ok("DELETEACL completed");
}

}  // namespace imap::commands
