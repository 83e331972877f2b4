// RFC 3501 6.3.11; APPENDUID: RFC 4315 section 3; limits: RFC 7889.

#include "base/clock.h"
#include "imap/commands/commands.h"
#include "imap/mime/prepare.h"

namespace imap::commands {
namespace {

struct Appending {
  std::string folder;
  storage::FlagNames flags;
  DateTime date;
  std::string octets;
};

Appending parsed(Request& request) {
  Appending result;
  request.space();
  result.folder = request.folder_name();
  request.space();
  if (request.peek() == '(') {
    result.flags = request.flag_list();
    request.space();
  }
  result.date.time = SystemClock().now();
  if (request.peek() == '"') {
    result.date = request.date_time();
    request.space();
  }
  result.octets = request.literal();
  request.end();
  return result;
}

std::string appended_code(const storage::Appended& appended) {
  return "[APPENDUID " + std::to_string(appended.uid_validity) + ' ' +
         std::to_string(appended.uids.front().value) + "] ";
}

}  // namespace

Task<Reply> append(Session& session, Request& request) {
  auto appending = parsed(request);

  const auto tree = session.mailbox().tree();
  const auto* node = tree->find(appending.folder);
  if (!node || !node->folder) co_return no("[TRYCREATE] There is no such folder");
  if (appending.octets.empty()) co_return no("APPEND given up: the message is empty");
  if (appending.octets.size() > session.backend().limits.message) {
    co_return no("[TOOBIG] The message is larger than this server takes");
  }
  const FolderId folder = *node->folder;
  const auto reason = session.reason(crypto::Cause::deliver);
  auto work = [&] {
    std::vector<storage::NewMessage> messages;
    messages.push_back(mime::prepare(std::move(appending.octets), appending.flags,
                                     appending.date.time, appending.date.zone));
    return session.mailbox().append(folder, std::move(messages), reason);
  };
  const auto appended = co_await session.blocking(work);

  co_return ok(appended_code(appended) + "APPEND completed");
}

}  // namespace imap::commands
