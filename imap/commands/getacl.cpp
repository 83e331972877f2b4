// RFC 4314 3.3

#include "imap/commands/granting.h"
#include "imap/commands/naming.h"
#include "imap/mime/wire.h"

namespace imap::commands {
namespace {

std::vector<std::pair<std::string, storage::Rights>> named_entries(policy::Sharing& sharing,
                                                                   const storage::Acl& acl) {
  std::vector<std::pair<std::string, storage::Rights>> entries;
  for (const auto& [grantee, rights] : acl)
    if (auto name = sharing.identifier(grantee); !name.empty())
      entries.emplace_back(std::move(name), rights);
  return entries;
}

}  // namespace

Task<Reply> get_acl(Session& session, Request& request) {
  const auto raw = named_folder(request);
  const auto located = co_await locate(session, raw);
  located.permitted(storage::Right::administer);
  auto& sharing = sharing_of(session);
  const auto tree = located.mailbox->tree();
  const auto* node = tree->find(located.name);
  const auto acl = node == nullptr ? storage::Acl() : node->acl;
  const auto work = [&] { return named_entries(sharing, acl); };
  const auto entries = co_await session.blocking(work);
  auto line = start_of(session, "ACL", located) + ' ';
  mime::add_astring(line, owner_of(session, located));
  line += ' ' + storage::Rights::all().text();
  for (const auto& [name, rights] : entries) {
    line += ' ';
    mime::add_astring(line, name);
    line += ' ' + rights.text();
  }
  session.say(line);
  co_return ok("GETACL completed");
}

}  // namespace imap::commands
