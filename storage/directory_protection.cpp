// Which mailboxes are end-to-end, and to which certificates.

#include "storage/directory_implementation.h"

namespace storage {
namespace {

crypto::Place place_of(MailboxId mailbox) {
  return {.kind = crypto::Kind::protection, .mailbox = mailbox};
}

}  // namespace

std::optional<Protection> Directory::protection(MailboxId mailbox) {
  return implementation_->read([&](Connection& connection) -> std::optional<Protection> {
    implementation_->require_believed_now("protection", mailbox.value);
    auto row = connection.query("select sealed from protection where mailbox = ?", mailbox.value);
    if (!row.next()) return std::nullopt;
    return checked("protection", mailbox, mailbox.value, [&] {
      return decoded_protection(
          crypto::Aead::open_record(implementation_->key, place_of(mailbox), row.blob(0)));
    });
  });
}

std::vector<MailboxId> Directory::protected_mailboxes() {
  return implementation_->read([&](Connection& connection) {
    std::vector<MailboxId> found;
    auto rows = connection.query("select mailbox from protection order by mailbox");
    while (rows.next()) found.emplace_back(rows.integer(0));
    return found;
  });
}

void Directory::set_protection(MailboxId mailbox, const std::optional<Protection>& protection) {
  implementation_->write([&](Connection& connection) {
    if (!connection.number("select 1 from mailbox where id = ?", mailbox.value))
      throw Error(Fault::not_found, "there is no such mailbox");
    implementation_->require_free(connection, mailbox);
    connection.run("delete from protection where mailbox = ?", mailbox.value);
    if (!protection) return;
    connection.run(
        "insert into protection(mailbox, sealed) values(?, ?)", mailbox.value,
        crypto::Aead::seal_record(implementation_->key, place_of(mailbox), encoded(*protection)));
  });
}

}  // namespace storage
