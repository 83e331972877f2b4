#include "policy/key_ring.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "crypto/aead.h"

namespace policy {

using crypto::ActorClass;

namespace {

crypto::Place place_of(MailboxId mailbox, const DepVersion& dep, std::uint32_t epoch) {
  return {.kind = crypto::Kind::mailbox_key,
          .mailbox = mailbox,
          .row = dep.dep.value,
          .part = dep.version,
          .epoch = epoch};
}

// Nothing, after a line in the log, when a key of it does not open.
std::optional<storage::MailboxRecord> moved(const storage::MailboxRecord& record,
                                            const crypto::DepKey& old, const crypto::DepKey& by,
                                            const DepVersion& to) try {
  const auto from = record.under();
  const auto anew = [&](const crypto::WrappedKey<crypto::MailboxLevel>& key, std::uint32_t epoch) {
    return crypto::Aead::wrap(crypto::Aead::unwrap(key, old, place_of(record.id, from, epoch)), by,
                              place_of(record.id, to, epoch));
  };
  auto after = record;
  after.dep = to.dep;
  after.dep_version = to.version;
  after.key = anew(record.key, record.epoch);
  if (after.former) after.former->key = anew(record.former->key, record.former->epoch);
  return after;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  logging::error("corrupt", {{"what", "key of mailbox"}, {"mailbox", record.id.value}});
  return std::nullopt;
}

}  // namespace

KeyRing::KeyRing(storage::Directory& directory, crypto::RootKeys& roots,
                 crypto::ServiceKeys& service_keys, Audit& audit, const Clock& clock,
                 const KeyTimes& times)
    : directory_(directory),
      keys_(std::make_unique<DepKeys>(directory, roots, service_keys, audit, clock, times)) {}

KeyRing::~KeyRing() = default;

crypto::MailboxKey KeyRing::mailbox_key(const storage::MailboxRecord& record, ActorClass use) {
  const auto dep = record.under();
  const auto state = keys_->serving(dep, {use, std::span(&record.id, 1)});
  try {
    return crypto::Aead::unwrap(record.key, *state->key, place_of(record.id, dep, record.epoch));
  } catch (const Error& error) {
    throw Error(error.fault(), "the key of mailbox " + std::to_string(record.id.value) +
                                   " does not open under DEP " + directory_.dep(record.dep).name +
                                   ": " + error.what());
  }
}

void KeyRing::confirm(const storage::MailboxRecord& record, ActorClass use) {
  keys_->serving(record.under(), {use, std::span(&record.id, 1)});
}

std::pair<crypto::MailboxKey, crypto::WrappedKey<crypto::MailboxLevel>> KeyRing::new_mailbox_key(
    MailboxId mailbox, const storage::Dep& dep, std::uint32_t epoch) {
  const auto version = dep.newest();
  const auto by = keys_->serving(version, {ActorClass::user, std::span(&mailbox, 1)});
  auto key = crypto::MailboxKey::generate();
  auto wrapped = crypto::Aead::wrap(key, *by->key, place_of(mailbox, version, epoch));
  return {std::move(key), std::move(wrapped)};
}

std::vector<storage::Rewrapped> KeyRing::rewrapped(std::span<const storage::MailboxRecord> records,
                                                   const DepVersion& to) {
  std::vector<storage::Rewrapped> done;
  if (records.empty()) return done;
  std::vector<MailboxId> ids;
  for (const auto& record : records) {
    if (record.under() != records[0].under())
      throw Error(Fault::invalid, "mailboxes are moved from one version at a time");
    ids.push_back(record.id);
  }
  const auto old = keys_->serving(records[0].under(), {ActorClass::system, ids});
  const auto by = keys_->serving(to, {ActorClass::user, ids});
  for (const auto& record : records)
    if (auto after = moved(record, *old->key, *by->key, to))
      done.push_back({record, std::move(*after)});
  return done;
}

KeyRing::UserAccess KeyRing::user_access(const DepVersion& version) {
  const auto state = keys_->known(version);
  if (!state) return {};
  return {state->users_until, state->user_refusal};
}

std::vector<DepVersion> KeyRing::due() { return keys_->due(); }
void KeyRing::renew(const DepVersion& version) { keys_->renew(version); }
void KeyRing::forget_expired() { keys_->forget_expired(); }
void KeyRing::forget(DepId dep) { keys_->forget(dep); }

std::vector<DepVersion> KeyRing::on_availability_key() const {
  return keys_->on_availability_key();
}

KeyRing::Statistics KeyRing::statistics() const {
  const auto [counters, cached, waiting] = keys_->statistics();
  return {counters.root_calls, counters.root_failures, counters.availability_uses, cached, waiting};
}

}  // namespace policy
