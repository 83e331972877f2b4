// RFC 3501 6.3.11; several messages at once: RFC 3502; APPENDUID: RFC 4315 section 3; limits: RFC
// 7889.

#include "base/clock.h"
#include "imap/commands/commands.h"
#include "imap/located.h"
#include "imap/mime/prepare.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

struct Appended {
  storage::FlagNames flags;
  DateTime date;
  std::string octets;
};

struct Appending {
  std::string folder;  // as received
  std::vector<Appended> messages;
};

Appended message(Request& request) {
  Appended result;
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
  return result;
}

Appending parsed(Request& request) {
  Appending result;
  request.space();
  result.folder = request.astring();
  request.space();
  do {
    result.messages.push_back(message(request));
  } while (request.try_space());
  request.end();
  return result;
}

std::string appended_code(const storage::Appended& appended) {
  std::vector<std::uint32_t> uids;
  for (const auto uid : appended.uids) uids.push_back(uid.value);
  return "[APPENDUID " + std::to_string(appended.uid_validity) + ' ' + compact(uids) + "] ";
}

std::vector<storage::NewMessage> prepared(std::vector<Appended> messages) {
  std::vector<storage::NewMessage> result;
  for (auto& each : messages) {
    result.push_back(
        mime::prepare(std::move(each.octets), each.flags, each.date.time, each.date.zone));
  }
  return result;
}

}  // namespace

// All of them or, when one is refused, none (RFC 3502 section 3).
Task<Reply> append(Session& session, Request& request) {
  auto appending = parsed(request);

  const auto located = co_await locate(session, appending.folder);
  if (!located.folder) co_return no("[TRYCREATE] There is no such folder");
  for (const auto& each : appending.messages) {
    if (each.octets.empty()) co_return no("APPEND given up: a message is empty");
    if (each.octets.size() > session.backend().limits.message)
      co_return no("[TOOBIG] The message is larger than this server takes");
  }
  const auto reason = session.reason(crypto::Cause::deliver);
  auto work = [&] {
    return located.mailbox->append(*located.folder, prepared(std::move(appending.messages)),
                                   reason);
  };
  const auto appended = co_await session.blocking(work);
  note_own(session, *located.mailbox, *located.folder, appended.uids);

  co_return ok(appended_code(appended) + "APPEND completed");
}

}  // namespace imap::commands
