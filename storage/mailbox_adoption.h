#pragma once
// A mailbox of a store.db that had no versions yet (crypto/FORMAT.md section 6.7) gets its root.

#include "storage/folders.h"

namespace storage {

// The version of what was sealed then.
inline constexpr std::uint32_t before_versions = 0;

// All that the mailbox key seals is sealed anew, so that nothing of before opens any more. What is
// damaged stays so. In an operation of the writer; the tree is loaded.
void adopt_mailbox(Folders&, Connection&);

}  // namespace storage
