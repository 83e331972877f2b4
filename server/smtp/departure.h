#pragma once
// The part of a message that is for other domains (outgoing/outgoing.h): on disk before anything is
// delivered here, and sent only once that is done. Blocking pool only.

#include <optional>

#include "server/smtp/handover.h"
#include "server/smtp/session.h"

namespace server::smtp {

class Departure {
 public:
  // Does nothing where the message is for nobody elsewhere. Throws what Outgoing::prepare throws.
  Departure(Backend&, const Transaction&, const Message&,
            const std::optional<storage::Account>& submitter);
  ~Departure();  // withdrawn, unless it was taken over
  Departure(const Departure&) = delete;
  Departure& operator=(const Departure&) = delete;

  void take_over();  // it is sent, whatever happens now. Durable when it returns

 private:
  outgoing::Outgoing* outgoing_;
  std::optional<std::int64_t> id_;
};

// Backend::send_out.
bool send_out(outgoing::Outgoing&, const OwnMail&);

}  // namespace server::smtp
