#include "policy/mailboxes.h"

#include "base/log.h"
#include "policy/account_name.h"
#include "policy/held_mailbox.h"
#include "policy/moving.h"
#include "policy/purge.h"

namespace policy {

using crypto::ActorClass;

namespace {

std::optional<storage::EpochKey> former_key(KeyRing& ring, storage::MailboxRecord record,
                                            crypto::ActorClass use) {
  if (!record.former) return std::nullopt;
  record.key = record.former->key;
  record.epoch = record.former->epoch;
  return storage::EpochKey{ring.mailbox_key(record, use), record.epoch};
}

}  // namespace

Mailboxes::Mailboxes(storage::Directory& directory, KeyRing& ring, Databases& databases,
                     const Clock& clock, std::chrono::seconds linger)
    : directory_(directory), ring_(ring), databases_(databases), clock_(clock), linger_(linger) {}

Mailboxes::~Mailboxes() = default;

Mailboxes::SharedHeld Mailboxes::held(MailboxId id) {
  const std::lock_guard lock(mutex_);
  auto& held = held_[id];
  if (!held) held = std::make_shared<Held>(clock_);
  held->used = clock_.now();
  return held;
}

storage::MailDatabase& Mailboxes::database(DatabaseId id) {
  const auto found = databases_.find(id);
  if (found == databases_.end())
    throw Error(Fault::unavailable,
                "mailbox database " + std::to_string(id.value) + " is not open here");
  return *found->second;
}

// Read again once anything in the directory has changed. One that is not where it belongs is tried
// to be moved each time.
const storage::MailboxRecord& Mailboxes::record(MailboxId id, Held& held) {
  const auto at = directory_.changes();
  if (held.record_at != at || held.record.to_be_moved()) {
    held.record_at.reset();
    held.record = brought_home(directory_, ring_, directory_.mailbox(id));
    held.limits = limits(id);
    held.protect_as(directory_.protection(id), encrypt_);
    held.record_at = at;
  }
  return held.record;
}

void Mailboxes::open_rows(MailboxId id, Held& entry, const storage::MailboxRecord& record,
                          ActorClass use) {
  auto key = storage::EpochKey{ring_.mailbox_key(record, use), record.epoch};
  entry.mailbox = std::make_shared<storage::Mailbox>(database(record.database), id, std::move(key),
                                                     former_key(ring_, record, use), entry.gate);
}

std::shared_ptr<storage::Mailbox> Mailboxes::open(MailboxId id, ActorClass use) {
  require_served(id);
  const auto entry = held(id);
  const std::lock_guard lock(entry->opening);
  const auto& record = this->record(id, *entry);
  refuse_doomed(record);
  if (entry->mailbox) {
    ring_.confirm(record, use);
  } else {
    database(record.database).require_mailbox(id);
    make_room();
    open_rows(id, *entry, record, use);
    check_delivery_key(id, *entry->mailbox);
  }
  entry->mailbox->set_limits(entry->limits);
  entry->mailbox->protect_with(entry->protect);
  const auto dep = record.under();
  const std::lock_guard knowing(entry->knowing);
  entry->dep = dep;
  if (use == ActorClass::user) entry->gate->admit(ring_.user_access(dep).until);
  return entry->mailbox;
}

void Mailboxes::refuse_doomed(const storage::MailboxRecord& record) {
  if (record.hold == storage::Hold::destroying)
    throw Error(Fault::denied, "this mailbox is being destroyed");
}

// Whoever uses it has taken its entry before: those who come later see that it is doomed.
bool Mailboxes::retire(MailboxId id) {
  const auto entry = held(id);
  if (entry->gate->close())
    end(id, *entry, Error(Fault::denied, "this mailbox is being destroyed"));
  const std::lock_guard lock(mutex_);
  if (entry.use_count() > 2) return false;  // the map's and ours
  const std::lock_guard idle(entry->opening);
  if (entry->mailbox && entry->mailbox.use_count() > 1) return false;
  held_.erase(id);
  population_.clear();
  return true;
}

storage::QuotaLimits Mailboxes::limits(MailboxId id) {
  return directory_.quota(id).limits(default_limits_);
}

void Mailboxes::set_quota(MailboxId id, const storage::Quota& quota) {
  directory_.set_quota(id, quota);
  const auto entry = held(id);
  const std::lock_guard lock(entry->opening);
  entry->limits = quota.limits(default_limits_);
  if (entry->mailbox) entry->mailbox->set_limits(entry->limits);
}

DatabaseId Mailboxes::emptiest() {
  const std::lock_guard lock(mutex_);
  if (databases_.empty()) throw Error(Fault::unavailable, "no mailbox database is open");
  if (population_.empty()) {
    for (const auto& [id, database] : databases_) population_[id] = 0;
    for (const auto& record : directory_.mailboxes()) ++population_[record.database];
    std::erase_if(population_,
                  [&](const auto& entry) { return !databases_.contains(entry.first); });
  }
  const auto least =
      std::ranges::min_element(population_, {}, [](const auto& e) { return e.second; });
  ++least->second;
  return least->first;
}

storage::Account Mailboxes::create(const std::string& name, const crypto::StoredPassword& password,
                                   const storage::Dep& dep) {
  storage::Account account;
  account.name = checked_account_name(name);
  account.password = password;
  account.created = clock_.now();
  if (directory_.find_by_address(account.name))
    throw Error(Fault::exists, "the name " + account.name + " is taken");
  if (dep.state != storage::DepState::enabled)
    throw Error(Fault::denied, "DEP " + dep.name + " is disabled and takes no new mailboxes");
  refuse_held(dep);
  account.id = directory_.reserve_account();
  account.mailbox = directory_.reserve_mailbox();

  storage::MailboxRecord record;
  record.id = account.mailbox;
  record.account = account.id;
  if (!dep.managed && !dep.tenant_wide) record.assigned = dep.id;
  record.dep = dep.id;
  record.dep_version = dep.version;
  auto [key, wrapped] = ring_.new_mailbox_key(record.id, dep, record.epoch);
  record.key = std::move(wrapped);
  record.database = emptiest();
  // The rows first: an account whose mailbox has none has lost it.
  auto& rows = database(record.database);
  storage::Mailbox mailbox(rows, record.id, storage::EpochKey{std::move(key), record.epoch},
                           std::nullopt, std::make_shared<UserGate>(clock_));
  try {
    directory_.add_account(account, record);
  } catch (...) {
    rows.remove_mailbox(record.id);
    throw;
  }
  check_delivery_key(record.id, mailbox);
  logging::info("account.created", {{"account", account.id.value},
                                    {"mailbox", record.id.value},
                                    {"database", record.database.value},
                                    {"dep", dep.name}});
  return account;
}

void Mailboxes::remove(const storage::Account& account) {
  const auto entry = held(account.mailbox);
  const std::lock_guard lock(entry->opening);
  const auto record = directory_.mailbox(account.mailbox);
  auto& rows = database(record.database);
  directory_.remove_account(account.id);  // from here on nobody can open it
  entry->mailbox.reset();
  rows.remove_mailbox(record.id);
  const std::lock_guard counting(mutex_);
  if (const auto count = population_.find(record.database); count != population_.end())
    --count->second;
  logging::info("account.removed", {{"account", account.id.value}, {"mailbox", record.id.value}});
}

}  // namespace policy
