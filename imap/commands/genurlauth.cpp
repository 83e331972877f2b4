// GENURLAUTH (RFC 4467 section 7): URLs that carry the right to read what they name. The one
// mechanism is INTERNAL.

#include <algorithm>

#include "crypto/url_token.h"
#include "imap/commands/commands.h"
#include "imap/mime/wire.h"
#include "imap/url_message.h"
#include "policy/url_access.h"

namespace imap::commands {
namespace {

struct Asked {
  std::string rump;
  ImapUrl url;
  bool by_known_mechanism;
};

// What is no such URL is BAD, as the RFC wants it.
Asked asked(Request& request) {
  auto rump = request.astring();
  request.space();
  const bool by_known_mechanism = is_url_mechanism(request.atom());
  const auto url = parse_imap_url(rump);
  if (!url) throw BadSyntax("that is no URL of a message");
  if (!url->authorization || !url->authorization->mechanism.empty())
    throw BadSyntax("the URL must end with ;URLAUTH= and who may use it");
  if (!url->can_be_authorized())
    throw BadSyntax("the URL must name a message, its owner and this server");
  return {std::move(rump), *url, by_known_mechanism};
}

std::vector<Asked> all_asked(Request& request) {
  std::vector<Asked> result;
  do {
    request.space();
    if (result.size() == urls_limit) throw BadSyntax("too many URLs");
    result.push_back(asked(request));
  } while (!request.at_end());
  return result;
}

FolderId checked_folder(Session& session, const ImapUrl& url) {
  if (!session.backend().url_access->is_here(*url.server))
    throw BadSyntax("the URL names another server");
  if (upper_ascii(url.user) != upper_ascii(session.account().name))
    throw BadSyntax("only their owner can authorize URLs of messages");
  const auto folder = folder_of(*session.mailbox().tree(), url);
  if (!folder) throw BadSyntax("there is no such folder");
  return *folder;
}

}  // namespace

Task<Reply> gen_url_auth(Session& session, Request& request) {
  auto* access = session.backend().url_access;
  if (access == nullptr) co_return no("[CANNOT] URLs cannot be authorized here");
  const auto all = all_asked(request);
  if (!std::ranges::all_of(all, &Asked::by_known_mechanism)) co_return no(unknown_url_mechanism);
  std::vector<FolderId> folders;
  for (const auto& each : all) folders.push_back(checked_folder(session, each.url));
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto sign = [&] {
    std::string line = "GENURLAUTH";
    for (std::size_t n = 0; n < all.size(); ++n) {
      const auto key = access->key(session.mailbox(), folders[n], reason);
      line += ' ';
      mime::add_string(line, all[n].rump + ":internal:" + crypto::url_token(key, all[n].rump));
    }
    return line;
  };
  const auto line = co_await session.blocking(sign);
  session.say(line);
  co_return ok("GENURLAUTH completed");
}

}  // namespace imap::commands
