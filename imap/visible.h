#pragma once
// All folders that a session's user sees, as one tree: the own ones, and those of others that are
// shared with the user, below "Other Users".

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "imap/located.h"

namespace imap {

class Visible {
 public:
  Visible(std::shared_ptr<storage::Mailbox> own, AccountId account)
      : own_(std::move(own)), account_(account), tree_(own_->tree()) {}

  // What of it the account sees (RFC 4314 section 4: LIST wants "l").
  void add(const std::string& owner, std::shared_ptr<storage::Mailbox>);

  // Names as they are shown; special uses are their owner's own affair. Folder ids of others'
  // folders mean nothing here: at() knows.
  const storage::Tree& tree() const { return *tree_; }
  Located at(const std::string& shown) const;  // of a name with a folder

 private:
  std::shared_ptr<storage::Mailbox> own_;
  AccountId account_;
  std::shared_ptr<const storage::Tree> tree_;
  std::map<std::string, std::shared_ptr<storage::Mailbox>> others_;  // by owner
};

// Session::visit; nothing where it is revoked, away, or gone.
Task<std::shared_ptr<storage::Mailbox>> visited(Session&, MailboxId);

// To a tree of shown names, what the account sees of another's mailbox.
void add_shown(storage::Tree&, const std::string& owner, const storage::Tree& theirs, AccountId);

// `pattern` can match something below "Other Users", or that itself.
bool may_match_others(std::string_view pattern);

// With those of others, if one of the patterns can match them. What cannot be opened now is not
// seen.
Task<Visible> visible_folders(Session&, const std::vector<std::string>& patterns);

}  // namespace imap
