// RFC 3501 6.4.4.

#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/search/query.h"
#include "imap/search/run.h"

namespace imap::commands {
namespace {

search::Test test_for(const View& view, const storage::Mailbox& mailbox,
                      const search::Query& query) {
  const auto last = view.count() == 0 ? Uid(0) : view.entry(view.count()).uid;
  const search::Numbers numbers{view.count(), last.value};
  return search::prepared(search::decoded(query), numbers, *mailbox.tree());
}

std::string listed(const search::Run& run, bool by_uid) {
  std::string line = "SEARCH";
  const auto add = [&](std::uint32_t number) { line += ' ' + std::to_string(number); };
  if (by_uid) {
    for (const auto uid : run.uids()) add(uid.value);
  } else {
    for (const auto number : run.numbers()) add(number);
  }
  return line;
}

std::string listed(std::vector<Uid> uids) {
  std::sort(uids.begin(), uids.end());
  std::vector<std::uint32_t> numbers;
  for (const auto uid : uids) numbers.push_back(uid.value);
  return compact(numbers);
}

}  // namespace

Task<Reply> search(Session& session, Request& request) {
  request.space();
  const auto query = search::parse_query(request);
  if (!search::is_known_charset(query.charset)) {
    co_return no("[BADCHARSET (US-ASCII UTF-8)] This charset is not known here");
  }
  search::Run run(session.mailbox(), session.view(),
                  test_for(session.view(), session.mailbox(), query),
                  session.reason(crypto::Cause::search));
  auto step = [&] { run.step(); };
  while (!run.done()) co_await session.blocking(step);

  session.say(listed(run, request.by_uid()));
  if (!run.damaged().empty()) {
    co_return ok("SEARCH completed, but damaged messages could not be searched: UID " +
                 listed(run.damaged()));
  }
  if (run.some_expunged()) co_return ok("[EXPUNGEISSUED] SEARCH completed");
  co_return ok("SEARCH completed");
}

}  // namespace imap::commands
