// RFC 3501 6.4.4; RETURN: RFC 4731, 5182, 9394.

#include "imap/commands/finding.h"

namespace imap::commands {

Task<Reply> search(Session& session, Request& request) {
  request.space();
  const auto returning = search::parse_returning(request);
  const auto query = search::parse_query(request);
  if (!search::is_known_charset(query.charset)) co_return bad_charset(session, returning);

  const auto found = co_await find(session, query, returning);

  tell(session, request, "SEARCH", query, returning, found.numbers);
  co_return outcome("SEARCH", found);
}

}  // namespace imap::commands
