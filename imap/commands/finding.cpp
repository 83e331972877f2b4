#include "imap/commands/finding.h"

#include <algorithm>

#include "base/clock.h"
#include "imap/missing.h"
#include "imap/progress.h"
#include "imap/revision.h"
#include "imap/search/run.h"
#include "imap/search/summary_run.h"
#include "imap/uid_only.h"

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
std::optional<ModSeq> highest_modseq(const search::Query& query,
                                     const std::vector<search::Hit>& hits, const ModSeqOf& of) {
  if (hits.empty() || !search::has(query.root, search::Key::Kind::modseq)) return std::nullopt;
  ModSeq highest;
  for (const auto& hit : hits) highest = std::max(highest, of(hit));
  return highest;
}

std::vector<search::Hit> kept(const search::Returning& returning,
                              const std::vector<search::Hit>& hits) {
  std::vector<search::Hit> result;
  for (const auto index : search::saved(returning, hits.size())) result.push_back(hits[index]);
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

void check_keys(Session& session, const search::Query& query) {
  refuse_numbers(session, query.root);
  if (search::has(query.root, search::Key::Kind::recent))
    refuse_removed(session, "NEW, OLD and RECENT", "UID");
}

void refuse_charset(const Session& session, const search::Query& query) {
  if (session.enabled("UTF8=ACCEPT") && !query.charset.empty())
    throw BadSyntax("No CHARSET is given once UTF8=ACCEPT is enabled");
}

Task<Found> find(Session& session, const search::Query& query,
                 const std::optional<search::Returning>& returning) {
  auto& view = session.view();
  check_keys(session, query);
  if (search::has(query.root, search::Key::Kind::modseq)) session.enable_condstore();
  const auto recent = [&](Uid uid) { return view.is_recent(uid); };
  search::Run run(session.selected_mailbox(), view.folder(), view.entries(), recent,
                  test_for(view, session.selected_mailbox(), query),
                  session.reason(crypto::Cause::search));
  if (returning && returning->save) view.save({});
  auto step = [&] { run.step(); };
  Progress progress(session);
  while (!run.done()) {
    co_await session.blocking(step);
    if (!run.done()) co_await progress.tell(run.looked_at(), run.to_look_at());
  }

  co_return Found{run.hits(), run.damaged(), run.some_expunged(),
                  search::has(query.root, search::Key::Kind::numbers)};
}

namespace {

std::vector<storage::Entry> entries_of(const View& view, const Found& found) {
  std::vector<storage::Entry> entries;
  entries.reserve(found.hits.size());
  for (const auto& hit : found.hits) entries.push_back(view.entry(hit.number));
  return entries;
}

Task<> read_all(Session& session, Found& found, search::SummaryRun& run) {
  auto step = [&] { run.step(); };
  Progress progress(session);
  while (!run.done()) {
    co_await session.blocking(step);
    if (!run.done()) co_await progress.tell(run.read(), run.all());
  }

  std::size_t i = 0;
  std::erase_if(found.hits, [&](const search::Hit&) { return !run.was_read()[i++]; });
  std::vector<Uid> damaged;
  std::ranges::merge(found.damaged, run.damaged(), std::back_inserter(damaged));
  found.damaged = std::move(damaged);
  found.some_expunged = found.some_expunged || run.some_expunged();
}

}  // namespace

Task<> read_summaries(Session& session, Found& found, const EachSummary& each) {
  const auto& view = session.view();
  search::SummaryRun run(session.selected_mailbox(), view.folder(), entries_of(view, found), each,
                         session.reason(crypto::Cause::sort));
  co_await read_all(session, found, run);
}

Task<> read_briefs(Session& session, Found& found, storage::Brief kind, const EachBrief& each) {
  const auto& view = session.view();
  search::SummaryRun run(session.selected_mailbox(), view.folder(), entries_of(view, found), kind,
                         each, session.reason(crypto::Cause::sort));
  co_await read_all(session, found, run);
}

search::Results results(const std::vector<search::Hit>& hits, bool by_uid) {
  search::Results answered;
  for (const auto& hit : hits) {
    answered.ids.push_back(by_uid ? hit.uid.value : hit.number);
    answered.scores.push_back(hit.score);
  }
  return answered;
}

void check_relevancy(const search::Query& query, bool asked_for) {
  if (asked_for && !search::has_fuzzy(query.root))
    throw BadSyntax("RELEVANCY goes with a FUZZY search key");
}

void tell(Session& session, const Request& request, std::string_view plain_name,
          const search::Query& query, const std::optional<search::Returning>& returning,
          const std::vector<search::Hit>& hits) {
  const auto& view = session.view();
  const ModSeqOf modseq_of = [&](const search::Hit& hit) { return view.entry(hit.number).modseq; };
  if (!returning) {
    const auto found = results(hits, request.by_uid());
    const auto modseq = highest_modseq(query, hits, modseq_of);
    return session.say(plain_line(plain_name, found.ids, modseq));
  }
  say_esearch(session, search::tag_correlator(request.tag()), request.by_uid(), query, *returning,
              hits, modseq_of);
  keep(session, *returning, hits);
}

void say_esearch(Session& session, std::string_view correlator, bool by_uid,
                 const search::Query& query, const search::Returning& returning,
                 const std::vector<search::Hit>& hits, const ModSeqOf& modseq_of) {
  if (!returning.tells()) return;
  auto line = search::esearch_line(correlator, by_uid, returning, results(hits, by_uid));
  const auto modseq = highest_modseq(query, kept(returning, hits), modseq_of);
  if (modseq) line += " MODSEQ " + std::to_string(modseq->value);
  session.say(line);
}

void keep(Session& session, const search::Returning& returning,
          const std::vector<search::Hit>& hits) {
  if (!returning.save) return;
  std::vector<Uid> uids;
  for (const auto& hit : kept(returning, hits)) uids.push_back(hit.uid);
  session.view().save(std::move(uids));
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
