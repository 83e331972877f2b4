#pragma once
// A mailbox that NOTIFY follows for a session: the user's own, or another user's of which something
// is shared (policy/RULES.md section 13). Folders have the names that the session's user sees.
// Belongs to one session.

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "storage/mailbox.h"

namespace imap {

class FollowedMailbox {
 public:
  using SharedTree = std::shared_ptr<const storage::Tree>;

  // For whom it is followed.
  struct Reader {
    AccountId account;
    const storage::Tree& own;  // whose subscriptions are the reader's, also to others' folders
  };
  // An empty owner: it is the reader's own. From here on.
  FollowedMailbox(std::shared_ptr<storage::Mailbox>, std::string owner, const Reader&,
                  std::function<void()> wake);
  ~FollowedMailbox();
  FollowedMailbox(const FollowedMailbox&) = delete;
  FollowedMailbox& operator=(const FollowedMailbox&) = delete;

  bool is_own() const { return owner_.empty(); }
  const std::string& owner() const { return owner_; }
  storage::Mailbox& mailbox() const { return *mailbox_; }
  MailboxId id() const { return mailbox_->id(); }
  // What the reader sees, as of the last look(). Of others' folders without uses and ACLs.
  const SharedTree& tree() const { return shown_; }
  storage::Rights rights(const std::string& shown, AccountId reader) const;  // as they are now

  struct News {
    storage::MailboxWatch::News committed;  // since the last look()
    SharedTree before;                      // tree() as it was; itself where names are as they were
  };
  News look(const Reader&);
  // All that the reader sees of it is news to the next look().
  void forget_names();
  // The reader sees nothing of it from here on.
  News lose();
  bool is_lost() const { return is_lost_; }

 private:
  SharedTree shown(const Reader&);

  std::shared_ptr<storage::Mailbox> mailbox_;
  std::string owner_;
  std::shared_ptr<storage::MailboxWatch> watch_;
  SharedTree theirs_;                 // what shown_ was made of
  std::set<std::string> subscribed_;  // likewise
  SharedTree shown_;
  bool is_lost_ = false;
};

}  // namespace imap
