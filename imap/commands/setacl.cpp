// RFC 4314 3.1

#include "imap/commands/granting.h"

namespace imap::commands {
namespace {

Modification read_modification(Request& request) {
  auto text = request.astring();
  const bool is_signed = text.starts_with('+') || text.starts_with('-');
  const char sign = is_signed ? text.front() : '\0';
  const auto rights = storage::Rights::parsed(std::string_view(text).substr(is_signed ? 1 : 0));
  if (!rights) throw BadSyntax("rights are of lrswipkxteacd");
  return {sign, *rights};
}

}  // namespace

Task<Reply> set_acl(Session& session, Request& request) {
  const auto asked = read_asked(request);
  request.space();
  const auto modification = read_modification(request);
  request.end();
  const auto located = co_await locate(session, asked.folder);
  co_await change_rights(session, located, asked.identifier, modification);
  co_return ok("SETACL completed");
}

}  // namespace imap::commands
