// RFC 2342: one personal namespace, without a prefix, and one for what other users share.

#include "imap/commands/commands.h"
#include "imap/other_users.h"

namespace imap::commands {

Task<Reply> namespace_(Session& session, Request& request) {
  request.end();
  const auto others = session.backend().sharing == nullptr
                          ? std::string("NIL")
                          : "((\"" + std::string(other_users) + "/\" \"/\"))";
  session.say("NAMESPACE ((\"\" \"/\")) " + others + " NIL");
  co_return ok("NAMESPACE completed");
}

}  // namespace imap::commands
