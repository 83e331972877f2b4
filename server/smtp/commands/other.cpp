#include "server/smtp/commands/commands.h"

namespace server::smtp {

Task<Reply> help(Session& session, std::string_view) {
  co_return reply(214, "2.0.0",
                  "This is Sealpost at " + session.backend().delivery.host_name() +
                      ".\nIt takes mail for its own accounts, and relays for nobody.");
}

Task<Reply> noop(Session&, std::string_view) { co_return reply(250, "2.0.0", "done, nothing"); }

Task<Reply> quit(Session& session, std::string_view) {
  session.end();
  co_return reply(221, "2.0.0", "goodbye");
}

// RFC 5321 3.5.3, 7.3: whether an address exists is told to nobody but by RCPT.
Task<Reply> vrfy(Session&, std::string_view argument) {
  if (argument.empty()) co_return reply(501, "5.5.4", "give an address");
  co_return reply(252, "2.1.5", "not verified; send mail and see");
}

}  // namespace server::smtp
