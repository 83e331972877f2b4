#pragma once
// What an IMAP URL names, read from a mailbox.

#include <optional>
#include <string>

#include "imap/imap_url.h"
#include "storage/mailbox.h"

namespace imap {

// Its folder, in the tree of the mailbox it names. None: there is no such folder.
std::optional<FolderId> folder_of(const storage::Tree&, const ImapUrl&);

// The octets that BODY[section]<partial> of the URL's message gives in this folder. None: there is
// no such message or section, or the folder's UIDVALIDITY is another. Blocks. Throws too_big when
// they are more than `limit`, and what reading throws.
std::optional<std::string> url_octets(storage::Mailbox&, FolderId, const ImapUrl&,
                                      std::uint64_t limit, const storage::Reason&);

}  // namespace imap
