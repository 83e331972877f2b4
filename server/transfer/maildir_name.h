#pragma once
// Names of files in a Maildir: "1800000000.M1P2.host,S=99:2,FS" (flags after ":2,"), and the file
// dovecot-keywords, which gives the letters a to z of a folder their names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/entry.h"

namespace server::transfer {

inline constexpr std::size_t maildir_keyword_limit = 26;

// Names by letter; empty where there is none.
using MaildirKeywords = std::vector<std::string>;

// Lines "0 $Label1". What is no such line, or no keyword, is passed over.
MaildirKeywords parse_maildir_keywords(std::string_view file);
std::string written(const MaildirKeywords&);

// P is $Forwarded. Also with ';' or '!' for the colon, where a file system has no colons.
storage::FlagNames maildir_flags(std::string_view file_name, const MaildirKeywords&);

// When the file came into its Maildir: the digits that the name begins with.
std::optional<UnixTime> maildir_time(std::string_view file_name);

// Flags as the letters after ":2,", in order. A keyword that is not there yet is added; those
// beyond the limit are left out.
std::string maildir_letters(const storage::FlagNames&, MaildirKeywords&);

}  // namespace server::transfer
