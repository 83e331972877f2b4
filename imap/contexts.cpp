#include "imap/contexts.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "imap/search/run.h"
#include "imap/search/summary_run.h"

namespace imap {
namespace {

using search::Kept;
using search::Key;
using search::Sortable;

bool has_star(const SequenceSet& set) {
  return std::ranges::any_of(set.ranges(), [](const SequenceSet::Range& range) {
    return range.first == SequenceSet::star || range.last == SequenceSet::star;
  });
}

// Whether a message matches changes with the last UID of the folder.
bool hangs_on_the_end(const Key& key) {
  return (key.kind == Key::Kind::uids && has_star(key.set)) ||
         std::ranges::any_of(key.keys, hangs_on_the_end);
}

// Can it come out otherwise for a message that stays?
bool is_changeable(const Key& key) {
  switch (key.kind) {
    case Key::Kind::flag:
    case Key::Kind::keyword:
    case Key::Kind::modseq:
      return true;
    default:
      return hangs_on_the_end(key) || std::ranges::any_of(key.keys, is_changeable);
  }
}

std::string steps_text(std::string_view name, const View& view, bool by_uid,
                       const std::vector<Kept::Step>& steps) {
  std::string text;
  for (const auto& step : steps) {
    std::vector<std::uint32_t> ids;
    for (const auto uid : step.uids)
      ids.push_back(by_uid ? uid.value : view.number_of(uid).value_or(0));
    text += (text.empty() ? "" : " ") + std::to_string(step.position) + ' ' + compact(ids);
  }
  return text.empty() ? text : ' ' + std::string(name) + " (" + text + ')';
}

std::string line_of(const Context& context, const std::string& changes) {
  if (changes.empty()) return {};
  return "* ESEARCH (" + context.correlator + (context.by_uid ? ") UID" : ")") + changes + "\r\n";
}

search::Test test_of(Session& session, const Context& context) {
  const auto& view = session.view();
  const search::Moment moment{
      .largest_number = view.count(),
      .largest_uid = view.count() == 0 ? 0 : view.entries().back().uid.value,
      .saved = context.saved,
      .now = context.asked};
  return search::prepared(context.key, moment, *session.selected_mailbox().tree());
}

// What sorting needs to know of hits among the entries; those that cannot be read are left out.
Task<std::vector<Sortable>> sortables(Session& session, const Context& context,
                                      const std::vector<storage::Entry>& entries,
                                      const std::vector<search::Hit>& hits) {
  std::vector<Sortable> result;
  const auto& criteria = context.kept.criteria();
  const auto entry_of = [&](std::size_t i) { return entries[hits[i].number - 1]; };
  if (search::needs(criteria) == search::Needs::entries) {
    for (std::size_t i = 0; i < hits.size(); ++i)
      result.push_back(search::sortable(hits[i], entry_of(i), std::nullopt, criteria));
    co_return result;
  }
  std::vector<storage::Entry> wanted;
  for (std::size_t i = 0; i < hits.size(); ++i) wanted.push_back(entry_of(i));
  const auto each = [&](std::size_t i, const mime::SummaryView& summary) {
    result.push_back(search::sortable(hits[i], entry_of(i), summary, criteria));
  };
  search::SummaryRun run(session.selected_mailbox(), session.view().folder(), std::move(wanted),
                         each, session.reason(crypto::Cause::sort));
  auto step = [&] { run.step(); };
  while (!run.done()) co_await session.blocking(step);
  co_return result;
}

}  // namespace

struct Contexts::Tested {
  std::vector<Uid> out;
  std::vector<Sortable> in;
};

bool Contexts::has(std::string_view tag) const {
  return std::ranges::find(contexts_, tag, &Context::tag) != contexts_.end();
}

bool Contexts::add(View& view, Context context) {
  if (contexts_.size() == context_limit) return false;
  std::size_t sorted = 0, all = context.kept.count();
  if (!context.kept.criteria().empty()) sorted = all;
  for (const auto& other : contexts_) {
    all += other.kept.count();
    if (!other.kept.criteria().empty()) sorted += other.kept.count();
  }
  if (sorted > sorted_message_limit || all > context_message_limit) return false;
  if (contexts_.empty()) known_up_to_ = view.count() == 0 ? Uid(0) : view.entries().back().uid;
  contexts_.push_back(std::move(context));
  view.track();
  return true;
}

void Contexts::cancel(std::string_view tag) {
  std::erase_if(contexts_, [&](const Context& context) { return context.tag == tag; });
}

std::string Contexts::removals(View& view) {
  const auto touched = view.take_touched();
  if (contexts_.empty()) return {};
  touched_.insert(touched.begin(), touched.end());
  std::vector<Uid> gone;
  for (const auto uid : touched_)
    if (view.is_gone(uid)) gone.push_back(uid);
  for (const auto uid : gone) touched_.erase(uid);
  std::string lines;
  for (auto& context : contexts_) {
    const auto steps = context.kept.remove(gone);
    lines += line_of(context, steps_text("REMOVEFROM", view, context.by_uid, steps));
  }
  return lines;
}

// Where the folder ends elsewhere now, "*" means another message.
void Contexts::touch_ends(const View& view) {
  const auto last = view.count() == 0 ? Uid(0) : view.entries().back().uid;
  const auto hangs = [](const Context& context) { return hangs_on_the_end(context.key); };
  if (last == known_up_to_ || !std::ranges::any_of(contexts_, hangs)) return;
  touched_.insert(last);
  touched_.insert(known_up_to_);
}

Task<> Contexts::look(Session& session) {
  const auto& view = session.view();
  if (contexts_.empty()) co_return;
  touch_ends(view);
  std::vector<storage::Entry> entries;
  for (const auto uid : std::exchange(touched_, {})) {
    if (view.is_gone(uid)) continue;  // its EXPUNGE may be held back, its number stand
    if (const auto number = view.number_of(uid))
      entries.push_back(view.entry(*number));
    else
      touched_.insert(uid);  // it has come, and is told later
  }
  if (entries.empty()) co_return;
  std::vector<std::string> ended;
  for (auto& context : contexts_) {
    try {
      co_await look_at(session, context, entries);
    } catch (const Disconnected&) {
      throw;
    } catch (const Error& error) {
      logging::warning("imap.context_ended", {{"reason", error.what()}});
      ended.push_back(context.tag);
    }
  }
  for (const auto& tag : ended) {
    cancel(tag);
    lines_ += "* NO [NOUPDATE \"" + tag + "\"] Not possible just now: search again later\r\n";
  }
  known_up_to_ = view.entries().back().uid;
}

Task<> Contexts::look_at(Session& session, Context& context,
                         const std::vector<storage::Entry>& entries) {
  auto tested = is_changeable(context.key)
                    ? entries
                    : std::vector<storage::Entry>(
                          std::ranges::upper_bound(entries, known_up_to_, {}, &storage::Entry::uid),
                          entries.end());
  if (tested.empty()) co_return;
  auto result = co_await test(session, context, tested);
  note(session.view(), context, std::move(result));
}

Task<Contexts::Tested> Contexts::test(Session& session, const Context& context,
                                      const std::vector<storage::Entry>& entries) {
  const auto& view = session.view();
  const auto recent = [&](Uid uid) { return view.is_recent(uid); };
  search::Run run(session.selected_mailbox(), view.folder(), storage::EntryList(entries), recent,
                  test_of(session, context), session.reason(crypto::Cause::search));
  auto step = [&] { run.step(); };
  while (!run.done()) co_await session.blocking(step);

  const auto& kept = context.kept;
  const bool by_score = search::needs_relevancy(kept.criteria());
  Tested result;
  std::vector<search::Hit> added;
  std::set<Uid> stay;
  for (const auto& hit : run.hits()) {
    const bool stays = kept.holds(hit.uid) && !(by_score && kept.score(hit.uid) != hit.score);
    if (stays)
      stay.insert(hit.uid);
    else
      added.push_back(hit);
  }
  for (const auto& entry : entries)
    if (kept.holds(entry.uid) && !stay.contains(entry.uid)) result.out.push_back(entry.uid);
  auto in = co_await sortables(session, context, entries, added);
  result.in = std::move(in);
  co_return result;
}

void Contexts::note(const View& view, Context& context, Tested tested) {
  if (!context.items.empty()) {
    for (const auto& message : tested.in)
      if (message.hit.uid > known_up_to_) matches_.push_back({message.hit.uid, context.items});
  }
  const auto out = context.kept.remove(tested.out);
  const auto in = context.kept.add(std::move(tested.in));
  lines_ += line_of(context, steps_text("REMOVEFROM", view, context.by_uid, out) +
                                 steps_text("ADDTO", view, context.by_uid, in));
}

search::Key pinned(search::Key key, const View& view) {
  for (auto& child : key.keys) child = pinned(std::move(child), view);
  if (key.kind != Key::Kind::numbers || key.set.is_saved()) return key;
  std::vector<std::uint32_t> uids;
  for (const auto [first, last] : key.set.resolved(view.count()))
    for (auto number = first; number <= std::min(last, view.count()); ++number)
      uids.push_back(view.entry(number).uid.value);
  if (uids.empty()) return {.kind = Key::Kind::any_of};
  return {.kind = Key::Kind::uids, .set = SequenceSet::parsed(compact(uids))};
}

}  // namespace imap
