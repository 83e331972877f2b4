// RFC 5256 section 3, BASE.6.4.SORT; RETURN: RFC 5267.

#include "imap/commands/finding.h"
#include "imap/search/order.h"

namespace imap::commands {
namespace {

using Criteria = std::vector<search::Criterion>;

Task<std::vector<search::Sortable>> sortables(Session& session, Found& found,
                                              const Criteria& criteria) {
  const auto& view = session.view();
  std::vector<search::Sortable> result;
  result.reserve(found.numbers.size());
  const auto numbers = found.numbers;
  const auto add = [&](std::size_t i, const mime::SummaryView* summary) {
    result.push_back(search::sortable(numbers[i], view.entry(numbers[i]), summary, criteria));
  };
  if (search::needs_summaries(criteria)) {
    const auto each = [&](std::size_t i, const mime::SummaryView& summary) { add(i, &summary); };
    co_await read_summaries(session, found, each);
  } else {
    for (std::size_t i = 0; i < numbers.size(); ++i) add(i, nullptr);
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
  if (!search::is_known_charset(query.charset)) co_return bad_charset(session, returning);

  auto found = co_await find(session, query, returning);
  auto messages = co_await sortables(session, found, criteria);
  auto put = [&] { search::put_in_order(messages, criteria); };
  co_await session.blocking(put);

  std::vector<std::uint32_t> numbers;
  for (const auto& message : messages) numbers.push_back(message.number);
  tell(session, request, "SORT", query, returning, numbers);
  co_return outcome("SORT", found);
}

}  // namespace imap::commands
