// RFC 5256 section 3, BASE.6.4.THREAD.

#include "imap/search/thread.h"
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

search::Member member(std::uint32_t number, const storage::Entry& entry,
                      const mime::SummaryView& summary, search::TextStore& texts) {
  const auto sent = summary.sent();
  return {.number = number,
          .sent = sent ? sent->time : entry.internal_date,
          .arrived = entry.internal_date,
          .id = texts.keep(summary.message_id()),
          .references = texts.keep(summary.references()),
          .base_subject = texts.keep(summary.base_subject()),
          .is_reply = summary.has(mime::is_reply)};
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
  const auto each = [&](std::size_t i, const mime::SummaryView& summary) {
    members.push_back(member(numbers[i], view.entry(hits[i].number), summary, texts));
  };
  co_await read_summaries(session, found, each);
  std::string text;
  auto work = [&] { text = search::threads(std::move(members), threading); };
  co_await session.blocking(work);

  session.say(text.empty() ? "THREAD" : "THREAD " + text);
  co_return outcome("THREAD", found);
}

}  // namespace imap::commands
