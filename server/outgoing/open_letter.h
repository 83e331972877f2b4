#pragma once
// One message of the spool in hand: its envelope, as it is changed and saved. Blocking; one thread.

#include <memory>
#include <string>

#include "storage/spool.h"

namespace server::outgoing {

class OpenLetter {
 public:
  // Opens the envelope: throws as Spool::envelope does.
  OpenLetter(storage::Spool&, const storage::SpoolEntry&, std::shared_ptr<storage::Mailbox>);

  std::int64_t id() const { return entry_.id; }
  MailboxId mailbox() const { return entry_.mailbox; }
  storage::SpoolState state() const { return entry_.state; }  // on the disk
  const std::string& octets();                                // of the message; opened once

  storage::SpoolEnvelope envelope;

  // The envelope, on disk when it returns; removed where no recipient is left.
  void save(storage::SpoolState);

 private:
  storage::Spool& spool_;
  storage::SpoolEntry entry_;
  const std::shared_ptr<storage::Mailbox> mailbox_;
  std::optional<std::string> octets_;
};

// Mail is read for its way as it is for its delivery: by the service.
inline constexpr storage::Reason sending{crypto::Cause::deliver, crypto::Actor::service()};

}  // namespace server::outgoing
