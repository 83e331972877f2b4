#include "server/outgoing/open_letter.h"

namespace server::outgoing {

OpenLetter::OpenLetter(storage::Spool& spool, const storage::SpoolEntry& entry,
                       std::shared_ptr<storage::Mailbox> mailbox)
    : envelope(spool.envelope(entry.id, *mailbox, sending)),
      spool_(spool),
      entry_(entry),
      mailbox_(std::move(mailbox)) {}

const std::string& OpenLetter::octets() {
  if (!octets_) octets_ = spool_.octets(entry_.id, *mailbox_, sending);
  return *octets_;
}

void OpenLetter::save(storage::SpoolState state) {
  if (envelope.recipients.empty())
    spool_.remove(entry_.id);
  else
    spool_.update(entry_.id, mailbox_->delivery_public(), envelope, state);
  entry_.state = state;
}

}  // namespace server::outgoing
