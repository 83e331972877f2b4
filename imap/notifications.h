#pragma once
// What a session wants to be told of unasked (NOTIFY, RFC 5465), and the telling of what goes on in
// folders that are not selected. Belongs to one session.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "imap/notify_request.h"
#include "imap/status_items.h"
#include "imap/view.h"
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
  ~Notifications();

  // ---- the selected folder
  bool tells_messages() const { return selected_.messages; }  // new ones and expunges
  bool tells_flags() const { return selected_.flags; }
  const std::vector<FetchItem>& items() const { return selected_.items; }
  enum class Pace { never, immediately, delayed };
  Pace pace() const { return pace_; }

  // ---- all others
  bool is_silent() const { return groups_.empty() && pace_ == Pace::never; }
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
  struct Wanted {
    FolderId folder;
    std::string name;
    std::vector<StatusItem> items;
  };
  enum class Events { changes, state };

  NotifyEvents events_of(const std::string& name, const storage::Tree&) const;
  std::vector<StatusItem> items_of(Session&, const NotifyEvents&, Events) const;
  void tell_names(Session&, const storage::Tree& now);
  void tell_annotations(Session&, const storage::MailboxWatch::News&, const storage::Tree& now);
  bool wants_annotations(storage::Annotated, const std::optional<std::string>& name,
                         const storage::Tree&) const;
  std::vector<Wanted> wanted(Session&, const storage::MailboxWatch::News&,
                             const storage::Tree&) const;
  Task<> tell_states(Session&, std::vector<Wanted>);
  Task<> tell(Session&);
  void end(Session&);

  Pace pace_ = Pace::never;
  NotifyEvents selected_{};
  std::vector<NotifyGroup> groups_;  // of all other folders
  std::shared_ptr<storage::Mailbox> mailbox_;
  std::shared_ptr<storage::MailboxWatch> watch_;  // none without groups
  std::shared_ptr<const storage::Tree> known_;    // as it was told last
  std::set<std::string> own_names_;
  std::set<std::pair<FolderId, Uid>> own_messages_;
  std::set<std::pair<storage::Annotated, std::string>> own_entries_;
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
