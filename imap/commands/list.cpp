#include "imap/list_query.h"

#include "imap/commands/commands.h"

namespace imap::commands {

namespace {

using States = std::vector<std::pair<FolderId, storage::FolderState>>;

// One STATUS for each selectable folder (RFC 5819); what went meanwhile has none.
void say_states(Session& session, const ListQuery& query, const std::vector<Listed>& found,
                const States& states) {
  std::map<FolderId, const storage::FolderState*> by_folder;
  for (const auto& [folder, state] : states) by_folder.emplace(folder, &state);
  for (const auto& entry : found) {
    if (!entry.folder) continue;
    const auto state = by_folder.find(*entry.folder);
    if (state != by_folder.end())
      session.say(status_line(entry.name, query.names, query.status, *state->second));
  }
}

Task<> tell_states(Session& session, const ListQuery& query, const std::vector<Listed>& found) {
  std::vector<FolderId> folders;
  for (const auto& entry : found)
    if (entry.folder) folders.push_back(*entry.folder);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { return session.mailbox().states(folders, reason); };
  const auto states = co_await session.blocking(work);
  say_states(session, query, found, states);
}

}  // namespace

// Matching a big tree takes time: that is for the pool.
Task<Reply> list(Session& session, Request& request) {
  auto query = read_list(request);
  query.names = session.names();
  const auto tree = session.mailbox().tree();
  const auto work = [&] { return listed(query, *tree); };
  const auto found = co_await session.blocking(work);
  if (asks_for(query.status, StatusItem::highest_modseq)) session.enable_condstore();
  for (const auto& entry : found) session.say(entry.line);
  if (!query.status.empty()) co_await tell_states(session, query, found);
  co_return ok("LIST completed");
}

Task<Reply> lsub(Session& session, Request& request) {
  request.space();
  const auto reference = request.list_mailbox();
  request.space();
  auto pattern = request.list_mailbox();
  request.end();
  if (!pattern.empty()) pattern.insert(0, reference);
  if (pattern.size() > storage::folder_name_limit) throw BadSyntax("the pattern is too long");
  const auto tree = session.mailbox().tree();
  const auto work = [&] { return lsub_lines(pattern, session.names(), *tree); };
  const auto lines = co_await session.blocking(work);
  for (const auto& line : lines) session.say(line);
  co_return ok("LSUB completed");
}

}  // namespace imap::commands
