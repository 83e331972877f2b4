#include "imap/commands/opening.h"

namespace imap::commands {

Task<Reply> select(Session& session, Request& request) {
  const auto access = co_await open_folder(session, request, Access::read_write);
  const auto* code = access == Access::read_write ? "[READ-WRITE]" : "[READ-ONLY]";
  co_return ok(std::string(code) + " SELECT completed");
}

}  // namespace imap::commands
