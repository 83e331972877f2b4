#pragma once
// URLs that carry the right to read what they name (RFC 4467; RULES.md section 16): the access keys
// of folders, and the way to the mailbox that such a URL names. A key lies in its folder's
// annotation record, under a name that no client can give: sealed as that is, gone with its folder.
// Blocking pool only, but for is_here() and now().

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/locked_memory.h"
#include "policy/mailboxes.h"
#include "policy/watch.h"

namespace policy {

class UrlAccess {
 public:
  // `host`: what this server is called in URLs.
  UrlAccess(storage::Directory&, Mailboxes&, const Clock&, std::string_view host);

  bool is_here(std::string_view server) const;  // "mail.example.org:143", at any port
  UnixTime now() const { return clock_.now(); }

  // As its owner would open it. None: no account that may log in is called so. Throws as
  // Mailboxes::open.
  std::shared_ptr<storage::Mailbox> open(std::string_view owner);

  // The folder's key; made, if there is none. Throws not_found, limit.
  crypto::SecretBytes key(storage::Mailbox&, FolderId, const storage::Reason&);
  std::optional<crypto::SecretBytes> find_key(storage::Mailbox&, FolderId, const storage::Reason&);
  // From here on no URL of this folder is good that was before; of no folder of the mailbox.
  void reset_key(storage::Mailbox&, FolderId, const storage::Reason&);
  void remove_keys(storage::Mailbox&, const storage::Reason&);

  // For those who want to know when a folder's key is replaced or removed; also outside the pool.
  std::shared_ptr<Watch> watch(MailboxId, FolderId, std::function<void()> wake);

 private:
  using Subject = std::pair<MailboxId, FolderId>;
  void publish(MailboxId, FolderId);

  storage::Directory& directory_;
  Mailboxes& mailboxes_;
  const Clock& clock_;
  const std::string host_;
  std::mutex making_;  // two who find none shall not make two
  Watches<Subject> watches_;
};

}  // namespace policy
