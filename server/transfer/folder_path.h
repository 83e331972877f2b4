#pragma once
// Folder names as paths of files, and back. A level becomes a directory or a file of its name as it
// is; where that would be unsafe or read back as something else ("..", "cur", ".x", "a.mbox",
// "R&AOk-"), some octets are written %XX.

#include <string>
#include <string_view>

namespace server::transfer {

// One level of a name as a file name. Throws invalid when it is too long for one.
std::string file_name_of_level(std::string_view level);

// And back: modified UTF-7 (as Dovecot and mbsync write it), then %XX. What is neither stays.
std::string level_of_file_name(std::string_view name);

// All levels, with '/' between them.
std::string path_of_folder(std::string_view folder);

// A Maildir++ name, ".A.B": "A/B".
std::string folder_of_dotted(std::string_view name);

}  // namespace server::transfer
