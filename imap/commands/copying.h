#pragma once
// What COPY and MOVE have in common (RFC 3501 6.4.7, RFC 6851 3.1, RFC 4315 section 3).

#include <span>
#include <vector>

#include "imap/located.h"

namespace imap::commands {

struct Copying {
  std::vector<storage::Entry> entries;  // UIDs rise
  Located target;
};

// Reads the command to its end and finds what it names. Throws BadSyntax.
Task<Copying> parse_copying(Session&, Request&);

// Of messages from the selected folder: what STORE and EXPUNGE want (RFC 6851 section 4.4, RFC 8508
// 4.1). Throws read_only.
void require_removing(Session&);
// What has come into another mailbox, and is on disk there: only then it goes from this one.
void remove_carried(storage::Mailbox& source, FolderId from, const std::vector<Uid>&,
                    const storage::Reason&);
// The target is not there: to be created, if the user may (RFC 3501 6.4.7).
Reply no_target(const Located&);
enum class Carry { copy, move };
// Wants a target. Flags that the user may not set there are left out (RFC 4314 section 4). Between
// two mailboxes what is moved is gone here only once it is there.
Task<storage::Copied> carried(Session&, const Copying&, Carry);
// "[COPYUID 38505 304,319:320 3956:3958] "; empty when nothing was copied.
std::string copied_code(const storage::Copied&);
// Nothing was there to copy: by number that means expunged elsewhere, which the client must learn;
// by UID it is no failure (RFC 3501 6.4.8).
bool is_lost(const Request&, const Copying&, const storage::Copied&);
Reply lost();

}  // namespace imap::commands
