#pragma once
// Commands whose last argument, or only one, is a folder.

#include <string>

#include "imap/request.h"

namespace imap::commands {

// As received. Throws BadSyntax when more follows.
std::string named_folder(Request&);

}  // namespace imap::commands
