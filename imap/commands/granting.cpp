#include "imap/commands/granting.h"

#include "imap/folder_name.h"
#include "imap/mime/header.h"

namespace imap::commands {
namespace {

using storage::Right;
using storage::Rights;

Rights applied(const Modification& modification, Rights before) {
  if (modification.sign == '+') return before.with(modification.rights);
  return modification.sign == '-' ? before.without(modification.rights) : modification.rights;
}

Rights rights_in(const Located& located, const storage::Grantee& grantee) {
  const auto tree = located.mailbox->tree();
  const auto* node = tree->find(located.name);
  if (node == nullptr) return {};
  const auto found = node->acl.find(grantee);
  return found == node->acl.end() ? Rights() : found->second;
}

}  // namespace

policy::Sharing& sharing_of(Session& session) {
  if (session.backend().sharing == nullptr)
    throw Error(Fault::invalid, "Nothing is shared on this server");
  return *session.backend().sharing;
}

std::string owner_of(Session& session, const Located& located) {
  return located.is_own() ? session.account().name : located.owner;
}

std::string start_of(Session& session, std::string_view answer, const Located& located) {
  return std::string(answer) + ' ' + wire_name(located.shown, session.names());
}

Asked read_asked(Request& request) {
  request.space();
  auto folder = request.astring();
  request.space();
  auto identifier = mime::lower_ascii(request.astring());
  if (identifier.empty() || identifier == "-") throw BadSyntax("an identifier is missing");
  return {std::move(folder), std::move(identifier)};
}

Task<> change_rights(Session& session, const Located& located, const std::string& identifier,
                     const Modification& modification) {
  const auto folder = located.permitted(Right::administer);
  auto& sharing = sharing_of(session);
  if (identifier == owner_of(session, located) || identifier == "-" + owner_of(session, located))
    throw Error(Fault::invalid, "The owner has all rights always");
  const auto work = [&] {
    const auto grantee = sharing.grantee(identifier);
    sharing.set_rights(session.account(), *located.mailbox, folder, grantee,
                       applied(modification, rights_in(located, grantee)));
  };
  co_await session.blocking(work);
}

}  // namespace imap::commands
