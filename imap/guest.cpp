// Other users' mailboxes in a session (policy/RULES.md section 13).

#include "imap/session_waker.h"

namespace imap {

// On a thread of the job: only posts.
std::function<void(const Error&)> Session::guest_ender(MailboxId id) {
  return [waker = waker_, id](const Error& why) {
    boost::asio::post(waker->executor, [waker, id, fault = why.fault()] {
      waker->guest_in.erase(id);
      if (waker->stream == nullptr) return;
      if (waker->selected != id) return waker->look();
      waker->ended = fault;
      waker->stream->stop_reading();
    });
  };
}

bool Session::visits(MailboxId id) const { return waker_->guest_in.contains(id); }

// Opened once more when the visit is known: it may have ended before.
Task<std::shared_ptr<storage::Mailbox>> Session::visit(MailboxId id) {
  const auto open = [this, id] { return backend_.mailboxes.open(id, crypto::ActorClass::user); };
  auto mailbox = co_await blocking(open);
  if (waker_->guest_in.contains(id)) co_return mailbox;
  const auto begin = [this, id] { return backend_.mailboxes.visit(id, guest_ender(id)); };
  auto visit = co_await blocking(begin);
  waker_->guest_in.insert_or_assign(id, Waker::Guest{mailbox, std::move(visit)});
  try {
    mailbox = co_await blocking(open);
  } catch (...) {
    waker_->guest_in.erase(id);
    throw;
  }
  co_return mailbox;
}

}  // namespace imap
