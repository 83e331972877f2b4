#include "server/smtp/handover.h"

#include <algorithm>
#include <map>

#include "server/smtp/departure.h"
#include "server/smtp/report.h"

namespace server::smtp {
namespace {

// What became of the message for one recipient.
struct Result {
  DeliveryResult said;
  bool before = false;  // he has it since an earlier attempt, and the sender was told
};
using Results = std::vector<Result>;  // in the order of the recipients

bool is_delivered(const Result& result) { return result.said.outcome == Delivered::ok; }

// Once for each account, though several of its addresses were named.
Results deliver_all(Backend& backend, const Transaction& transaction, const Message& message) {
  std::map<AccountId, Result> done;
  for (const auto account : backend.retries.holders(message.key))
    done.emplace(account, Result{{Delivered::ok, "delivered"}, true});
  Results out;
  for (const auto& recipient : transaction.recipients) {
    const auto& account = recipient.account;
    auto at = done.find(account.id);
    if (at == done.end())
      at =
          done.emplace(account.id, Result{backend.delivery.deliver(account, message.octets)}).first;
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

// RFC 3461 5.2.3: who has it now. RFC 3461 5.2.6: who does not, where no reply says so.
enum class Told { successes, all };

std::vector<Outcome> outcomes(const Transaction& transaction, const Results& results, Told told) {
  std::vector<Outcome> out;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const bool delivered = is_delivered(results[i]);
    if (delivered ? results[i].before : told == Told::successes) continue;
    const auto& recipient = transaction.recipients[i];
    out.push_back({recipient.address,
                   recipient.dsn,
                   delivered ? imap::mime::Action::delivered : imap::mime::Action::failed,
                   reply_for(results[i].said),
                   {}});
  }
  return out;
}

bool tell(Backend& backend, const Transaction& transaction, const Results& results,
          const Message& message, Told told) {
  const Original original{transaction.mail, message.octets, backend.delivery.clock().now(),
                          transaction.recipients.front().account.mailbox};
  return tell(backend, original, outcomes(transaction, results, told));
}

Reply partial_reply(bool bounced) {
  if (bounced) return reply(250, "2.0.0", "delivered to some; a report is in your INBOX");
  return reply(451, "4.3.0", "not delivered to all recipients, try again later");
}

// Where all have it, or nobody: then the reply code alone says so.
Reply joint_reply(const Results& results) {
  const auto& first = results.front().said;
  const bool agree = std::ranges::all_of(
      results, [&](const auto& result) { return result.said.outcome == first.outcome; });
  return agree ? reply_for(first) : partial_reply(false);
}

// One reply for all. What is for other domains goes where nobody is told to send again.
Reply hand_over_jointly(Backend& backend, const Transaction& transaction, const Message& message,
                        const std::optional<storage::Account>& submitter, Departure& departure) {
  const auto results = deliver_all(backend, transaction, message);
  const auto have = holders(transaction, results);
  const bool some = !have.empty() || !transaction.elsewhere.empty();
  const bool partial = some && !std::ranges::all_of(results, is_delivered);
  const bool bounced =
      partial && submitter && tell(backend, transaction, results, message, Told::all);
  const bool again = partial && !bounced;
  if (again || !transaction.elsewhere.empty())  // taking over may fail, too
    backend.retries.remember(message.key, have);
  if (again) {
    tell(backend, transaction, results, message, Told::successes);
    return partial_reply(bounced);
  }
  departure.take_over();
  backend.retries.forget(message.key, have);
  if (partial) return partial_reply(bounced);
  tell(backend, transaction, results, message, Told::successes);
  return joint_reply(results);
}

}  // namespace

std::vector<Reply> hand_over(Backend& backend, const Mode& mode, const Transaction& transaction,
                             const Message& message,
                             const std::optional<storage::Account>& submitter) {
  Departure departure(backend, transaction, message, submitter);
  if (transaction.recipients.empty()) {
    departure.take_over();
    return {reply(250, "2.0.0", "taken over, to be sent")};
  }
  if (mode.data_replies == DataReplies::one)
    return {hand_over_jointly(backend, transaction, message, submitter, departure)};
  const auto results = deliver_all(backend, transaction, message);
  tell(backend, transaction, results, message, Told::successes);
  std::vector<Reply> replies;
  for (const auto& result : results) replies.push_back(reply_for(result.said));
  return replies;
}

}  // namespace server::smtp
