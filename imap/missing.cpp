#include "imap/missing.h"

#include "base/error.h"

namespace imap {

bool is_expunged(storage::Mailbox& mailbox, const storage::Entry& entry,
                 const storage::Reason& reason) {
  try {
    mailbox.octets(entry, 0, 0, reason);
    return false;
  } catch (const Error& error) {
    if (error.fault() == Fault::corrupt) return false;
    if (error.fault() == Fault::not_found) return true;
    throw;
  }
}

}  // namespace imap
