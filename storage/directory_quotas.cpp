// What admins have said of the quotas of single mailboxes.

#include "base/log.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

crypto::Place place_of(MailboxId mailbox) {
  return {.kind = crypto::Kind::quota, .mailbox = mailbox};
}

}  // namespace

Quota Directory::quota(MailboxId mailbox) {
  return implementation_->read([&](Connection& connection) -> Quota {
    implementation_->require_believed("quota", mailbox.value);
    auto row = connection.query("select sealed from quota where mailbox = ?", mailbox.value);
    if (!row.next()) return {};
    return checked("quota", mailbox, mailbox.value, [&] {
      return decoded_quota(
          crypto::Aead::open_record(implementation_->key, place_of(mailbox), row.blob(0)));
    });
  });
}

void Directory::set_quota(MailboxId mailbox, const Quota& quota) {
  implementation_->write([&](Connection& connection) {
    if (!connection.number("select 1 from mailbox where id = ?", mailbox.value))
      throw Error(Fault::not_found, "there is no such mailbox");
    connection.run("delete from quota where mailbox = ?", mailbox.value);
    if (quota == Quota{}) return;
    const auto sealed =
        crypto::Aead::seal_record(implementation_->key, place_of(mailbox), encoded(quota));
    connection.run("insert into quota(mailbox, sealed) values(?, ?)", mailbox.value, sealed);
  });
}

}  // namespace storage
