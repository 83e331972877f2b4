#pragma once
// What COPY and MOVE have in common (RFC 3501 6.4.7, RFC 6851 3.1, RFC 4315 section 3).

#include <span>
#include <vector>

#include "imap/located.h"

namespace imap::commands {

struct Copying {
  std::vector<Uid> uids;  // rising
  Located target;
};

// Reads the command to its end and finds what it names. Throws BadSyntax.
Task<Copying> parse_copying(Session&, Request&);

Reply no_target();
using Carry = storage::Copied (storage::Mailbox::*)(FolderId from, std::span<const Uid>,
                                                    FolderId to, const storage::Reason&);
Task<storage::Copied> carried(Session&, const Copying&, Carry);  // wants a target
// "[COPYUID 38505 304,319:320 3956:3958] "; empty when nothing was copied.
std::string copied_code(const storage::Copied&);
// Nothing was there to copy: by number that means expunged elsewhere, which the client must learn;
// by UID it is no failure (RFC 3501 6.4.8).
bool is_lost(const Request&, const Copying&, const storage::Copied&);
Reply lost();

}  // namespace imap::commands
