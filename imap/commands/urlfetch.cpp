// URLFETCH (RFC 4467 sections 6 and 7): what URLs name that GENURLAUTH has made, read from their
// owner's mailbox in the name of who fetches.

#include "crypto/url_token.h"
#include "imap/commands/commands.h"
#include "imap/mime/wire.h"
#include "imap/url_message.h"
#include "policy/url_access.h"

namespace imap::commands {
namespace {

std::vector<std::string> urls(Request& request) {
  std::vector<std::string> result;
  do {
    request.space();
    if (result.size() == urls_limit) throw BadSyntax("too many URLs");
    result.push_back(request.astring());
  } while (!request.at_end());
  return result;
}

// Section 2.3. Nobody comes here without having logged in.
bool is_for(const UrlAuthorization& authorization, const storage::Account& account) {
  switch (authorization.access) {
    case UrlAuthorization::Access::anonymous:
    case UrlAuthorization::Access::authenticated:
      return true;
    case UrlAuthorization::Access::user:
      return upper_ascii(authorization.user) == upper_ascii(account.name);
    case UrlAuthorization::Access::submit:
      return false;  // for a submission server in its users' name: no account here is one
  }
  return false;
}

// Section 6, but for the token.
bool may_be_used(const ImapUrl& url, const Session& session) {
  const auto& access = *session.backend().url_access;
  if (!url.can_be_authorized() || url.authorization->mechanism != "INTERNAL") return false;
  if (!access.is_here(*url.server) || !is_for(*url.authorization, session.account())) return false;
  return !url.authorization->expires || *url.authorization->expires >= access.now();
}

// What the URL names is looked for in its owner's mailbox. What is not there costs the time of what
// is (section 6): a key is looked for in the reader's own mailbox, and a token computed of some
// key.
std::optional<std::string> octets_of(policy::UrlAccess& access, storage::Mailbox& readers_own,
                                     const ImapUrl& url, std::uint64_t limit,
                                     const storage::Reason& reason) try {
  const auto mailbox = access.open(url.user);
  const auto folder = mailbox ? folder_of(*mailbox->tree(), url) : std::nullopt;
  const auto key = folder
                       ? access.find_key(*mailbox, *folder, reason)
                       : access.find_key(readers_own, readers_own.tree()->folder("INBOX"), reason);
  const bool is_known = folder && key;
  const auto plausible = crypto::new_url_key();
  const bool is_good =
      crypto::is_url_token(url.authorization->token, is_known ? *key : plausible, url.rump);
  if (!is_known || !is_good) return std::nullopt;
  return url_octets(*mailbox, *folder, url, limit, reason);
} catch (const Error& error) {
  // Section 7: NIL for whatever cannot be had, whyever; NO for what may be there later.
  if (error.fault() == Fault::unavailable) throw;
  return std::nullopt;
}

Task<std::optional<std::string>> octets_at(Session& session, const std::string& text) {
  const auto url = parse_imap_url(text);
  if (!url || !may_be_used(*url, session)) co_return std::nullopt;
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto limit = session.backend().limits.message;
  auto& access = *session.backend().url_access;
  const auto read = [&] { return octets_of(access, session.mailbox(), *url, limit, reason); };
  auto octets = co_await session.blocking(read);
  co_return octets;
}

}  // namespace

Task<Reply> url_fetch(Session& session, Request& request) {
  if (session.backend().url_access == nullptr) co_return no("[CANNOT] URLs cannot be fetched here");
  const auto all = urls(request);
  for (const auto& url : all) {
    const auto octets = co_await octets_at(session, url);
    std::string line = "* URLFETCH ";
    mime::add_string(line, url);
    line += octets ? " {" + std::to_string(octets->size()) + "}\r\n" : " NIL";
    session.say_raw(line);
    if (octets) session.say_raw(*octets);
    session.say_raw("\r\n");
    co_await session.flush();
  }
  co_return ok("URLFETCH completed");
}

}  // namespace imap::commands
