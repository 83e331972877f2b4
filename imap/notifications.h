#pragma once
// What a session wants to be told of unasked (NOTIFY, RFC 5465), and the telling of what goes on in
// folders that are not selected: the user's own, and those that others share with the user. Belongs
// to one session.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "imap/followed_mailbox.h"
#include "imap/notify_request.h"
#include "imap/status_items.h"
#include "imap/tree_news.h"
#include "imap/view.h"
#include "policy/sharing.h"
#include "storage/mailbox.h"

namespace imap {

inline constexpr std::size_t notify_line_limit =
    1000;  // lines at a time; then NOTIFICATIONOVERFLOW

class Notifications {
 public:
  // Nothing is wanted: NOTIFY NONE.
  Notifications() = default;
  // From here on; the names of its groups are shown names.
  Notifications(Session&, std::vector<NotifyGroup>);

  // ---- the selected folder
  bool tells_messages() const { return selected_.messages; }  // new ones and expunges
  bool tells_flags() const { return selected_.flags; }
  const std::vector<FetchItem>& items() const { return selected_.items; }
  enum class Pace { never, immediately, delayed };
  Pace pace() const { return pace_; }

  // ---- all others
  bool is_silent() const { return groups_.empty() && pace_ == Pace::never; }
  // First: finds what others share, and says what of it is out of reach (RFC 5465 3.1).
  Task<> begin(Session&);
  // The STATUS lines of NOTIFY SET STATUS.
  Task<> tell_all(Session&);
  // What has happened since the last time. Too much of it, or a failure, ends all notifications,
  // and says so. Throws Disconnected alone.
  Task<> tell_elsewhere(Session&);

  // ---- what this session does itself is not told it (RFC 5465 section 5)
  void own(const storage::Mailbox&, FolderId, const std::vector<Uid>&);
  void own(const std::string& name);
  void own(const storage::Mailbox&, storage::Annotated, const storage::AnnotationChanges&);
  bool is_own(const storage::Mailbox&, FolderId, Uid) const;

 private:
  using News = FollowedMailbox::News;
  using Touched = storage::MailboxWatch::Touched;
  struct Wanted {
    FolderId folder;
    std::string name;
    std::vector<StatusItem> items;
  };
  enum class Events { changes, state };

  // ---- notifications_following.cpp: whose mailboxes
  bool means_owner(const std::string& owner, const storage::Tree& own) const;
  bool means_others() const;
  FollowedMailbox* followed(MailboxId) const;  // another's
  Task<> follow_others(Session&, const storage::Tree& own_before);
  Task<> follow(Session&, const policy::Sharing::Owner&, const storage::Tree& own_before);
  void drop_others();
  Task<> tell_of_others(Session&);

  // ---- notifications.cpp: what of one of them
  static void limit_lines(std::size_t);  // throws limit
  FollowedMailbox::Reader reader() const { return {account_, *own_->tree()}; }
  NotifyEvents events_of(const std::string& name, const storage::Tree&,
                         const FollowedMailbox&) const;
  bool is_reachable(const std::string& name, const FollowedMailbox&) const;
  std::vector<StatusItem> items_of(Session&, const NotifyEvents&, Events) const;
  std::vector<Wanted> wanted(Session&, const FollowedMailbox&,
                             const std::map<FolderId, Touched>&) const;
  Task<> tell_states(Session&, const FollowedMailbox&, std::vector<Wanted>);
  Task<> tell_state_of(Session&, const FollowedMailbox&);
  Task<> tell_of(Session&, FollowedMailbox&, News);
  Task<> tell(Session&);
  void end(Session&);

  // ---- notifications_names.cpp
  std::set<std::string> regained(const FollowedMailbox&);
  void rename_no_access(const std::vector<NameChange>&);
  std::set<std::string> withheld(const FollowedMailbox&, const storage::Tree& before,
                                 const TreeNews&) const;
  std::set<std::string> unreadable(const FollowedMailbox&, const std::vector<NameChange>&) const;
  std::vector<NameChange> changes(const FollowedMailbox&, const storage::Tree& before,
                                  const TreeNews&) const;
  void tell_names(Session&, const FollowedMailbox&, const storage::Tree& before);
  void tell_entries(Session&, const FollowedMailbox&, FolderId, std::set<std::string> entries);
  void tell_annotations(Session&, const FollowedMailbox&, const storage::MailboxWatch::News&);
  void tell_annotations_elsewhere(Session&, const std::set<std::string>& entries);

  Pace pace_ = Pace::never;
  NotifyEvents selected_{};
  std::vector<NotifyGroup> groups_;  // of all other folders
  AccountId account_{};
  std::unique_ptr<FollowedMailbox> own_;  // none without groups
  std::vector<std::unique_ptr<FollowedMailbox>> others_;
  std::set<MailboxId> meant_;              // of others_, and those that cannot be opened now
  bool is_incomplete_ = false;             // there are such
  std::shared_ptr<policy::Watch> shares_;  // none: the groups mean nothing of others
  std::set<std::string> no_access_;        // names that were told with \NoAccess
  std::set<std::string> own_names_;
  std::set<std::tuple<MailboxId, FolderId, Uid>> own_messages_;
  std::set<std::tuple<MailboxId, storage::Annotated, std::string>> own_entries_;
};

// Is something told while no command is in progress? How expunges of the selected folder are then.
bool pushes(Session&);
View::Expunges pushed_expunges(Session&);

// For commands; nothing happens where NOTIFY is not used.
void note_own(Session&, const storage::Mailbox&, FolderId, const std::vector<Uid>&);
void note_own(Session&, const std::string& name);
void note_own(Session&, const storage::Mailbox&, storage::Annotated,
              const storage::AnnotationChanges&);

}  // namespace imap
