#pragma once
// What a session shares with those who wake it, which may outlive it for a moment. For the
// session's own files.

#include <atomic>
#include <optional>

#include "imap/session.h"

namespace imap {

struct Session::Waker {
  Executor executor;
  Stream* stream;                  // null once the session is gone; on the executor only
  std::atomic<bool> armed{false};  // it waits for changes
  bool due = false;                // something was published; on the executor only
  std::optional<Fault> ended;      // the mailbox serves users no longer; on the executor only
};

}  // namespace imap
