// The envelope of a message: MAIL, RCPT, RSET (RFC 5321 3.3).

#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

[[noreturn]] void refuse(int code, std::string_view status, std::string_view text) {
  throw BadCommand(reply(code, status, text));
}

// RFC 6409 6.1: who has logged in sends under an own address. <> is for notices.
Task<> check_sender(Session& session, const Address& sender) {
  if (!session.account() || sender.is_null()) co_return;
  const auto& recipients = session.backend().delivery.recipients();
  const auto found = co_await session.blocking([&] { return recipients.find(sender.text()); });
  if (!found.account || found.account->id != session.account()->id)
    refuse(550, "5.7.1", "not an address of your account");
}

// RFC 6409 4.2: what goes out names its hosts in full.
void check_complete(const Session& session, const Address& address) {
  if (session.mode().authentication != Authentication::required) return;
  const auto& domain = address.domain;
  if (domain.empty() || domain.front() == '[' || domain.find('.') != domain.npos) return;
  if (!session.backend().delivery.recipients().is_local_domain(domain))
    refuse(554, "5.6.2", "the domain of the address is not complete");
}

constexpr std::chrono::seconds known_for{1};

struct Found {
  policy::Recipient recipient;
  std::optional<DeliveryResult> ready;  // of a local one
};

Found found_and_ready(Delivery& delivery, const std::string& address) {
  Found found{delivery.recipients().find(address), {}};
  if (found.recipient.locality == policy::Locality::local)
    found.ready = delivery.ready(*found.recipient.account);
  return found;
}

// Nothing: it is in another domain, and mail from here may go there. A fault is told here, for this
// recipient alone: after DATA one answer would be for all.
Task<std::optional<storage::Account>> find_account(Session& session, const Address& address) {
  if (const auto* known = session.known(address.text())) co_return *known;
  auto& delivery = session.backend().delivery;
  const auto changes = delivery.recipients().changes();
  const auto found =
      co_await session.blocking([&] { return found_and_ready(delivery, address.text()); });
  const auto locality = found.recipient.locality;
  if (locality == policy::Locality::unknown_user) refuse(550, "5.1.1", "no such user here");
  if (locality == policy::Locality::elsewhere) {
    if (session.account() && session.backend().outgoing) co_return std::nullopt;
    refuse(550, "5.7.1",
           session.account() ? "this server sends no mail to other servers" : "no relaying");
  }
  if (found.ready->outcome != Delivered::ok) throw BadCommand(reply_for(*found.ready));
  const auto until = std::chrono::steady_clock::now() + known_for;
  session.know({address.text(), *found.recipient.account, changes, until});
  co_return found.recipient.account;
}

Task<> add_recipient(Session& session, Transaction& transaction, std::string_view argument) {
  const auto [address, dsn] = parse_recipient(argument);
  if (!transaction.mail.utf8 && !address.is_ascii())
    refuse(553, "5.6.7", "a non-ASCII address needs SMTPUTF8");
  check_complete(session, address);
  const auto account = co_await find_account(session, address);
  if (account)
    transaction.recipients.push_back({address, *account, dsn});
  else
    transaction.elsewhere.push_back({address, dsn});
}

}  // namespace

Task<Reply> mail(Session& session, std::string_view argument) {
  if (session.transaction()) co_return reply(503, "5.5.1", "a transaction is open; RSET ends it");
  if (!session.count_transaction()) {
    session.end();
    co_return reply(421, "4.7.0", "too many messages in one session; begin another");
  }
  auto arguments = parse_mail(argument);
  if (arguments.size.value_or(0) > session.backend().limits.message)
    co_return reply(552, "5.3.4", "the message is too big");
  if (arguments.require_tls && !session.stream().is_tls())
    co_return reply(530, "5.7.10", "REQUIRETLS needs TLS; use STARTTLS first");
  co_await check_sender(session, arguments.sender);
  session.transaction().emplace(std::move(arguments));
  co_return reply(250, "2.1.0", "sender ok");
}

Task<Reply> rcpt(Session& session, std::string_view argument) {
  auto& transaction = session.transaction();
  if (!transaction) co_return reply(503, "5.5.1", "MAIL comes first");
  if (transaction->has_chunks())
    co_return reply(503, "5.5.1", "BDAT has begun; RSET ends the transaction");
  if (++transaction->recipient_commands > session.backend().limits.recipients)
    co_return reply(452, "4.5.3", "too many recipients; send the rest in another transaction");
  transaction->any_refused = true;  // until it is not
  co_await add_recipient(session, *transaction, argument);
  co_return reply(250, "2.1.5", "recipient ok");
}

Task<Reply> rset(Session& session, std::string_view) {
  session.transaction().reset();
  co_return reply(250, "2.0.0", "forgotten");
}

}  // namespace server::smtp
