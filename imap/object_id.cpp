#include "imap/object_id.h"

#include "crypto/digest.h"

namespace imap {
namespace {

constexpr std::size_t kept_octets = 20;  // of a SHA-256: 160 bits

// RFC 4648 section 6 without padding, in lower case: ids must not differ by case alone (RFC
// 8474 8.1). `octets` come in fives.
std::string base32(ByteView octets) {
  constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const auto octet : octets) {
    bits = (bits << 8 | octet) & 0xFFFF;
    for (count += 8; count >= 5; count -= 5) text += digits[bits >> (count - 5) & 31];
  }
  return text;
}

std::string id(char kind, std::string_view of) {
  const auto digest = crypto::sha256(bytes_of(of));
  return kind + base32(ByteView(digest).first(kept_octets));
}

}  // namespace

std::string mailbox_id(MailboxId mailbox, std::uint32_t uid_validity) {
  return 'F' + std::to_string(mailbox.value) + '-' + std::to_string(uid_validity);
}

std::string email_id(const mime::SummaryView& summary, const storage::Entry& entry) {
  return id('M', std::string(text_of(summary.digest())) + std::to_string(entry.internal_date) +
                     ' ' + std::to_string(entry.zone));
}

std::string thread_id(const mime::SummaryView& summary, const storage::Entry& entry) {
  const auto references = summary.references();
  if (const auto first = references.substr(0, references.find('\n')); !first.empty())
    return id('T', first);
  if (!summary.message_id().empty()) return id('T', summary.message_id());
  return 'T' + email_id(summary, entry).substr(1);
}

}  // namespace imap
