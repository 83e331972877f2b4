#include "server/outgoing/courier.h"

#include <algorithm>

#include "base/log.h"
#include "server/outgoing/reports.h"

namespace server::outgoing {
namespace {

using storage::SpoolEnvelope;
using storage::SpoolOutcome;
using storage::SpoolRecipient;
using storage::SpoolReply;
using storage::SpoolState;
using namespace std::chrono_literals;

constexpr auto idle_connection = 5s;  // kept for what may come
constexpr UnixTime after_fault = 60;  // seconds, until what failed on our side is tried again
constexpr Retry key_retry{.first = 15s, .longest = 300s};
constexpr std::size_t reply_limit = 500;  // octets of a reply's text that are kept

bool waits(const SpoolRecipient& recipient) { return recipient.outcome == SpoolOutcome::waiting; }
bool any_waits(const SpoolEnvelope& envelope) {
  return std::ranges::any_of(envelope.recipients, waits);
}

SpoolReply kept(const Said& reply) {
  const int code = reply.by == Said::By::host ? reply.code : 0;
  SpoolReply out{static_cast<std::uint16_t>(code), reply.status, reply.text.substr(0, reply_limit)};
  std::ranges::replace(out.text, '\n', ' ');
  if (out.status.empty()) out.status = std::to_string(reply.code / 100) + ".0.0";
  return out;
}

Letter letter_of(OpenLetter& open) {
  const auto& envelope = open.envelope;
  Letter out{.sender = envelope.sender,
             .parameters = envelope.parameters,
             .utf8 = envelope.utf8,
             .require_tls = envelope.require_tls,
             .recipients = {},
             .octets = open.octets()};
  for (const auto& recipient : envelope.recipients)
    if (waits(recipient)) out.recipients.push_back({recipient.address, recipient.parameters});
  return out;
}

std::string counts(const SpoolEnvelope& envelope, std::size_t before) {
  const auto waiting = static_cast<std::size_t>(std::ranges::count_if(envelope.recipients, waits));
  return std::to_string(before - envelope.recipients.size()) + " sent, " +
         std::to_string(envelope.recipients.size() - waiting) + " failed, " +
         std::to_string(waiting) + " waiting";
}

}  // namespace

Courier::Courier(World& world, std::stop_token stop)
    : world_(world),
      stop_(stop),
      relay_(*world.settings.host, world.delivery.host_name(), std::move(stop)) {}

void Courier::run() {
  while (!stop_.stop_requested())
    if (const auto id = world_.schedule.take(stop_, idle_connection))
      attempt(*id);
    else
      relay_.quit();
  relay_.quit();
}

// The one place where a failure of ours becomes another try.
void Courier::attempt(std::int64_t id) {
  try {
    go_on(id);
  } catch (const Error& error) {
    const bool gone = error.fault() == Fault::not_found;
    logging::warning("outgoing.not_tried", {{"id", id}, {"reason", error.what()}});
    if (gone) return world_.schedule.forget(id);
    const auto why = error.fault() == Fault::corrupt ? Waits::repair : Waits::turn;
    world_.schedule.again(id, world_.clock.now() + after_fault, why, error.what());
  } catch (const std::exception& error) {
    logging::error("outgoing.not_tried", {{"id", id}, {"reason", error.what()}});
    world_.schedule.again(id, world_.clock.now() + after_fault, Waits::turn, "internal failure");
  }
}

void Courier::go_on(std::int64_t id) {
  const auto entry = world_.spool.find(id);
  if (!entry) return world_.schedule.forget(id);
  if (world_.spool.holds_back(id))
    return world_.schedule.again(id, 0, Waits::person, "the queue was rolled back");
  if (entry->state == SpoolState::held && !world_.unsaved.find(id))
    return world_.schedule.again(id, 0, Waits::person, "held");
  const auto mailbox = opened(*entry);
  if (!mailbox) return;
  OpenLetter letter(world_.spool, *entry, mailbox);
  if (const auto unsaved = world_.unsaved.find(id)) {
    letter.envelope = *unsaved;
    return conclude(letter, SpoolState::waiting);
  }
  if (entry->state == SpoolState::handing_over) {
    note_uncertain(letter);
    if (world_.settings.uncertain == Uncertain::hold) return conclude(letter, SpoolState::held);
    letter.save(SpoolState::waiting);
  }
  if (!any_waits(letter.envelope)) return conclude(letter, SpoolState::waiting);
  const auto scheduled = world_.schedule.find(id);
  if (scheduled && scheduled->due == not_looked_at && is_ahead(letter.envelope))
    return world_.schedule.again(id, letter.envelope.next_try, Waits::turn, "");
  send(letter);
}

// Not further than a time that was once chosen can be: the clock may have been set back.
bool Courier::is_ahead(const SpoolEnvelope& envelope) const {
  const auto wait = envelope.next_try - world_.clock.now();
  return wait > 0 && wait <= 2 * world_.settings.retry.longest.count();
}

// As for a user: what its owner has locked is not sent, though the service might still read it.
std::shared_ptr<storage::Mailbox> Courier::opened(const storage::SpoolEntry& entry) {
  try {
    return world_.mailboxes.open(entry.mailbox, crypto::ActorClass::user);
  } catch (const Error& error) {
    if (error.fault() == Fault::not_found) {
      world_.spool.remove_all(entry.mailbox);
      throw;
    }
    if (error.fault() != Fault::denied && error.fault() != Fault::unavailable) throw;
    const auto why = error.fault() == Fault::denied ? "key denied" : "key not to be had";
    world_.schedule.again(entry.id, world_.clock.now() + wait_after(key_retry, 3).count(),
                          Waits::key, why);
    return nullptr;
  }
}

void Courier::connect() {
  relay_.connect();
  if (world_.host.worked()) world_.schedule.wake_all(Waits::host);
}

Courier::Result Courier::handed_over(OpenLetter& open) {
  const auto letter = letter_of(open);
  const auto all_told = [&](const smtp::Reply& reply) {
    return Sent{.replies = std::vector(letter.recipients.size(), Said{reply, Said::By::us})};
  };
  if (const auto pause = world_.host.pause()) return {all_told(pause->reply), pause};
  try {
    connect();
  } catch (const HostFailure& failure) {
    return {all_told(failure.reply()), world_.host.failed(failure.reply())};
  }
  return {relay_.send(letter,
                      [&] {
                        if (stop_.stop_requested())
                          throw Error(Fault::unavailable, "the server is stopping");
                        world_.spool.set_state(open.id(), SpoolState::handing_over);
                      }),
          std::nullopt};
}

void Courier::send(OpenLetter& letter) {
  const auto before = letter.envelope.recipients.size();
  const auto result = handed_over(letter);
  auto& envelope = letter.envelope;
  take_replies(envelope, result.sent);
  give_up_if_old(envelope);
  if (result.host && any_waits(envelope)) return wait_for_host(letter, *result.host);
  ++envelope.tries;
  envelope.next_try =
      world_.clock.now() + wait_after(world_.settings.retry, envelope.tries).count();
  logging::info("outgoing.tried", {{"id", letter.id()},
                                   {"mailbox", letter.mailbox().value},
                                   {"recipients", counts(envelope, before)},
                                   {"code", result.sent.replies.front().code}});
  if (result.sent.uncertain && any_waits(envelope)) {
    note_uncertain(letter);
    if (world_.settings.uncertain == Uncertain::hold) return conclude(letter, SpoolState::held);
  }
  conclude(letter, SpoolState::waiting);
}

void Courier::note_uncertain(OpenLetter& letter) {
  ++letter.envelope.uncertain;
  const bool hold = world_.settings.uncertain == Uncertain::hold;
  logging::warning("outgoing.uncertain",
                   {{"id", letter.id()},
                    {"mailbox", letter.mailbox().value},
                    {"reason", "the end of the message was sent and not answered"},
                    {"then", hold ? "held" : "sent again"}});
}

void Courier::take_replies(SpoolEnvelope& envelope, const Sent& sent) {
  auto reply = sent.replies.begin();
  for (auto& recipient : envelope.recipients) {
    if (!waits(recipient)) continue;
    recipient.reply = kept(*reply);
    switch (reply->code / 100) {
      case 2:
        recipient.outcome = SpoolOutcome::relayed;
        break;
      case 5:
        recipient.outcome = SpoolOutcome::failed;
        break;
      default:
        break;
    }
    ++reply;
  }
  std::erase_if(envelope.recipients, [&](const SpoolRecipient& recipient) {
    return recipient.outcome == SpoolOutcome::relayed &&
           (sent.reports || !wanted(recipient).success);  // RFC 3461 5.2.2 b
  });
}

void Courier::give_up_if_old(SpoolEnvelope& envelope) {
  if (world_.clock.now() - envelope.accepted < world_.settings.retry.expiry.count()) return;
  for (auto& recipient : envelope.recipients)
    if (waits(recipient)) recipient.outcome = SpoolOutcome::failed;
}

// Nothing new to be written down, unless its sender is to be told.
void Courier::wait_for_host(OpenLetter& letter, const HostState::Pause& pause) {
  const bool told = tell_if_late(letter);
  if (told || std::ranges::any_of(letter.envelope.recipients, std::not_fn(waits)))
    letter.save(SpoolState::waiting);
  world_.schedule.again(letter.id(), pause.until, Waits::host, pause.reply.text);
}

// True: there is something to be saved.
bool Courier::tell_if_late(OpenLetter& letter) {
  auto& envelope = letter.envelope;
  const auto age = world_.clock.now() - envelope.accepted;
  if (envelope.delay_told || age < world_.settings.retry.delay_notice.count() ||
      !any_waits(envelope))
    return false;
  return envelope.delay_told = report_delay(world_, letter);
}

void Courier::conclude(OpenLetter& letter, SpoolState state) {
  const auto id = letter.id();
  auto& envelope = letter.envelope;
  world_.unsaved.put(id, envelope);
  letter.save(state);
  world_.unsaved.forget(id);
  const auto left = envelope.recipients.size();
  const bool told = report_finished(world_, letter);
  const bool late = tell_if_late(letter);
  if (late || envelope.recipients.size() != left) letter.save(state);
  if (envelope.recipients.empty()) return world_.schedule.forget(id);
  if (state == SpoolState::held)
    return world_.schedule.again(id, 0, Waits::person, "held: it may have arrived already");
  const auto due = told ? envelope.next_try : world_.clock.now() + after_fault;
  world_.schedule.again(id, due, Waits::turn, envelope.recipients.front().reply.text);
}

}  // namespace server::outgoing
