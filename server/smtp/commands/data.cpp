#include <algorithm>
#include <utility>

#include "server/smtp/commands/commands.h"
#include "server/smtp/data_reader.h"
#include "server/smtp/handover.h"
#include "server/smtp/trace.h"

namespace server::smtp {
namespace {

void check_allowed(const Session& session, std::string_view argument) {
  const auto& transaction = session.transaction();
  if (!argument.empty()) throw BadCommand(reply(501, "5.5.4", "DATA has no parameter"));
  if (!transaction || (transaction->recipients.empty() && !transaction->any_refused))
    throw BadCommand(reply(503, "5.5.1", "MAIL and RCPT come first"));
  if (transaction->recipients.empty())
    throw BadCommand(reply(554, "5.5.1", "no valid recipients"));  // RFC 2920 3.1
}

// Why a message is refused whoever it is for.
std::optional<Reply> objection(const DataReader& reader, const std::string& message,
                               const Limits& limits) {
  if (reader.too_big()) return reply(552, "5.3.4", "the message is too big");
  if (reader.malformed())
    return reply(554, "5.6.0", "the message holds a bare CR or LF; lines end with CR LF");
  if (hops(message) > limits.hops) return reply(554, "5.4.6", "the message goes in circles");
  return {};
}

Trace trace_of(Session& session, const Transaction& transaction) {
  Trace out;
  out.sender = transaction.mail.sender.wire();
  out.client_name = session.client_name();
  out.peer = session.stream().peer();
  out.host = session.backend().delivery.host_name();
  out.tls = session.stream().tls_description();
  out.protocol = with_protocol(
      {session.mode().protocol, session.greeting() == Session::Greeting::extended,
       session.stream().is_tls(), session.account().has_value(), transaction.mail.utf8});
  if (transaction.recipients.size() == 1)
    out.recipient = transaction.recipients.front().address.wire();
  out.time = session.backend().delivery.clock().now();
  return out;
}

// As it is stored: our trace fields, then what came.
std::string finished(Session& session, const Transaction& transaction, std::string message) {
  const auto trace = trace_of(session, transaction);
  part_text_from_header(message);
  if (session.mode().authentication == Authentication::required)
    complete_submission(message, trace.host, trace.time);
  return trace_fields(trace) + std::move(message);
}

// RFC 2033 4.2: the same for each recipient, but for the last, which the session says.
Reply said_to_each(Session& session, const Transaction& transaction, const Reply& answer) {
  if (session.mode().data_replies == DataReplies::one_a_recipient)
    for (std::size_t i = 1; i < transaction.recipients.size(); ++i) session.say(answer);
  return answer;
}

// All but the last, which the session says.
Reply last_of(Session& session, const std::vector<Reply>& replies) {
  for (std::size_t i = 0; i + 1 < replies.size(); ++i) session.say(replies[i]);
  return replies.back();
}

}  // namespace

Task<Reply> data(Session& session, std::string_view argument) {
  check_allowed(session, argument);
  const auto& limits = session.backend().limits;
  session.say(reply(354, "", "send the message, then a line with a single dot"));
  co_await session.flush();
  DataReader reader(limits.message);
  co_await session.input().message(reader);
  const auto transaction = *std::exchange(session.transaction(), {});

  auto message = reader.take_message();
  if (const auto refused = objection(reader, message, limits))
    co_return said_to_each(session, transaction, *refused);
  Message letter;
  if (session.mode().data_replies == DataReplies::one)
    letter.key = session.backend().retries.key(transaction.mail.sender.wire(), message);
  letter.octets = finished(session, transaction, std::move(message));
  auto work = [&] {
    return hand_over(session.backend(), session.mode(), transaction, letter, session.account());
  };
  const auto replies = co_await session.blocking(work);
  if (!std::ranges::all_of(replies, &Reply::is_error)) session.count_message();
  co_return last_of(session, replies);
}

}  // namespace server::smtp
