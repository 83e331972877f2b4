#pragma once
// What others reach of a session: shared with the watches and visits that it has, which may outlive
// a moment of it. For the session's own files.

#include <atomic>
#include <map>
#include <memory>
#include <optional>

#include "imap/session.h"

namespace imap {

struct Session::Waker {
  // Another user's mailbox that this session has open.
  struct Guest {
    std::shared_ptr<storage::Mailbox> mailbox;
    policy::Mailboxes::Visit visit;
  };

  Executor executor;
  std::atomic<bool> armed{false};  // it waits for changes

  // ---- on the executor only
  Stream* stream = nullptr;    // null once the session is gone
  bool due = false;            // something was published
  bool withdrawn = false;      // what the user has logged in with; then `ended` is set, too
  std::optional<Fault> ended;  // what it reads serves users no longer
  std::map<MailboxId, Guest> guest_in;  // without those that serve users no longer
  std::optional<MailboxId> selected;
  void look() {  // something may have to be told
    due = true;
    if (armed && stream != nullptr) stream->wake();
  }
};

}  // namespace imap
