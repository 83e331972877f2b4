#include "policy/mailbox_rotation.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "policy/purge.h"

namespace policy {

namespace {

constexpr int swap_tries = 5;
constexpr int steps_between_counts = 16;
constexpr storage::Reason rewrapping{crypto::Cause::rewrap, crypto::Actor::service()};

storage::Mailbox::Renew manner(storage::Renewal renewal) {
  return renewal == storage::Renewal::contents ? storage::Mailbox::Renew::contents
                                               : storage::Mailbox::Renew::message_keys;
}

}  // namespace

MailboxRotation::MailboxRotation(storage::Directory& directory, KeyRing& ring, Mailboxes& mailboxes,
                                 Audit& audit)
    : directory_(directory), ring_(ring), mailboxes_(mailboxes), audit_(audit) {}

void MailboxRotation::start(std::chrono::seconds interval) {
  worker_.start("mailbox_rotation", interval, [this](const std::stop_token& stop) { pass(stop); });
}

void MailboxRotation::stop() { worker_.stop(); }

storage::MailboxRecord MailboxRotation::begin(MailboxId id, storage::Renewal renewal) {
  const auto before = directory_.mailbox(id);
  refuse_held(before);
  if (before.former)
    throw Error(Fault::exists, "the key of this mailbox is being changed already",
                "`sealpost mailbox rotations` shows how far it is");
  auto under = directory_.dep(before.dep);
  under.version = before.dep_version;
  auto after = before;
  after.epoch = before.epoch + 1;
  after.key = ring_.new_mailbox_key(id, under, after.epoch).second;
  after.former = storage::FormerKey{before.epoch, before.key, renewal};
  directory_.rewrap(before, after);
  logging::info("mailbox_key.begun", {{"mailbox", id.value}, {"epoch", after.epoch}});
  {
    const std::lock_guard lock(mutex_);
    known_[id] = {};
  }
  worker_.wake();
  return after;
}

void MailboxRotation::pass(const std::stop_token& stop) {
  for (const auto& record : directory_.mailboxes_in_renewal()) {
    if (stop.stop_requested()) return;
    try {
      go_on(record.id, stop);
    } catch (const Error& error) {  // the next one may be well
      logging::warning("mailbox_key.waits",
                       {{"mailbox", record.id.value}, {"reason", error.what()}});
      const std::lock_guard lock(mutex_);
      known_[record.id].reason = error.what();
    }
  }
}

void MailboxRotation::go_on(MailboxId id, const std::stop_token& stop) {
  const auto mailbox = mailboxes_.open(id, crypto::ActorClass::system);
  const auto record = directory_.mailbox(id);  // opening may have moved it
  if (!record.former) return;
  mailbox->seal_under({ring_.mailbox_key(record, crypto::ActorClass::system), record.epoch},
                      rewrapping);
  note(record.id, mailbox->to_be_renewed(), "");
  if (!renew(*mailbox, *record.former, stop)) return;
  if (!mailbox->settle())
    throw Error(Fault::unavailable,
                "the log is being read; what the former key opens is still in it");
  forget_former(record);
  logging::info("mailbox_key.changed", {{"mailbox", record.id.value}, {"epoch", record.epoch}});
  AuditEvent event;
  event.operation = "mailbox key changed";
  event.actor = system_actor;
  event.dep = record.dep;
  event.dep_version = record.dep_version;
  event.mailbox = record.id;
  event.details = {{"Key epoch", std::to_string(record.epoch)}};
  audit_.record(event);
}

// False when it was stopped before the last message.
bool MailboxRotation::renew(storage::Mailbox& mailbox, const storage::FormerKey& former,
                            const std::stop_token& stop) {
  std::optional<MessageId> last = MessageId(0);
  for (int step = 1; (last = mailbox.renew(manner(former.renewal), *last, rewrapping)); ++step) {
    if (stop.stop_requested()) return false;
    if (step % steps_between_counts == 0) note(mailbox.id(), mailbox.to_be_renewed(), "");
  }
  note(mailbox.id(), 0, "");
  return true;
}

void MailboxRotation::forget_former(storage::MailboxRecord record) {
  for (int tries = 1;; ++tries) {
    auto after = record;
    after.former.reset();
    const storage::Rewrapped swap[] = {{record, after}};
    if (directory_.rewrap(swap) == 1) break;
    if (tries == swap_tries)
      throw Error(Fault::unavailable, "the mailbox is being moved at the same time");
    record = directory_.mailbox(record.id);  // moved to another version meanwhile
  }
  const std::lock_guard lock(mutex_);
  known_.erase(record.id);
}

void MailboxRotation::note(MailboxId id, std::uint64_t left, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  known_[id] = {left, reason};
}

MailboxRotation::Progress MailboxRotation::described(const storage::MailboxRecord& record) {
  Progress progress{.mailbox = record.id, .epoch = record.epoch, .reason = {}};
  if (!record.former) return progress;
  progress.renewal = record.former->renewal;
  const std::lock_guard lock(mutex_);
  progress.left = known_[record.id].left;
  progress.reason = known_[record.id].reason;
  return progress;
}

MailboxRotation::Progress MailboxRotation::progress(MailboxId id) {
  return described(directory_.mailbox(id));
}

std::vector<MailboxRotation::Progress> MailboxRotation::all() {
  std::vector<Progress> found;
  for (const auto& record : directory_.mailboxes_in_renewal()) found.push_back(described(record));
  return found;
}

}  // namespace policy
