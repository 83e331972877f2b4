#include "server/admin/command.h"

#include "server/lab/commands.h"
#include "server/outgoing/commands.h"
#include "server/protection/commands.h"
#include "server/search/commands.h"
#include "server/transfer/commands.h"

namespace server::admin {

std::vector<Command> commands() {
  std::vector<Command> all;
  for (const auto part :
       {account_commands(), credential_commands(),     mailbox_commands(),   protection::commands(),
        dep_commands(),     dep_assignment_commands(), dep_key_commands(),   quota_commands(),
        purge_commands(),   transfer::commands(),      outgoing::commands(), search::commands(),
        restore_commands(), role_commands(),           audit_commands(),     ledger_commands(),
        alert_commands(),   what_if_commands(),        lab::commands(),      server_commands()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace server::admin
