// RFC 4314. The owner of a mailbox has all rights on its folders always, and no entry in their
// lists.

#include "imap/commands/commands.h"
#include "imap/located.h"
#include "imap/mime/header.h"
#include "imap/mime/wire.h"
#include "policy/sharing.h"

namespace imap::commands {

namespace {

using storage::Right;
using storage::Rights;

policy::Sharing& sharing_of(Session& session) {
  if (session.backend().sharing == nullptr)
    throw Error(Fault::invalid, "Nothing is shared on this server");
  return *session.backend().sharing;
}

std::string owner_of(Session& session, const Located& located) {
  return located.is_own() ? session.account().name : located.owner;
}

std::string start_of(Session& session, std::string_view command, const Located& located) {
  return std::string(command) + ' ' + wire_name(located.shown, session.names());
}

std::string read_identifier(Request& request) {
  auto identifier = mime::lower_ascii(request.astring());
  if (identifier.empty() || identifier == "-") throw BadSyntax("an identifier is missing");
  return identifier;
}

// How SETACL changes what is there (3.1).
struct Modification {
  char sign;  // '+', '-', or 0: replaces
  Rights rights;

  Rights applied(Rights before) const {
    if (sign == '+') return before.with(rights);
    return sign == '-' ? before.without(rights) : rights;
  }
};

Modification read_modification(Request& request) {
  auto text = request.astring();
  const bool is_signed = text.starts_with('+') || text.starts_with('-');
  const char sign = is_signed ? text.front() : '\0';
  const auto rights = Rights::parsed(std::string_view(text).substr(is_signed ? 1 : 0));
  if (!rights) throw BadSyntax("rights are of lrswipkxteacd");
  return {sign, *rights};
}

Rights rights_in(const Located& located, const storage::Grantee& grantee) {
  const auto tree = located.mailbox->tree();
  const auto* node = tree->find(located.name);
  if (node == nullptr) return {};
  const auto found = node->acl.find(grantee);
  return found == node->acl.end() ? Rights() : found->second;
}

Task<> change(Session& session, const Located& located, const std::string& identifier,
              const Modification& modification) {
  const auto folder = located.permitted(Right::administer);
  auto& sharing = sharing_of(session);
  if (identifier == owner_of(session, located) || identifier == "-" + owner_of(session, located))
    throw Error(Fault::invalid, "The owner has all rights always");
  const auto work = [&] {
    const auto grantee = sharing.grantee(identifier);
    sharing.set_rights(session.account(), *located.mailbox, folder, grantee,
                       modification.applied(rights_in(located, grantee)));
  };
  co_await session.blocking(work);
}

std::vector<std::pair<std::string, Rights>> named_entries(policy::Sharing& sharing,
                                                          const storage::Acl& acl) {
  std::vector<std::pair<std::string, Rights>> entries;
  for (const auto& [grantee, rights] : acl)
    if (auto name = sharing.identifier(grantee); !name.empty())
      entries.emplace_back(std::move(name), rights);
  return entries;
}

}  // namespace

Task<Reply> set_acl(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.space();
  const auto identifier = read_identifier(request);
  request.space();
  const auto modification = read_modification(request);
  request.end();
  const auto located = co_await locate(session, raw);
  co_await change(session, located, identifier, modification);
  co_return ok("SETACL completed");
}

Task<Reply> delete_acl(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.space();
  const auto identifier = read_identifier(request);
  request.end();
  const auto located = co_await locate(session, raw);
  co_await change(session, located, identifier, Modification{'\0', Rights()});
  co_return ok("DELETEACL completed");
}

Task<Reply> get_acl(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.end();
  const auto located = co_await locate(session, raw);
  located.permitted(Right::administer);
  auto& sharing = sharing_of(session);
  const auto tree = located.mailbox->tree();
  const auto* node = tree->find(located.name);
  const auto acl = node == nullptr ? storage::Acl() : node->acl;
  const auto work = [&] { return named_entries(sharing, acl); };
  const auto entries = co_await session.blocking(work);
  auto line = start_of(session, "ACL", located) + ' ';
  mime::add_astring(line, owner_of(session, located));
  line += ' ' + Rights::all().text();
  for (const auto& [name, rights] : entries) {
    line += ' ';
    mime::add_astring(line, name);
    line += ' ' + rights.text();
  }
  session.say(line);
  co_return ok("GETACL completed");
}

// Each right can be given alone; "c" and "d" by themselves (2.1.1).
Task<Reply> list_rights(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.space();
  const auto identifier = read_identifier(request);
  request.end();
  const auto located = co_await locate(session, raw);
  located.permitted(Right::administer);
  auto line = start_of(session, "LISTRIGHTS", located) + ' ';
  mime::add_astring(line, identifier);
  if (identifier == owner_of(session, located)) {
    line += ' ' + Rights::all().text();
  } else {
    auto& sharing = sharing_of(session);
    const auto check = [&] { sharing.grantee(identifier); };
    co_await session.blocking(check);
    line += " \"\"";
    for (const char letter : Rights::all().text()) line += std::string(" ") + letter;
  }
  session.say(line);
  co_return ok("LISTRIGHTS completed");
}

Task<Reply> my_rights(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.end();
  const auto located = co_await locate(session, raw);
  located.existing();
  using enum Right;
  if (!located.rights.has_any({lookup, read, insert, create, remove, administer}))
    throw Error(Fault::not_found, "there is no such folder");
  session.say(my_rights_line(located, session.names()));
  co_return ok("MYRIGHTS completed");
}

}  // namespace imap::commands
