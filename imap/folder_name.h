#pragma once
// Folder names on the wire. Storage knows them as UTF-8 only.

#include <cstdint>
#include <string>
#include <string_view>

namespace imap {

// Which way a client has names: it begins with modified UTF-7, and UTF-8 is enabled.
enum class NameForm : std::uint8_t {
  modified_utf7,  // RFC 3501 5.1.3
  utf8,           // RFC 9051 5.1, RFC 6855 section 3
};

// Throws BadSyntax for what is not exactly the modified UTF-7 of some Unicode text: a name taken in
// comes back octet for octet.
std::string from_modified_utf7(std::string_view);

// From an astring as received to a name that storage takes. Throws BadSyntax as above, and Error
// invalid for what cannot be a folder's name.
std::string checked_name(std::string_view, NameForm);
// As new folders are named: NFC (RFC 9051 5.1, RFC 5198).
std::string normalized_name(std::string_view utf8);

// `utf8` is valid, as storage keeps it.
std::string to_modified_utf7(std::string_view utf8);

// Without the quotes, in that form; `utf8` is valid.
std::string name_in(NameForm, std::string_view utf8);

// As an astring in an answer: an atom where it can be one, else quoted.
std::string wire_name(std::string_view utf8, NameForm);

}  // namespace imap
