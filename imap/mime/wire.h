#pragma once
// Strings as IMAP sends them (RFC 3501 4.3, 9).

#include <string>
#include <string_view>

namespace imap::mime {

// Quoted where it can be, else a literal {n}: for CR, LF, other controls and 8-bit octets. NUL
// becomes '?', since no string may hold it.
void add_string(std::string& out, std::string_view);

// As it is where it can be an atom, else as above.
void add_astring(std::string& out, std::string_view);

// NIL when it is empty.
void add_nstring(std::string& out, std::string_view);

}  // namespace imap::mime
