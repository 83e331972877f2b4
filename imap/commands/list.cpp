#include "imap/list_query.h"

#include "imap/annotated.h"
#include "imap/commands/commands.h"
#include "imap/revision.h"
#include "imap/visible.h"

namespace imap::commands {

namespace {

constexpr std::size_t flushed_at = 64 * 1024;  // unsent octets

// One STATUS for each selectable folder (RFC 5819) that the user may read; what went meanwhile has
// none.
std::vector<std::string> status_lines(const Visible& visible, const ListQuery& query,
                                      const std::vector<Listed>& found, const Limits& limits,
                                      const storage::Reason& reason) {
  std::vector<std::string> lines;
  for (const auto& entry : found) try {
      if (!entry.folder) continue;
      const auto where = visible.at(entry.name);
      const auto folder = where.permitted(storage::Right::read);
      const auto status = read_status(*where.mailbox, folder, query.status, limits, reason);
      lines.push_back(status_line(entry.name, query.names, query.status, status));
    } catch (const Error& error) {
      if (error.fault() != Fault::not_found && error.fault() != Fault::read_only) throw;
    }
  return lines;
}

Task<> tell_states(Session& session, const Visible& visible, const ListQuery& query,
                   const std::vector<Listed>& found) {
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto& limits = session.backend().limits;
  const auto work = [&] { return status_lines(visible, query, found, limits, reason); };
  const auto lines = co_await session.blocking(work);
  for (const auto& line : lines) session.say(line);
}

// RFC 9590 section 3: after its LIST, that of each folder; what went meanwhile has none.
Task<> tell_entries(Session& session, const Located& where, const ListQuery& query) {
  if (!where.folder) co_return;
  const Subject subject{where, *where.folder};
  const auto annotations = co_await annotations_of(session, subject, query.entries);
  const auto answer = entry_answer(query.entries, annotations);
  session.say(metadata_line(where.shown, query.names, answer.list));
  if (session.unsent() > flushed_at) co_await session.flush();
}

Task<> tell_folder(Session& session, const Visible& visible, const ListQuery& query,
                   const Listed& entry) {
  session.say(entry.line);
  const bool asks_more = query.my_rights || !query.entries.names.empty();
  if (!entry.folder || !asks_more) co_return;
  const auto where = visible.at(entry.name);
  if (query.my_rights) session.say(my_rights_line(where, query.names));  // RFC 8440 section 3
  if (!query.entries.names.empty()) co_await tell_entries(session, where, query);
}

}  // namespace

// Matching a big tree takes time: that is for the pool.
Task<Reply> list(Session& session, Request& request) {
  auto query = read_list(request);
  query.names = session.names();
  refuse_removed(session, query.status);
  const auto visible = co_await visible_folders(session, query.patterns);
  const auto work = [&] { return listed(query, visible.tree()); };
  const auto found = co_await session.blocking(work);
  if (asks_for(query.status, StatusItem::highest_modseq)) session.enable_condstore();
  for (const auto& entry : found) co_await tell_folder(session, visible, query, entry);
  if (!query.status.empty()) co_await tell_states(session, visible, query, found);
  co_return ok("LIST completed");
}

}  // namespace imap::commands
