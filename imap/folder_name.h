#pragma once
// Folder names on the wire: modified UTF-7 (RFC 3501 5.1.3). Storage knows them as UTF-8 only.

#include <string>
#include <string_view>

namespace imap {

// Throws BadSyntax for what is not exactly the modified UTF-7 of some Unicode text: a name taken in
// comes back octet for octet.
std::string from_modified_utf7(std::string_view);

// From an astring as received to the name that storage knows. Throws BadSyntax as above, and Error
// invalid for what cannot be a folder's name.
std::string checked_name(std::string_view);

// `utf8` is valid, as storage keeps it.
std::string to_modified_utf7(std::string_view utf8);

// As an astring in an answer: an atom where it can be one, else quoted.
std::string wire_name(std::string_view utf8);

}  // namespace imap
