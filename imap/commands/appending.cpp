#include "imap/commands/appending.h"

#include "base/clock.h"
#include "imap/located.h"
#include "imap/mime/prepare.h"
#include "imap/url_message.h"
#include "policy/url_access.h"

namespace imap::commands {
namespace {

// "(~{310}...)", after UTF8 (RFC 6855 section 4).
std::string utf8_literal(Request& request, NameForm names) {
  request.expect('(');
  if (request.peek() != '~') throw BadSyntax("UTF8 takes a literal with \"~\"");
  auto octets = request.literal();
  request.expect(')');
  if (names != NameForm::utf8)
    throw Error(Fault::invalid, "UTF8 is for clients that have enabled UTF8=ACCEPT");
  return octets;
}

MessagePiece piece(Request& request, NameForm names) {
  const auto kind = upper_ascii(request.atom());
  request.space();
  if (kind == "TEXT") return {MessagePiece::Kind::text, request.literal()};
  if (kind == "URL") return {MessagePiece::Kind::url, request.astring()};
  if (kind == "UTF8") return {MessagePiece::Kind::text, utf8_literal(request, names)};
  throw BadSyntax("CATENATE takes TEXT, UTF8 and URL");
}

std::vector<MessagePiece> pieces(Request& request, NameForm names) {
  if (request.peek() == '{' || request.peek() == '~')
    return {{MessagePiece::Kind::text, request.literal()}};
  const auto word = upper_ascii(request.atom());
  if (word != "CATENATE" && word != "UTF8") throw BadSyntax("a message is missing");
  request.space();
  if (word == "UTF8") return {{MessagePiece::Kind::text, utf8_literal(request, names)}};
  std::vector<MessagePiece> result;
  request.expect('(');
  do {
    result.push_back(piece(request, names));
  } while (request.try_space() && request.peek() != ')');
  request.expect(')');
  return result;
}

// RFC 4469 section 3: a message of this server, as this user; what it names is read as FETCH would.
bool is_ours(const ImapUrl& url, const Session& session) {
  if (url.authorization) return false;
  const auto* access = session.backend().url_access;
  return !url.server || ((access == nullptr || access->is_here(*url.server)) &&
                         upper_ascii(url.user) == upper_ascii(session.account().name));
}

Task<std::optional<std::string>> octets_at(Session& session, const std::string& text,
                                           std::uint64_t limit) {
  auto url = parse_imap_url(text);
  if (!url || !is_ours(*url, session)) co_return std::nullopt;
  resolve(*url, session.state() == State::selected ? session.view().folder_name() : "");
  if (!url->names_message()) co_return std::nullopt;
  Located located;
  try {
    located = co_await locate_shown(session, storage::checked_folder_name(*url->mailbox));
  } catch (const Error& error) {
    if (error.fault() != Fault::invalid && error.fault() != Fault::not_found) throw;
  }
  if (!located.folder || !located.rights.has(storage::Right::read)) co_return std::nullopt;
  const auto reason = session.reason(crypto::Cause::copy);
  auto work = [&] { return url_octets(*located.mailbox, *located.folder, *url, limit, reason); };
  auto octets = co_await session.blocking(work);
  co_return octets;
}

Reply bad_url(const std::string& url) {
  return no("[BADURL \"" + url_shown(url) + "\"] There is no such message, nothing was appended");
}

Reply too_big() { return no("[TOOBIG] The message is larger than this server takes"); }

}  // namespace

Arriving parse_arriving(Request& request, NameForm names) {
  Arriving result;
  if (request.peek() == '(') {
    result.flags = request.flag_list();
    request.space();
  }
  result.date.time = SystemClock().now();
  if (request.peek() == '"') {
    result.date = request.date_time();
    request.space();
  }
  result.pieces = pieces(request, names);
  return result;
}

Task<Assembled> assembled(Session& session, std::vector<Arriving> arriving) {
  const std::uint64_t limit = session.backend().limits.message;
  std::uint64_t named = 0;  // octets that the client did not send, of the whole command
  Assembled result;
  for (auto& each : arriving) {
    storage::NewMessage message{
        .flags = each.flags, .internal_date = each.date.time, .zone = each.date.zone};
    for (auto& piece : each.pieces) {
      if (piece.kind == MessagePiece::Kind::url) {
        auto octets = co_await octets_at(session, piece.value, limit - named);
        if (!octets) {
          result.refusal = bad_url(piece.value);
          co_return result;
        }
        named += octets->size();
        piece.value = std::move(*octets);
      }
      if (message.octets.empty())
        message.octets = std::move(piece.value);
      else
        message.octets += piece.value;
      if (message.octets.size() > limit) result.refusal = too_big();
    }
    if (message.octets.empty()) result.refusal = no("APPEND given up: a message is empty");
    if (result.refusal) co_return result;
    result.messages.push_back(std::move(message));
  }
  co_return result;
}

storage::NewMessage prepared(storage::NewMessage message) {
  return mime::prepare(std::move(message.octets), std::move(message.flags), message.internal_date,
                       message.zone);
}

std::string appended_code(const storage::Appended& appended) {
  std::vector<std::uint32_t> uids;
  for (const auto uid : appended.uids) uids.push_back(uid.value);
  return "[APPENDUID " + std::to_string(appended.uid_validity) + ' ' + compact(uids) + "] ";
}

}  // namespace imap::commands
