#pragma once
// NOTIFY as it is written (RFC 5465 section 8).

#include <vector>

#include "imap/fetch_item.h"
#include "imap/folder_filter.h"
#include "imap/request.h"

namespace imap {

inline constexpr std::size_t notify_group_limit = 100;  // event groups in one NOTIFY

struct NotifyEvents {
  bool messages = false;  // MessageNew and MessageExpunge, which go together
  bool flags = false;
  bool names = false;
  bool subscriptions = false;
  bool annotations = false;         // MailboxMetadataChange
  bool server_annotations = false;  // ServerMetadataChange
  std::vector<FetchItem> items{};   // of new messages in the selected folder
};

struct NotifyGroup {
  FolderFilter filter{};
  NotifyEvents events{};
};

struct NotifyRequest {
  bool none = false;         // NOTIFY NONE
  bool status = false;       // the state of all folders to begin with
  bool unsupported = false;  // some event is not known here
  bool too_much = false;     // more groups than the limit
  std::vector<NotifyGroup> groups{};
};

// After the command's name, to the end. Throws BadSyntax, also for events that go together and do
// not come together.
NotifyRequest parse_notify(Request&);

inline constexpr std::string_view notify_events =
    "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange"
    " ServerMetadataChange)";

}  // namespace imap
