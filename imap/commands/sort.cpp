// RFC 5256 section 3, BASE.6.4.SORT; RETURN: RFC 5267; RELEVANCY: RFC 6203.

#include "imap/commands/finding.h"
#include "imap/commands/updating.h"
#include "imap/search/order.h"

namespace imap::commands {
namespace {

using Criteria = std::vector<search::Criterion>;

Task<std::vector<search::Sortable>> sortables(Session& session, Found& found,
                                              const Criteria& criteria) {
  const auto& view = session.view();
  std::vector<search::Sortable> result;
  result.reserve(found.hits.size());
  const auto hits = found.hits;
  const auto add = [&](std::size_t i, const auto& known) {
    result.push_back(search::sortable(hits[i], view.entry(hits[i].number), known, criteria));
  };
  const EachSummary by_summary = add;
  const EachBrief by_date = [&](std::size_t i, const mime::Brief& brief) { add(i, brief.sent); };
  switch (search::needs(criteria)) {
    case search::Needs::summaries:
      co_await read_summaries(session, found, by_summary);
      break;
    case search::Needs::dates:
      co_await read_briefs(session, found, storage::Brief::date, by_date);
      break;
    case search::Needs::entries:
      for (std::size_t i = 0; i < hits.size(); ++i) add(i, std::optional<UnixTime>());
  }
  co_return result;
}

}  // namespace

Task<Reply> sort(Session& session, Request& request) {
  request.space();
  const auto returning = search::parse_returning(request);
  const auto criteria = search::parse_criteria(request);
  request.space();
  const auto query = search::parse_charset_and_query(request);
  check_relevancy(query, (returning && returning->relevancy) || search::needs_relevancy(criteria));
  if (!search::is_known_charset(query.charset)) co_return bad_charset(session, returning);

  Updating updating(session, request, returning);
  auto found = co_await find(session, query, returning);
  auto messages = co_await sortables(session, found, criteria);
  auto put = [&] { search::put_in_order(messages, criteria); };
  co_await session.blocking(put);

  std::vector<search::Hit> sorted;
  for (const auto& message : messages) sorted.push_back(message.hit);
  tell(session, request, "SORT", query, returning, sorted);
  updating.begin(search::tag_correlator(request.tag()), request.by_uid(), query,
                 std::move(messages), criteria);
  co_return outcome("SORT", found);
}

}  // namespace imap::commands
