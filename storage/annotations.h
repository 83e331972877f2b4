#pragma once
// Annotations (RFC 5464), as a value: what one user has set, and all users share, on one folder or
// on the server; one sealed record each. Names are in lower case: RFC 5464 3.2 compares them
// without it. What a name may be is the IMAP code's business.

#include <map>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/ids.h"

namespace storage {

inline constexpr std::size_t annotation_name_limit = 1000;          // octets
inline constexpr std::size_t annotation_value_limit = 64 * 1024;    // octets
inline constexpr std::size_t annotation_limit = 100;                // a record
inline constexpr std::size_t annotations_limit = 16 * 1024 * 1024;  // a mailbox, octets as sealed

using Annotations = std::map<std::string, std::string>;
// Nothing: it is removed.
using AnnotationChanges = std::map<std::string, std::optional<std::string>>;

// too_many: nothing was changed, there would be more than a record or a mailbox may have.
enum class Annotating { done, too_many };

// Whose annotations: those of a folder of the mailbox, or of the server, as this user has them.
using Annotated = FolderId;
inline constexpr Annotated annotated_server{0};
// What the user keeps for himself of folders of other mailboxes: "MAILBOX/FOLDER/private/comment".
inline constexpr Annotated annotated_elsewhere{-1};

Bytes encoded(const Annotations&);
Annotations decoded_annotations(ByteView);  // throws corrupt

}  // namespace storage
