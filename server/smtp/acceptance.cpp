#include "server/smtp/acceptance.h"

#include <algorithm>

#include "server/smtp/handover.h"
#include "server/smtp/submission.h"
#include "server/smtp/trace.h"

namespace server::smtp {
namespace {

// The link that the client came by, as far as the front end says so where there is one.
Transport transport(const Session& session, const Transaction& transaction) {
  const auto& claimed = session.client().protocol;
  const bool extended =
      claimed.empty() ? session.greeting() == Session::Greeting::extended : claimed == "ESMTP";
  return {session.mode().protocol, extended, session.stream().is_tls(),
          session.account().has_value(), transaction.mail.utf8};
}

Trace trace_of(const Session& session, const Transaction& transaction) {
  Trace out;
  out.sender = transaction.mail.sender.wire();
  out.client_name = session.client_name();
  out.peer = session.peer();
  out.peer_name = session.client().name;
  out.host = session.backend().delivery.host_name();
  out.tls = session.stream().tls_description();
  out.protocol = with_protocol(transport(session, transaction));
  if (transaction.recipients.size() == 1 && transaction.elsewhere.empty())
    out.recipient = transaction.recipients.front().address.wire();
  out.time = session.backend().delivery.clock().now();
  return out;
}

// Looks addresses up: blocking pool only.
std::optional<Reply> completed(const Session& session, const Transaction& transaction,
                               std::string& octets) {
  const auto& backend = session.backend();
  const auto& account = *session.account();
  const auto owns = [&](const std::string& address) {
    const auto found = backend.delivery.recipients().find(address);
    return found.account && found.account->id == account.id;
  };
  Submitter submitter{transaction.mail.sender, owns};
  if (submitter.address.is_null()) submitter.address = parse_address(account.name);
  return complete_submission(
      octets, submitter,
      {backend.delivery.host_name(), backend.delivery.clock().now(), backend.from_check});
}

// All but the last, which the session says.
Reply last_of(Session& session, const std::vector<Reply>& replies) {
  for (std::size_t i = 0; i + 1 < replies.size(); ++i) session.say(replies[i]);
  return replies.back();
}

}  // namespace

Reply said_to_each(Session& session, const Transaction& transaction, const Reply& answer) {
  if (session.mode().data_replies == DataReplies::one_a_recipient)
    for (std::size_t i = 1; i < transaction.recipients.size(); ++i) session.say(answer);
  return answer;
}

Task<Reply> accept_message(Session& session, Transaction transaction, std::string octets) {
  if (hops(octets) > session.backend().limits.hops)
    co_return said_to_each(session, transaction,
                           reply(554, "5.4.6", "the message goes in circles"));
  Message letter;
  if (session.mode().data_replies == DataReplies::one)
    letter.key = session.backend().retries.key(transaction.mail.sender.wire(), octets);
  part_text_from_header(octets);
  if (session.mode().authentication == Authentication::required) {
    auto complete = [&] { return completed(session, transaction, octets); };
    if (const auto refused = co_await session.blocking(complete)) co_return *refused;
  }
  letter.octets = trace_fields(trace_of(session, transaction)) + std::move(octets);
  auto work = [&] {
    return hand_over(session.backend(), session.mode(), transaction, letter, session.account());
  };
  const auto replies = co_await session.blocking(work);
  if (!std::ranges::all_of(replies, &Reply::is_error)) session.count_message();
  co_return last_of(session, replies);
}

}  // namespace server::smtp
