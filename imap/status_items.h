#pragma once
// The items of STATUS, of LIST RETURN (STATUS (...)) too (RFC 3501 6.3.10, RFC 9051 6.3.11, RFC
// 8438, RFC 7162 3.1.7, RFC 8474 section 4, RFC 7889 section 3, RFC 9208 4.1.4).

#include <string>
#include <string_view>
#include <vector>

#include "imap/folder_name.h"
#include "imap/limits.h"
#include "imap/request.h"
#include "storage/mailbox.h"

namespace imap {

enum class StatusItem {
  messages,
  recent,
  uid_next,
  uid_validity,
  unseen,
  size,
  highest_modseq,
  deleted,
  deleted_storage,
  mailbox_id,
  append_limit,
};

// What STATUS tells of a folder.
struct FolderStatus {
  storage::FolderState state;
  MailboxId mailbox;
  std::uint64_t append_limit = 0;  // octets
  std::uint64_t deleted_size = 0;  // octets; where it is asked for
};

// "(MESSAGES UNSEEN)"; throws BadSyntax.
std::vector<StatusItem> read_status_items(Request&);
bool asks_for(const std::vector<StatusItem>&, StatusItem);

// "STATUS INBOX (MESSAGES 3 UNSEEN 1)": the very items asked, in their order.
std::string status_line(std::string_view folder_name, NameForm, const std::vector<StatusItem>&,
                        const FolderStatus&);

// Blocking pool only; throws as storage::Mailbox::state.
FolderStatus read_status(storage::Mailbox&, FolderId, const std::vector<StatusItem>&, const Limits&,
                         const storage::Reason&);

}  // namespace imap
