#pragma once
// Protection levels (RULES.md section 20): who can read a mailbox's stored mail, and who could only
// as long as a key is given. The first two follow from the DEP that a mailbox is under; the third
// is set on top of it, and its sealing under the DEP goes on.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/recipient_certificate.h"
#include "storage/directory.h"
#include "storage/mailbox.h"

namespace policy {

enum class Level { managed, customer_key, end_to_end };
std::string_view name_of(Level);  // "managed", "customer key", "end-to-end"
Level level_of(const storage::Dep&, const std::optional<storage::Protection>&);

// Makes a message what only the holders of these certificates read (imap/mime/protected.h).
using Encrypt = std::function<storage::NewMessage(storage::NewMessage, std::span<const Bytes>)>;

// What a mailbox with this protection lets its messages pass.
std::shared_ptr<const storage::Protect> protect_of(const Encrypt&, const storage::Protection&);

// Those of a record, parsed: what was stored has been checked when it was set. Throws corrupt.
std::vector<crypto::RecipientCertificate> certificates_of(const storage::Protection&);

// A new one. Throws invalid for a certificate that mail cannot be encrypted to now, none, the same
// one twice, or more than most_recipients.
inline constexpr std::size_t most_recipients = 16;
storage::Protection new_protection(std::span<const std::string> certificates, UnixTime now,
                                   const std::string& by);

}  // namespace policy
