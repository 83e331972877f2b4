// RFC 5465.

#include "imap/announcing.h"
#include "imap/commands/commands.h"
#include "imap/features.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

Task<std::shared_ptr<Notifications>> made(Session& session, NotifyRequest asked) {
  for (auto& group : asked.groups) {
    auto shown = co_await shown_names(session, std::move(group.filter));
    group.filter = std::move(shown);
  }
  auto notifications = std::make_shared<Notifications>(session, std::move(asked.groups));
  co_await notifications->begin(session);
  if (asked.status) co_await notifications->tell_all(session);
  co_return notifications;
}

}  // namespace

// What has gathered in the selected folder is told first, whatever was wanted of it until now
// (3.1).
Task<Reply> notify(Session& session, Request& request) {
  auto asked = parse_notify(request);
  if (asked.unsupported)
    co_return no("[BADEVENT " + std::string(notify_events) + "] Some event is not known here");
  if (asked.too_much) co_return no("[NOTIFICATIONOVERFLOW] That are more groups than are taken");

  auto& notifications = session.features().notifications;
  if (asked.none) {
    notifications = std::make_shared<Notifications>();
    co_return ok("NOTIFY completed");
  }
  notifications.reset();
  co_await announce(session, View::Expunges::tell, false, Answers::others);
  if (session.state() == State::logout) co_return already_said();
  std::shared_ptr<Notifications> set;
  try {
    set = co_await made(session, std::move(asked));
  } catch (const Error& error) {
    if (error.fault() != Fault::limit) throw;
  }
  if (!set) co_return no("[NOTIFICATIONOVERFLOW] That is more than is told at a time");
  session.features().notifications = std::move(set);
  co_return ok("NOTIFY completed");
}

}  // namespace imap::commands
