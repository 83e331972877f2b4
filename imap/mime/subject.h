#pragma once
// What SORT and THREAD make of a subject and of message ids (RFC 5256).

#include <string>
#include <string_view>
#include <vector>

#include "imap/mime/header.h"

namespace imap::mime {

struct BaseSubject {
  std::string text;    // RFC 5256 2.1, decoded and folded
  bool reply = false;  // something was taken away: Re:, Fwd:, (fwd)
};
BaseSubject base_subject(std::string_view field_value);
// The same text decoded, but not folded: ASCII is in lower case, and blanks are single.
std::string written_base_subject(std::string_view field_value);

// msg-ids without their <>, quotes taken out of the local part (RFC 5256 3: normalised).
std::vector<std::string> message_ids(std::string_view field_value);

// References, or else the first id of In-Reply-To: each followed by LF, the parent last.
std::string thread_references(const Header&);

}  // namespace imap::mime
