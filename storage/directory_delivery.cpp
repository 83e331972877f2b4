// Public halves of delivery keys.

#include <algorithm>

#include "base/log.h"
#include "crypto/keyed_hash.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

// Which key is whose: mailbox id in decimal, a colon, the key in hexadecimal.
Bytes proof_of(const crypto::DirectoryKey& key, MailboxId mailbox, ByteView octets) {
  return crypto::KeyedHash::of(key, "delivery",
                               std::to_string(mailbox.value) + ":" + to_hex(octets));
}

[[noreturn]] void corrupt(MailboxId mailbox) {
  logging::error(
      "corrupt",
      {{"database", "directory"}, {"mailbox", mailbox.value}, {"what", "delivery key of mailbox"}});
  throw Error(Fault::corrupt, "directory.db: the delivery key of mailbox " +
                                  std::to_string(mailbox.value) + " is not the one that was made");
}

}  // namespace

std::optional<crypto::DeliveryPublic> Directory::delivery_public(MailboxId mailbox) {
  return implementation_->read(
      [&](Connection& connection) -> std::optional<crypto::DeliveryPublic> {
        implementation_->require_believed("delivery_key", mailbox.value);
        auto row = connection.query("select public, proof from delivery_key where mailbox = ?",
                                    mailbox.value);
        if (!row.next()) return std::nullopt;
        crypto::DeliveryPublic found;
        const auto octets = row.blob(0);
        // The hash is no secret of its owner: he who can read the row has it.
        if (octets.size() != found.octets.size() ||
            !std::ranges::equal(row.blob(1), proof_of(implementation_->key, mailbox, octets)))
          corrupt(mailbox);
        std::ranges::copy(octets, found.octets.begin());
        return found;
      });
}

void Directory::set_delivery_public(MailboxId mailbox, const crypto::DeliveryPublic& key) {
  const auto proof = proof_of(implementation_->key, mailbox, key.octets);
  implementation_->write([&](Connection& connection) {
    connection.run("insert or replace into delivery_key(mailbox, public, proof) values(?, ?, ?)",
                   mailbox.value, ByteView(key.octets), proof);
  });
}

}  // namespace storage
