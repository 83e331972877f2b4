#pragma once
// OBJECTID (RFC 8474): names of folders, messages and threads that stay when these are renamed,
// copied or moved. Letters, digits and "-", in lower case after the first letter.
//
// EMAILID and THREADID are digests of what a message is, so nothing is stored for them and they
// are the same in every folder, mailbox and restored backup.

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "imap/mime/summary.h"
#include "storage/entry.h"

namespace imap {

inline constexpr std::size_t object_id_limit = 255;  // octets, section 7

// Never used again: a UIDVALIDITY is given once in a mailbox, and stays with its folder.
std::string mailbox_id(MailboxId, std::uint32_t uid_validity);

// Of the octets and INTERNALDATE, the two that never change (section 5.1).
std::string email_id(const mime::SummaryView&, const storage::Entry&);

// The same for all messages that name the same first message, and for that one: of its Message-ID,
// the first in References, or in In-Reply-To. A message without either is a thread of its own.
std::string thread_id(const mime::SummaryView&, const storage::Entry&);

}  // namespace imap
