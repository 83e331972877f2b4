#include <utility>

#include "server/smtp/acceptance.h"
#include "server/smtp/commands/commands.h"
#include "server/smtp/data_reader.h"

namespace server::smtp {
namespace {

void check_allowed(const Session& session, std::string_view argument) {
  const auto& transaction = session.transaction();
  if (!argument.empty()) throw BadCommand(reply(501, "5.5.4", "DATA has no parameter"));
  if (!transaction || (!transaction->has_recipients() && !transaction->any_refused))
    throw BadCommand(reply(503, "5.5.1", "MAIL and RCPT come first"));
  if (transaction->has_chunks())  // RFC 3030 2
    throw BadCommand(reply(503, "5.5.1", "BDAT has begun; RSET ends the transaction"));
  if (transaction->mail.body == Body::binary)  // RFC 3030 3
    throw BadCommand(reply(503, "5.5.1", "BODY=BINARYMIME comes with BDAT; RSET and try again"));
  if (!transaction->has_recipients())
    throw BadCommand(reply(554, "5.5.1", "no valid recipients"));  // RFC 2920 3.1
}

std::optional<Reply> objection(const DataReader& reader) {
  if (reader.too_big()) return reply(552, "5.3.4", "the message is too big");
  if (reader.malformed())
    return reply(554, "5.6.0", "the message holds a bare CR or LF; lines end with CR LF");
  return {};
}

}  // namespace

Task<Reply> data(Session& session, std::string_view argument) {
  check_allowed(session, argument);
  session.say(reply(354, "", "send the message, then a line with a single dot"));
  co_await session.flush();
  DataReader reader(session.backend().limits.message);
  co_await session.input().message(reader);
  auto transaction = *std::exchange(session.transaction(), {});
  if (const auto refused = objection(reader))
    co_return said_to_each(session, transaction, *refused);
  co_return co_await accept_message(session, std::move(transaction), reader.take_message());
}

}  // namespace server::smtp
