#include "imap/commands/finding.h"

#include <algorithm>

#include "base/clock.h"
#include "imap/missing.h"
#include "imap/search/run.h"
#include "imap/search/summary_run.h"

namespace imap::commands {
namespace {

search::Test test_for(const View& view, const storage::Mailbox& mailbox,
                      const search::Query& query) {
  const auto last = view.count() == 0 ? Uid(0) : view.entry(view.count()).uid;
  const search::Moment moment{.largest_number = view.count(),
                              .largest_uid = last.value,
                              .saved = view.saved(),
                              .now = SystemClock().now()};
  return search::prepared(search::decoded(query), moment, *mailbox.tree());
}

// The highest of the results that the answer speaks of, if MODSEQ was searched for (RFC 7162 3.1.6,
// RFC 4731 3.2).
std::optional<ModSeq> highest_modseq(const View& view, const search::Query& query,
                                     const std::vector<std::uint32_t>& numbers) {
  if (numbers.empty() || !search::has(query.root, search::Key::Kind::modseq)) return std::nullopt;
  ModSeq highest;
  for (const auto number : numbers) highest = std::max(highest, view.entry(number).modseq);
  return highest;
}

std::vector<std::uint32_t> kept(const search::Returning& returning,
                                const std::vector<std::uint32_t>& numbers) {
  std::vector<std::uint32_t> result;
  for (const auto index : search::saved(returning, numbers.size()))
    result.push_back(numbers[index]);
  return result;
}

std::string plain_line(std::string_view name, const std::vector<std::uint32_t>& found,
                       std::optional<ModSeq> modseq) {
  std::string line(name);
  for (const auto each : found) line += ' ' + std::to_string(each);
  if (modseq) line += " (MODSEQ " + std::to_string(modseq->value) + ')';
  return line;
}

}  // namespace

Task<Found> find(Session& session, const search::Query& query,
                 const std::optional<search::Returning>& returning) {
  auto& view = session.view();
  if (search::has(query.root, search::Key::Kind::modseq)) session.enable_condstore();
  search::Run run(session.selected_mailbox(), view,
                  test_for(view, session.selected_mailbox(), query),
                  session.reason(crypto::Cause::search));
  if (returning && returning->save) view.save({});
  auto step = [&] { run.step(); };
  while (!run.done()) co_await session.blocking(step);

  Found found{run.numbers(), run.damaged(), run.some_expunged(),
              search::has(query.root, search::Key::Kind::numbers)};
  std::sort(found.damaged.begin(), found.damaged.end());
  co_return found;
}

Task<> read_summaries(Session& session, Found& found, const EachSummary& each) {
  const auto& view = session.view();
  std::vector<storage::Entry> entries;
  for (const auto number : found.numbers) entries.push_back(view.entry(number));
  std::vector<bool> read(entries.size(), false);
  const auto take = [&](std::size_t i, const mime::SummaryView& summary) {
    read[i] = true;
    each(i, summary);
  };
  search::SummaryRun run(session.selected_mailbox(), view.folder(), std::move(entries), take,
                         session.reason(crypto::Cause::sort));
  auto step = [&] { run.step(); };
  while (!run.done()) co_await session.blocking(step);

  std::size_t i = 0;
  std::erase_if(found.numbers, [&](std::uint32_t) { return !read[i++]; });
  std::vector<Uid> damaged;
  std::ranges::merge(found.damaged, run.damaged(), std::back_inserter(damaged));
  found.damaged = std::move(damaged);
  found.some_expunged = found.some_expunged || run.some_expunged();
}

std::vector<std::uint32_t> answered(const View& view, const std::vector<std::uint32_t>& numbers,
                                    bool by_uid) {
  if (!by_uid) return numbers;
  std::vector<std::uint32_t> uids;
  for (const auto number : numbers) uids.push_back(view.entry(number).uid.value);
  return uids;
}

void tell(Session& session, const Request& request, std::string_view plain_name,
          const search::Query& query, const std::optional<search::Returning>& returning,
          const std::vector<std::uint32_t>& numbers) {
  auto& view = session.view();
  const auto found = answered(view, numbers, request.by_uid());
  if (!returning)
    return session.say(plain_line(plain_name, found, highest_modseq(view, query, numbers)));
  const auto spoken_of = kept(*returning, numbers);
  if (returning->tells()) {
    auto line = search::esearch_line(request.tag(), request.by_uid(), *returning, found);
    const auto modseq = highest_modseq(view, query, spoken_of);
    if (modseq) line += " MODSEQ " + std::to_string(modseq->value);
    session.say(line);
  }
  if (!returning->save) return;
  std::vector<Uid> uids;
  for (const auto number : spoken_of) uids.push_back(view.entry(number).uid);
  view.save(std::move(uids));
}

Reply bad_charset(Session& session, const std::optional<search::Returning>& returning) {
  if (returning && returning->save) session.view().save({});
  return no("[BADCHARSET (US-ASCII UTF-8)] This charset is not known here");
}

namespace {

Reply described(const std::string& name, const Found& found) {
  if (!found.damaged.empty()) {
    std::vector<std::uint32_t> uids;
    for (const auto uid : found.damaged) uids.push_back(uid.value);
    return ok(name + " completed, but damaged messages could not be searched: UID " +
              compact(uids));
  }
  if (found.some_expunged) return ok("[EXPUNGEISSUED] " + name + " completed");
  return ok(name + " completed");
}

}  // namespace

// RFC 7162 3.2.10.2: with numbers among its keys UID SEARCH holds expunges back as SEARCH does.
Reply outcome(const std::string& name, const Found& found) {
  auto reply = described(name, found);
  reply.by_number = found.by_number;
  return reply;
}

}  // namespace imap::commands
