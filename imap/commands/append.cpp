// RFC 3501 6.3.11; several messages at once: RFC 3502; APPENDUID: RFC 4315 section 3; limits: RFC
// 7889; literal8: RFC 3516 4.4; CATENATE: RFC 4469.

#include "imap/commands/appending.h"
#include "imap/commands/commands.h"
#include "imap/commands/copying.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

struct Appending {
  std::string folder;  // as received
  std::vector<Arriving> messages;
};

Appending parsed(const Session& session, Request& request) {
  Appending result;
  request.space();
  result.folder = request.astring();
  request.space();
  do {
    result.messages.push_back(parse_arriving(request, session.names()));
  } while (request.try_space());
  request.end();
  return result;
}

// Flags that the user may not set are left out (RFC 4314 section 4).
std::vector<storage::NewMessage> all_prepared(std::vector<storage::NewMessage> messages,
                                              const storage::KeptFlags& flags) {
  for (auto& message : messages) {
    message.flags = kept(std::move(message.flags), flags);
    message = prepared(std::move(message));
  }
  return messages;
}

}  // namespace

// All of them or, when one is refused, none (RFC 3502 section 3).
Task<Reply> append(Session& session, Request& request) {
  auto appending = parsed(session, request);

  const auto located = co_await locate(session, appending.folder);
  if (!located.folder) co_return no_target(located);
  located.require(storage::Right::insert);
  auto whole = co_await assembled(session, std::move(appending.messages));
  if (whole.refusal) co_return *whole.refusal;
  const auto reason = session.reason(crypto::Cause::deliver);
  const auto flags = changeable_flags(located.rights);
  auto work = [&] {
    return located.mailbox->append(*located.folder, all_prepared(std::move(whole.messages), flags),
                                   reason);
  };
  const auto appended = co_await session.blocking(work);
  note_own(session, *located.mailbox, *located.folder, appended.uids);
  tell_spelling(session, located, appending.folder, appending.folder);

  co_return ok(appended_code(appended) + "APPEND completed");
}

}  // namespace imap::commands
