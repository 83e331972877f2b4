// RFC 3501 6.4.4, RFC 9051 6.4.4; RETURN: RFC 4731, 5182, 9394; FUZZY: RFC 6203; UPDATE: RFC 5267.

#include "imap/commands/finding.h"
#include "imap/commands/updating.h"

namespace imap::commands {

Task<Reply> search(Session& session, Request& request) {
  request.space();
  auto returning = search::parse_returning(request);
  // RFC 9051 6.4.4: without RETURN it is as with RETURN (ALL).
  if (!returning && session.is_rev2()) returning = search::Returning{.all = true};
  const auto query = search::parse_query(request);
  check_relevancy(query, returning && returning->relevancy);
  refuse_charset(session, query);
  if (!search::is_known_charset(query.charset)) co_return bad_charset(session, returning);

  Updating updating(session, request, returning);
  const auto found = co_await find(session, query, returning);

  tell(session, request, "SEARCH", query, returning, found.hits);
  updating.begin(search::tag_correlator(request.tag()), request.by_uid(), query, found.hits);
  co_return outcome("SEARCH", found);
}

}  // namespace imap::commands
