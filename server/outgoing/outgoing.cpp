#include "server/outgoing/outgoing.h"

#include "base/log.h"
#include "server/outgoing/courier.h"
#include "server/outgoing/reports.h"

namespace server::outgoing {
namespace {

using storage::SpoolState;
using namespace std::chrono_literals;

constexpr auto look_interval = 2s;

[[noreturn]] void unknown(std::int64_t id) {
  throw Error(Fault::not_found, "message " + std::to_string(id) + " is not in the queue",
              "`sealpost queue list` names those that are");
}

}  // namespace

Outgoing::Outgoing(storage::Spool& spool, storage::Directory& directory,
                   policy::Mailboxes& mailboxes, Delivery& delivery, const Clock& clock,
                   Settings settings)
    : settings_(std::move(settings)),
      spool_(spool),
      directory_(directory),
      mailboxes_(mailboxes),
      schedule_(clock, 2 * settings_.retry.longest),
      host_(clock),
      world_{spool, directory, mailboxes, delivery, clock, settings_, schedule_, host_, unsaved_} {}

Outgoing::~Outgoing() { stop(); }

void Outgoing::start() {
  for (const auto& entry : spool_.entries()) schedule_.add(entry.id, entry.mailbox, not_looked_at);
  worker_ = std::make_unique<policy::Worker>("outgoing", look_interval,
                                             [this](const std::stop_token&) { look_after(); });
  if (!settings_.host) return;
  for (unsigned n = 0; n < settings_.connections; ++n)
    couriers_.push_back(std::make_unique<Courier>(world_, stopping_.get_token()));
  for (const auto& courier : couriers_)
    threads_.emplace_back([one = courier.get()] { one->run(); });
}

void Outgoing::stop() {
  worker_.reset();
  stopping_.request_stop();
  threads_.clear();  // joins
  couriers_.clear();
}

// What waits for a key goes on once that is to be had, and what belongs to nobody any more goes.
void Outgoing::look_after() {
  const auto changes = directory_.changes();
  const bool changed = std::exchange(seen_, changes) != changes;
  for (const auto& one : schedule_.list()) {
    try {
      if (one.waits == Waits::key && mailboxes_.has_access(one.mailbox)) schedule_.wake(one.id);
      if (changed) directory_.mailbox(one.mailbox);
    } catch (const Error& error) {
      if (error.fault() != Fault::not_found || !schedule_.claim(one.id)) continue;
      spool_.remove(one.id);
      schedule_.forget(one.id);
      logging::info("outgoing.gone_with_mailbox", {{"id", one.id}, {"mailbox", one.mailbox.value}});
    }
  }
}

std::int64_t Outgoing::prepare(MailboxId mailbox, storage::SpoolEnvelope envelope,
                               std::string_view octets) {
  if (schedule_.count() >= messages_limit)
    throw Error(Fault::unavailable, "the queue is full", "`sealpost queue list` says why");
  envelope.size = octets.size();
  envelope.accepted = envelope.next_try = world_.clock.now();
  return spool_.add(mailbox, delivery_key_of(mailbox), envelope, octets, SpoolState::prepared);
}

// What is sealed to a key that a purge destroys meanwhile is gone with it; look_after() removes it.
crypto::DeliveryPublic Outgoing::delivery_key_of(MailboxId mailbox) {
  if (directory_.mailbox(mailbox).hold == storage::Hold::destroying)
    throw Error(Fault::unavailable, "this mailbox is being destroyed");
  if (const auto known = directory_.delivery_public(mailbox)) return *known;
  return mailboxes_.open(mailbox, crypto::ActorClass::system)->delivery_public();
}

void Outgoing::take_over(std::int64_t id) {
  spool_.set_state(id, SpoolState::waiting);
  const auto entry = spool_.find(id);
  if (entry) schedule_.add(id, entry->mailbox, world_.clock.now());
}

void Outgoing::withdraw(std::int64_t id) { spool_.remove(id); }

Queued Outgoing::queued(const Scheduled& scheduled, const crypto::Actor& by) {
  Queued out{.scheduled = scheduled, .envelope = {}};
  try {
    const auto entry = spool_.find(scheduled.id);
    if (entry) out.state = entry->state;
    const auto mailbox = mailboxes_.open(scheduled.mailbox, crypto::ActorClass::user);
    out.envelope = spool_.envelope(scheduled.id, *mailbox, {crypto::Cause::fetch, by});
  } catch (const Error& error) {
    if (out.scheduled.why.empty()) out.scheduled.why = error.what();
  }
  return out;
}

std::vector<Queued> Outgoing::list(const crypto::Actor& by) {
  std::vector<Queued> all;
  for (const auto& one : schedule_.list()) {
    if (all.size() == list_limit) break;
    all.push_back(queued(one, by));
  }
  return all;
}

Queued Outgoing::show(std::int64_t id, const crypto::Actor& by) {
  const auto scheduled = schedule_.find(id);
  if (!scheduled) unknown(id);
  return queued(*scheduled, by);
}

void Outgoing::retry(std::int64_t id) {
  const auto entry = spool_.find(id);
  if (!entry) unknown(id);
  if (spool_.holds_back(id))
    throw Error(
        Fault::denied, "the queue was put back to an older state: it may have been sent",
        "`sealpost restore show` tells what was; then `sealpost restore accept`, or drop it");
  if (entry->state == SpoolState::held) spool_.set_state(id, SpoolState::waiting);
  host_.forget_pause();
  if (!schedule_.wake(id)) unknown(id);
}

std::size_t Outgoing::retry_all() {
  const auto all = schedule_.list();
  for (const auto& one : all) try {
      retry(one.id);
    } catch (const Error& error) {
      if (error.fault() != Fault::not_found && error.fault() != Fault::corrupt &&
          error.fault() != Fault::denied)
        throw;
    }
  return all.size();
}

bool Outgoing::drop(std::int64_t id, const std::string& reason) {
  const auto entry = spool_.find(id);
  if (!entry) unknown(id);
  if (!schedule_.claim(id))
    throw Error(Fault::unavailable, "message " + std::to_string(id) + " is being sent just now",
                "try again in a moment");
  const bool told = told_of_drop(*entry, reason);
  try {
    spool_.remove(id);
  } catch (...) {
    schedule_.again(id, world_.clock.now(), Waits::turn, "could not be dropped");
    throw;
  }
  unsaved_.forget(id);
  schedule_.forget(id);
  logging::warning("outgoing.dropped", {{"id", id}, {"mailbox", entry->mailbox.value}});
  return told;
}

bool Outgoing::told_of_drop(const storage::SpoolEntry& entry, const std::string& reason) {
  try {
    OpenLetter letter(spool_, entry, mailboxes_.open(entry.mailbox, crypto::ActorClass::user));
    for (auto& recipient : letter.envelope.recipients) {
      if (recipient.outcome != storage::SpoolOutcome::waiting) continue;
      recipient.outcome = storage::SpoolOutcome::failed;
      recipient.reply = {0, "5.7.1", "taken out of the queue by an administrator: " + reason};
    }
    return report_finished(world_, letter);
  } catch (const Error& error) {
    logging::warning("outgoing.not_told", {{"id", entry.id}, {"reason", error.what()}});
    return false;
  }
}

}  // namespace server::outgoing
