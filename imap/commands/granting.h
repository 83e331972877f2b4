#pragma once
// The lists of rights (RFC 4314), for the commands that read and change them. The owner of a
// mailbox has all rights on its folders always, and no entry in their lists.

#include <string>
#include <string_view>

#include "imap/commands/commands.h"
#include "imap/located.h"
#include "policy/sharing.h"

namespace imap::commands {

// Throws invalid where nothing is shared.
policy::Sharing& sharing_of(Session&);
std::string owner_of(Session&, const Located&);
// An answer as it begins: "ACL INBOX".
std::string start_of(Session&, std::string_view answer, const Located&);
// The folder, as it was written, and who is meant there: what three of the commands begin with.
struct Asked {
  std::string folder, identifier;
};
Asked read_asked(Request&);  // throws BadSyntax

// How SETACL changes what is there (3.1).
struct Modification {
  char sign = '\0';  // '+', '-', or 0: replaces
  storage::Rights rights{};
};

// Throws what Located::permitted and policy::Sharing throw, and invalid for the owner.
Task<> change_rights(Session&, const Located&, const std::string& identifier, const Modification&);

}  // namespace imap::commands
