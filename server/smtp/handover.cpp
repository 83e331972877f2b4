#include "server/smtp/handover.h"

#include <algorithm>
#include <map>

#include "server/smtp/bounce.h"

namespace server::smtp {
namespace {

using Results = std::vector<DeliveryResult>;  // one a recipient, in order

bool is_delivered(const DeliveryResult& result) { return result.outcome == Delivered::ok; }

// Once for each account, though several of its addresses were named.
Results deliver_all(Backend& backend, const Transaction& transaction, const Message& message) {
  std::map<AccountId, DeliveryResult> done;
  for (const auto account : backend.retries.holders(message.key))
    done.emplace(account, DeliveryResult{Delivered::ok, "delivered"});
  Results out;
  for (const auto& [address, account, dsn] : transaction.recipients) {
    auto at = done.find(account.id);
    if (at == done.end())
      at = done.emplace(account.id, backend.delivery.deliver(account, message.octets)).first;
    out.push_back(at->second);
  }
  return out;
}

Retries::Accounts holders(const Transaction& transaction, const Results& results) {
  Retries::Accounts out;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (is_delivered(results[i])) out.insert(transaction.recipients[i].account.id);
  return out;
}

bool is_bounced(Backend& backend, const Transaction& transaction, const Results& results,
                const Message& message, const storage::Account& submitter) {
  const auto& sender = transaction.mail.sender;
  if (sender.is_null()) return false;  // RFC 5321 4.5.5
  std::vector<Failure> failures;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!is_delivered(results[i]))
      failures.push_back({transaction.recipients[i].address, reply_for(results[i])});
  const auto report = bounce(backend.delivery, sender, failures, message.octets);
  return report && is_delivered(backend.delivery.deliver(submitter, *report));
}

Reply partial_reply(bool bounced) {
  if (bounced) return reply(250, "2.0.0", "delivered to some; a report is in your INBOX");
  return reply(451, "4.3.0", "not delivered to all recipients, try again later");
}

// Where nobody has it, the reply code alone says so.
Reply joint_reply(const Results& results, bool bounced) {
  const auto& first = results.front();
  const bool agree = std::ranges::all_of(
      results, [&](const auto& result) { return result.outcome == first.outcome; });
  return agree ? reply_for(first) : partial_reply(bounced);
}

}  // namespace

std::vector<Reply> hand_over(Backend& backend, const Mode& mode, const Transaction& transaction,
                             const Message& message,
                             const std::optional<storage::Account>& submitter) {
  const auto results = deliver_all(backend, transaction, message);
  std::vector<Reply> replies;
  if (mode.data_replies == DataReplies::one_a_recipient) {
    for (const auto& result : results) replies.push_back(reply_for(result));
    return replies;
  }
  const auto have = holders(transaction, results);
  const bool partial = !have.empty() && !std::ranges::all_of(results, is_delivered);
  const bool bounced =
      partial && submitter && is_bounced(backend, transaction, results, message, *submitter);
  if (partial && !bounced)
    backend.retries.remember(message.key, have);
  else
    backend.retries.forget(message.key, have);
  replies.push_back(joint_reply(results, bounced));
  return replies;
}

}  // namespace server::smtp
