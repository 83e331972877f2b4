#pragma once
// A message on its way into storage: everything that is derived from its octets is made here, once.

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "storage/mailbox.h"

namespace imap::mime {

// Never throws on odd mail: what cannot be read is described as far as it goes. Any thread; costs
// some 100 us of CPU for an ordinary message, so for big ones use the blocking pool.
storage::NewMessage prepare(std::string octets, storage::FlagNames flags, UnixTime internal_date,
                            std::int16_t zone);

}  // namespace imap::mime
