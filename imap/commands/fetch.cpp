// RFC 3501 6.4.5 and 6.4.8; BINARY: RFC 3516 4.2; CHANGEDSINCE, VANISHED and MODSEQ: RFC
// 7162 3.1.4, 3.2.6.

#include <algorithm>
#include <iterator>

#include "imap/commands/commands.h"
#include "imap/commands/fetching.h"
#include "imap/commands/marking.h"
#include "imap/commands/resync.h"
#include "imap/features.h"
#include "imap/fetch_modifiers.h"
#include "imap/located.h"
#include "imap/missing.h"
#include "imap/revision.h"

namespace imap::commands {
namespace {

using Numbers = std::vector<std::uint32_t>;

const storage::FlagNames seen{.system = storage::seen, .keywords = {}};

struct Fetching {
  SequenceSet set;
  std::vector<FetchItem> items;
  FetchModifiers modifiers;
};

void add_item(std::vector<FetchItem>& items, FetchItem::Kind kind, const char* name) {
  if (!asks_for(items, kind)) items.insert(items.begin(), {.kind = kind, .name = name});
}

Fetching parsed(Request& request) {
  Fetching result;
  request.space();
  result.set = request.sequence_set();
  request.space();
  result.items = parse_fetch_items(request);
  result.modifiers = parse_fetch_modifiers(request);
  if (result.modifiers.changed_since) add_item(result.items, FetchItem::Kind::modseq, "MODSEQ");
  return result;
}

// RFC 3501 6.4.8: asked for or not. UIDFETCH says it anyway (RFC 9586 section 3).
void add_uid(Session& session, std::vector<FetchItem>& items) {
  if (!session.is_uid_only()) add_item(items, FetchItem::Kind::uid, "UID");
}

// RFC 7162 3.1 and 3.2.4: what tells of \Seen tells the UID and the mod-sequence, too.
void use_condstore(Session& session, std::vector<FetchItem>& items) {
  if (asks_for(items, FetchItem::Kind::modseq)) session.enable_condstore();
  if (!session.enabled("CONDSTORE") || !marks_seen(items)) return;
  add_item(items, FetchItem::Kind::modseq, "MODSEQ");
  add_uid(session, items);
}

// PARTIAL chooses first, CHANGEDSINCE among these (RFC 9394 3.4).
Numbers chosen(const View& view, Numbers numbers, const FetchModifiers& modifiers) {
  if (modifiers.partial) {
    const auto [begin, end] = search::shown(*modifiers.partial, numbers.size());
    const auto first = numbers.begin();
    numbers = Numbers(first + static_cast<std::ptrdiff_t>(begin),
                      first + static_cast<std::ptrdiff_t>(end));
  }
  if (const auto modseq = modifiers.changed_since)
    std::erase_if(numbers, [&](auto number) { return view.entry(number).modseq <= *modseq; });
  return numbers;
}

std::vector<Uid> unseen_of(const View& view, const Numbers& numbers) {
  std::vector<Uid> uids;
  for (const auto number : numbers) {
    const auto& entry = view.entry(number);
    const bool is_seen = (entry.flags.system & storage::seen) != 0;
    if (!is_seen && !entry.is_lost()) uids.push_back(entry.uid);
  }
  return uids;
}

// Sets \Seen where reading means it. Returns whose flags have changed by it, rising.
Task<std::vector<Uid>> mark_seen(Session& session, const Numbers& numbers, bool by_uid) {
  auto& view = session.view();
  auto uids = unseen_of(view, numbers);
  // RFC 4314 section 4: not without the right, and no failure.
  const bool may_mark = view.access() == Access::read_write &&
                        selected_rights(session).has(storage::Right::keep_seen);
  if (uids.empty() || !may_mark) co_return std::vector<Uid>();

  co_await mark(session, uids, storage::FlagMode::add, seen);

  // Their flags come with their FETCH answers; of others' changes the client learns now, since new
  // keywords must be named before flags use them.
  for (const auto uid : uids) {
    if (const auto number = view.number_of(uid)) view.told(uid, view.entry(*number).modseq);
  }
  const auto form = session.form(by_uid);
  session.say_raw(view.announce(View::Expunges::hold, form, *session.selected_mailbox().tree()));
  co_return uids;
}

// What could not be opened, or decoded, has not been read.
Task<> unmark_unread(Session& session, const FetchRun& run, const std::vector<Uid>& marked) {
  std::vector<Uid> uids;
  std::ranges::set_intersection(run.damaged(), marked, std::back_inserter(uids));
  std::ranges::set_intersection(run.undecodable(), marked, std::back_inserter(uids));
  if (!uids.empty()) co_await mark(session, uids, storage::FlagMode::remove, seen);
}

// A client that wants mod-sequences knows flags only together with theirs.
std::vector<FetchSubject> subjects_of(Session& session, const Numbers& numbers,
                                      const std::vector<FetchItem>& items,
                                      const std::vector<Uid>& marked) {
  auto& view = session.view();
  const bool tells_all = asks_for(items, FetchItem::Kind::flags);
  const bool is_enough = !session.enabled("CONDSTORE") || asks_for(items, FetchItem::Kind::modseq);
  std::vector<FetchSubject> subjects;
  subjects.reserve(numbers.size());
  for (const auto number : numbers) {
    auto subject = subject_of(session, number);
    const auto uid = subject.entry.uid;
    const bool tells = std::binary_search(marked.begin(), marked.end(), uid);
    if (tells) subject.flags = FetchSubject::Flags::tell;
    if ((tells || tells_all) && is_enough) view.told(uid, subject.entry.modseq);
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

Reply outcome(const FetchRun& run) {
  if (!run.damaged().empty())
    return no(corruption("The stored data of some messages is damaged, the others were sent",
                         run.damaged()));
  if (!run.undecodable().empty())
    return no(unknown_encoding("Some parts are encoded in an unknown way, the others were sent",
                               run.undecodable()));
  if (run.some_expunged()) {
    return no("[EXPUNGEISSUED] Some messages have been expunged, the others were sent");
  }
  return ok("FETCH completed");
}

// Lists of messages with previews are a cause of their own (RFC 8970).
crypto::Cause cause_of(const std::vector<FetchItem>& items) {
  const auto is_preview = [](const FetchItem& item) {
    return item.kind == FetchItem::Kind::preview || !needs_summary(item);
  };
  const bool only_previews = asks_for(items, FetchItem::Kind::preview) &&
                             needs_of(items) == FetchNeeds::summaries &&
                             std::ranges::all_of(items, is_preview);
  return only_previews ? crypto::Cause::preview : crypto::Cause::fetch;
}

}  // namespace

Task<Reply> fetch(Session& session, Request& request) {
  auto fetching = parsed(request);
  refuse_removed(session, fetching.items);
  if (request.by_uid()) add_uid(session, fetching.items);
  auto& view = session.view();
  const auto& modifiers = fetching.modifiers;
  const auto numbers = chosen(view, view.numbers(fetching.set, request.by_uid()), modifiers);
  if (modifiers.vanished && !session.enabled("QRESYNC")) throw BadSyntax("ENABLE QRESYNC first");
  use_condstore(session, fetching.items);
  if (modifiers.vanished)
    say_vanished(session, view, fetching.set, *modifiers.changed_since, Uid(0));
  std::vector<Uid> marked;
  if (marks_seen(fetching.items)) {
    marked = co_await mark_seen(session, numbers, request.by_uid());
  }

  FetchRun run(session.selected_mailbox(), view.folder(), fetching.items,
               subjects_of(session, numbers, fetching.items, marked),
               session.reason(cause_of(fetching.items)));
  auto& decoding = session.features().decoding;
  if (!decoding) decoding = std::make_shared<DecodingPlace>();
  run.go_on_from(decoding);
  co_await serve(session, run);
  co_await unmark_unread(session, run, marked);
  co_return outcome(run);
}

}  // namespace imap::commands
