// RFC 5256 section 3, BASE.6.4.THREAD.

#include "imap/search/thread.h"

#include <algorithm>

#include "imap/commands/finding.h"
#include "imap/search/text_store.h"

namespace imap::commands {
namespace {

using search::Threading;

Threading parse_threading(Request& request) {
  const auto name = upper_ascii(request.atom());
  if (name == "ORDEREDSUBJECT") return Threading::ordered_subject;
  if (name == "REFERENCES") return Threading::references;
  if (name == "REFS") return Threading::refs;
  throw BadSyntax("THREAD takes ORDEREDSUBJECT, REFERENCES or REFS");
}

search::Member member(std::uint32_t number, const storage::Entry& entry, const mime::Brief& brief,
                      search::TextStore& texts) {
  return {.number = number,
          .sent = brief.sent.value_or(entry.internal_date),
          .arrived = entry.internal_date,
          .id = texts.keep(brief.id),
          .references = texts.keep(brief.references),
          .base_subject = texts.keep(brief.base_subject),
          .is_reply = brief.is_reply};
}

}  // namespace

Task<Reply> thread(Session& session, Request& request) {
  request.space();
  const auto threading = parse_threading(request);
  request.space();
  const auto query = search::parse_charset_and_query(request);
  if (!search::is_known_charset(query.charset)) co_return bad_charset(session, std::nullopt);

  auto found = co_await find(session, query, std::nullopt);
  const auto& view = session.view();
  const auto numbers = results(found.hits, request.by_uid()).ids;
  const auto hits = found.hits;
  search::TextStore texts;
  std::vector<search::Member> members;
  members.reserve(hits.size());
  const EachBrief each = [&](std::size_t i, const mime::Brief& brief) {
    members.push_back(member(numbers[i], view.entry(hits[i].number), brief, texts));
  };
  co_await read_briefs(session, found, storage::Brief::thread, each);
  std::ranges::sort(members, {}, &search::Member::number);
  std::string text;
  auto work = [&] { text = search::threads(std::move(members), threading); };
  co_await session.blocking(work);

  session.say(text.empty() ? "THREAD" : "THREAD " + text);
  co_return outcome("THREAD", found);
}

}  // namespace imap::commands
