// A message in chunks (RFC 3030).

#include <fmt/format.h>

#include <utility>

#include "server/smtp/acceptance.h"
#include "server/smtp/command_table.h"
#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

// Why the chunk is of no use, whatever is in it. It is read all the same: what follows the command
// is no command.
std::optional<Reply> objection(const Session& session) {
  if (const auto refused = objection(session, Needs::login)) return refused;
  const auto& transaction = session.transaction();
  if (!transaction || (!transaction->has_recipients() && !transaction->any_refused))
    return reply(503, "5.5.1", "MAIL and RCPT come first");
  if (transaction->chunks_failed)
    return reply(503, "5.5.1", "a chunk was refused; RSET ends the transaction");
  if (!transaction->has_recipients()) return reply(554, "5.5.1", "no valid recipients");
  return {};
}

// What cannot be counted cannot be passed over: where the next command begins is not known.
Reply give_up(Session& session, const Reply& why) {
  session.end();
  return why;
}

ChunkedMessage& message_of(Transaction& transaction, const Limits& limits) {
  if (!transaction.chunks) transaction.chunks.emplace(limits.message);
  return *transaction.chunks;
}

// RFC 3030 2: all further chunks are refused until RSET; LAST ends the transaction, too.
Reply refuse(Session& session, const Chunk& chunk, const Reply& why) {
  auto& transaction = session.transaction();
  if (!transaction) return why;
  transaction->chunks.reset();
  transaction->chunks_failed = true;
  if (!chunk.last) return why;
  const auto over = *std::exchange(transaction, {});
  return said_to_each(session, over, why);
}

}  // namespace

Task<Reply> bdat(Session& session, std::string_view argument) {
  const auto& limits = session.backend().limits;
  const auto chunk = parse_chunk(argument);
  if (!chunk)
    co_return give_up(session, reply(501, "5.5.4", "BDAT wants a size, and LAST at the end"));
  if (chunk->size > limits.dropped)
    co_return give_up(session, reply(552, "5.3.4", "the chunk is too big"));

  auto refused = objection(session);
  ChunkedMessage nowhere(0);
  auto& message = refused ? nowhere : message_of(*session.transaction(), limits);
  message.expect(chunk->size);
  if (!session.input().has(chunk->size)) co_await session.flush();
  co_await session.input().message(message);
  if (!refused && message.too_big()) refused = reply(552, "5.3.4", "the message is too big");
  if (refused) co_return refuse(session, *chunk, *refused);
  if (!chunk->last) co_return reply(250, "2.0.0", fmt::format("{} octets received", chunk->size));

  auto transaction = *std::exchange(session.transaction(), {});
  // RFC 3030 3: what is binary without having said so is accepted, too.
  if (message.is_binary()) transaction.mail.body = Body::binary;
  auto octets = transaction.chunks->take_message();
  co_return co_await accept_message(session, std::move(transaction), std::move(octets));
}

}  // namespace server::smtp
