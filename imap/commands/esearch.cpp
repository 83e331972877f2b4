// ESEARCH (RFC 7377): a search of many folders, one after the other, whichever is selected.

#include <algorithm>

#include "imap/commands/finding.h"
#include "imap/commands/updating.h"
#include "imap/folder_filter.h"
#include "imap/folder_name.h"
#include "imap/progress.h"
#include "imap/search/run.h"

namespace imap::commands {
namespace {

using Kind = FolderFilter::Kind;

struct Asked {
  std::vector<FolderFilter> sources{{Kind::selected, {}}};
  search::Returning returning{.all = true};
  search::Query query;
};

std::vector<FolderFilter> parse_sources(Request& request) {
  std::vector<FolderFilter> sources;
  request.expect('(');
  do {
    if (request.peek() == '(') throw BadSyntax("there are no scope options");
    sources.push_back(parse_folder_filter(request));
    if (sources.size() > filter_name_limit) throw BadSyntax("there are too many specifiers");
    if (sources.back().kind == Kind::selected_delayed)
      throw BadSyntax("selected-delayed is for NOTIFY");
  } while (request.try_space());
  request.expect(')');
  request.space();
  return sources;
}

Asked parsed(Request& request) {
  Asked asked;
  request.space();
  const auto before = request.position();
  if ((request.peek() | 0x20) == 'i' && upper_ascii(request.keyword_text()) == "IN") {
    request.space();
    asked.sources = parse_sources(request);
  } else {
    request.rewind(before);
  }
  if (const auto returning = search::parse_returning(request)) asked.returning = *returning;
  asked.query = search::parse_query(request);
  check_relevancy(asked.query, asked.returning.relevancy);
  return asked;
}

bool is_selected(const FolderFilter& filter) { return filter.kind == Kind::selected; }

void check_state(const Session& session, const Asked& asked) {
  const bool wants_selected = std::ranges::any_of(asked.sources, is_selected);
  if (wants_selected && session.state() != State::selected)
    throw BadSyntax("no folder is selected");
  if (asked.returning.update && session.state() != State::selected)
    throw BadSyntax("UPDATE is for the selected folder");
  if (asked.returning.save && !std::ranges::all_of(asked.sources, is_selected))
    throw BadSyntax("SAVE is for the selected folder alone");
}

std::string correlator(const Session& session, const Request& request, std::string_view folder,
                       std::uint32_t validity) {
  return search::tag_correlator(request.tag()) + " MAILBOX " + wire_name(folder, session.names()) +
         " UIDVALIDITY " + std::to_string(validity);
}

// What could not be looked at, over all folders.
struct Missed {
  std::size_t damaged = 0;
  bool some_expunged = false;
};

Task<> search_selected(Session& session, const Request& request, const Asked& asked,
                       Updating& updating, Missed& missed) {
  const auto found = co_await find(session, asked.query, asked.returning);
  const auto& view = session.view();
  missed.damaged += found.damaged.size();
  missed.some_expunged = missed.some_expunged || found.some_expunged;
  const auto modseq_of = [&](const search::Hit& hit) { return view.entry(hit.number).modseq; };
  const auto line = correlator(session, request, view.folder_name(), view.uid_validity());
  if (!found.hits.empty())
    say_esearch(session, line, true, asked.query, asked.returning, found.hits, modseq_of);
  keep(session, asked.returning, found.hits);
  updating.begin(line, true, asked.query, found.hits);
}

// None: it has gone meanwhile, or may not be read.
Task<std::optional<storage::Selected>> opened(Session& session, const Located& located) {
  const auto reason = session.reason(crypto::Cause::search);
  const auto read = [&] {
    return located.mailbox->select(*located.folder, storage::Recent::look, reason);
  };
  try {
    auto selected = co_await session.blocking(read);
    co_return selected;
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found && error.fault() != Fault::denied) throw;
  }
  co_return std::nullopt;
}

search::Test test_for(const search::Query& query, const storage::Selected& folder,
                      const storage::Mailbox& mailbox) {
  const auto& entries = folder.entries;
  const search::Moment moment{.largest_number = static_cast<std::uint32_t>(entries.size()),
                              .largest_uid = entries.empty() ? 0 : entries.back().uid.value,
                              .now = SystemClock().now()};
  return search::prepared(search::decoded(query), moment, *mailbox.tree());
}

Task<> search_folder(Session& session, const Request& request, const Asked& asked,
                     const Located& located, Missed& missed) {
  const auto folder = co_await opened(session, located);
  if (!folder) co_return;
  const auto recent = [&](Uid uid) { return uid >= folder->state.first_recent; };
  search::Run run(*located.mailbox, *located.folder, folder->entries, recent,
                  test_for(asked.query, *folder, *located.mailbox),
                  session.reason(crypto::Cause::search));
  auto step = [&] { run.step(); };
  Progress progress(session);
  while (!run.done()) {
    co_await session.blocking(step);
    if (!run.done()) co_await progress.tell(run.looked_at(), run.to_look_at());
  }

  missed.damaged += run.damaged().size();
  missed.some_expunged = missed.some_expunged || run.some_expunged();
  if (run.hits().empty()) co_return;
  const auto line = correlator(session, request, located.shown, folder->state.uid_validity);
  say_esearch(session, line, true, asked.query, asked.returning, run.hits(),
              [&](const search::Hit& hit) { return folder->entries[hit.number - 1].modseq; });
  co_await session.flush();
}

bool is_open(Session& session, const Located& located) {
  return session.state() == State::selected &&
         located.mailbox.get() == &session.selected_mailbox() &&
         *located.folder == session.view().folder();
}

Reply outcome(const Missed& missed, bool by_number) {
  Reply reply = ok("ESEARCH completed");
  if (missed.some_expunged) reply = ok("[EXPUNGEISSUED] ESEARCH completed");
  if (missed.damaged > 0)
    reply = ok("ESEARCH completed, but damaged messages could not be searched: " +
               std::to_string(missed.damaged));
  reply.by_number = by_number;
  return reply;
}

}  // namespace

Task<Reply> esearch(Session& session, Request& request) {
  auto asked = parsed(request);
  check_state(session, asked);
  check_keys(session, asked.query);
  refuse_charset(session, asked.query);
  if (!search::is_known_charset(asked.query.charset))
    co_return bad_charset(session, asked.returning);
  if (search::has(asked.query.root, search::Key::Kind::modseq)) session.enable_condstore();

  for (auto& source : asked.sources) {
    auto shown = co_await shown_names(session, std::move(source));
    source = std::move(shown);
  }
  Updating updating(session, request, asked.returning);
  Missed missed;
  bool selected_done = std::ranges::any_of(asked.sources, is_selected);
  if (selected_done) co_await search_selected(session, request, asked, updating, missed);
  const auto folders = co_await folders_of(session, asked.sources);
  for (const auto& located : folders) {
    const bool open = is_open(session, located);
    if (open && !std::exchange(selected_done, true))
      co_await search_selected(session, request, asked, updating, missed);
    else if (!open)
      co_await search_folder(session, request, asked, located, missed);
  }
  // RFC 7377 2.2
  if (!selected_done) updating.refuse("Only the selected folder is kept up to date");
  co_return outcome(missed, search::has(asked.query.root, search::Key::Kind::numbers));
}

}  // namespace imap::commands
