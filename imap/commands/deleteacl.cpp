// RFC 4314 3.2

#include "imap/commands/granting.h"

namespace imap::commands {

Task<Reply> delete_acl(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.space();
  const auto identifier = read_identifier(request);
  request.end();
  const auto located = co_await locate(session, raw);
  co_await change_rights(session, located, identifier, Modification());
  co_return ok("DELETEACL completed");
}

}  // namespace imap::commands
