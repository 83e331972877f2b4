#include "imap/commands/naming.h"

namespace imap::commands {

std::string named_folder(Request& request) {
  request.space();
  auto raw = request.astring();
  request.end();
  return raw;
}

}  // namespace imap::commands
