#include "imap/missing.h"

#include "base/error.h"
#include "base/log.h"
#include "imap/sequence_set.h"

namespace imap {
namespace {

std::string named(std::string_view what, const std::vector<Uid>& uids) {
  std::vector<std::uint32_t> numbers;
  for (const auto uid : uids) numbers.push_back(uid.value);
  return std::string(what) + ": UID " + compact(numbers);
}

}  // namespace

bool is_expunged(storage::Mailbox& mailbox, const storage::Entry& entry,
                 const storage::Reason& reason) {
  if (entry.is_lost()) return false;
  try {
    mailbox.octets(entry, 0, 0, reason);
    return false;
  } catch (const Error& error) {
    if (error.fault() == Fault::corrupt) return false;
    if (error.fault() == Fault::not_found) return true;
    throw;
  }
}

void log_damage(const storage::Mailbox& mailbox, FolderId folder, const storage::Entry& entry) {
  logging::error("message_damaged", {{"mailbox", mailbox.id().value},
                                     {"folder", folder.value},
                                     {"uid", entry.uid.value},
                                     {"message", entry.message.value}});
}

void refuse_lost(const storage::Mailbox& mailbox, FolderId folder, const storage::Entry& entry) {
  throw Error(Fault::corrupt, "mailbox " + std::to_string(mailbox.id().value) + ", folder " +
                                  std::to_string(folder.value) +
                                  ": the stored entry of the message with UID " +
                                  std::to_string(entry.uid.value) + " is damaged");
}

std::string corruption(std::string_view what, const std::vector<Uid>& uids) {
  return "[CORRUPTION] " + named(what, uids);
}

std::string unknown_encoding(std::string_view what, const std::vector<Uid>& uids) {
  return "[UNKNOWN-CTE] " + named(what, uids);
}

}  // namespace imap
