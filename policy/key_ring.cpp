#include "policy/key_ring.h"

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/log.h"
#include "crypto/aead.h"
#include "policy/dep_unwrap.h"

namespace policy {

namespace {

using DepVersion = std::pair<DepId, std::uint32_t>;
using SharedDepKey = std::shared_ptr<const crypto::DepKey>;

crypto::Place place_of(MailboxId mailbox, const DepVersion& dep, std::uint32_t epoch) {
  return {.kind = crypto::Kind::mailbox_key,
          .mailbox = mailbox,
          .row = dep.first.value,
          .part = dep.second,
          .epoch = epoch};
}

// Nothing, after a line in the log, when a key of it does not open.
std::optional<storage::MailboxRecord> moved(const storage::MailboxRecord& record,
                                            const crypto::DepKey& old, const crypto::DepKey& by,
                                            const DepVersion& to) try {
  const DepVersion from{record.dep, record.dep_version};
  const auto anew = [&](const crypto::WrappedKey<crypto::MailboxLevel>& key, std::uint32_t epoch) {
    return crypto::Aead::wrap(crypto::Aead::unwrap(key, old, place_of(record.id, from, epoch)), by,
                              place_of(record.id, to, epoch));
  };
  auto after = record;
  after.dep = to.first;
  after.dep_version = to.second;
  after.key = anew(record.key, record.epoch);
  if (after.former) after.former->key = anew(record.former->key, record.former->epoch);
  return after;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  logging::error("corrupt", {{"what", "key of mailbox"}, {"mailbox", record.id.value}});
  return std::nullopt;
}

}  // namespace

struct KeyRing::Implementation {
  struct Cached {
    SharedDepKey key;
    UnixTime ends;
  };

  storage::Directory& directory;
  const Clock& clock;
  const UnixTime ttl;
  DepUnwrap unwrap;
  mutable std::mutex mutex;
  std::map<DepVersion, Cached> cached;
  std::map<DepVersion, std::shared_future<SharedDepKey>> in_flight;
  std::atomic<std::size_t> waiting = 0;

  SharedDepKey dep_key(const DepVersion&);
  SharedDepKey ask(const DepVersion&, std::promise<SharedDepKey>&);
  SharedDepKey wait_for(const std::shared_future<SharedDepKey>&);
  void forget_expired();  // with the mutex held
};

SharedDepKey KeyRing::Implementation::dep_key(const DepVersion& wanted) {
  std::promise<SharedDepKey> answer;
  {
    std::unique_lock lock(mutex);
    forget_expired();
    if (const auto found = cached.find(wanted); found != cached.end()) return found->second.key;
    if (const auto found = in_flight.find(wanted); found != in_flight.end()) {
      const auto other = found->second;
      lock.unlock();
      return wait_for(other);
    }
    in_flight.emplace(wanted, answer.get_future().share());
  }
  return ask(wanted, answer);
}

SharedDepKey KeyRing::Implementation::wait_for(const std::shared_future<SharedDepKey>& other) {
  ++waiting;
  other.wait();
  --waiting;
  return other.get();
}

SharedDepKey KeyRing::Implementation::ask(const DepVersion& wanted,
                                          std::promise<SharedDepKey>& answer) {
  try {
    auto key = std::make_shared<const crypto::DepKey>(
        unwrap.unwrap(directory.dep(wanted.first), directory.dep_key(wanted.first, wanted.second)));
    const std::lock_guard lock(mutex);
    if (ttl > 0) cached.insert_or_assign(wanted, Cached{key, clock.now() + ttl});
    in_flight.erase(wanted);
    answer.set_value(key);
    return key;
  } catch (...) {
    // Not swallowed: those who wait get the same failure.
    const std::lock_guard lock(mutex);
    in_flight.erase(wanted);
    answer.set_exception(std::current_exception());
    throw;
  }
}

void KeyRing::Implementation::forget_expired() {
  const auto now = clock.now();
  std::erase_if(cached, [now](const auto& entry) { return entry.second.ends <= now; });
}

KeyRing::KeyRing(storage::Directory& directory, crypto::RootKeys& roots,
                 crypto::ServiceKeys& service_keys, const Clock& clock,
                 std::chrono::seconds dep_key_ttl)
    : implementation_(new Implementation{.directory = directory,
                                         .clock = clock,
                                         .ttl = dep_key_ttl.count(),
                                         .unwrap = {roots, service_keys},
                                         .mutex = {},
                                         .cached = {},
                                         .in_flight = {}}) {}

KeyRing::~KeyRing() = default;

crypto::MailboxKey KeyRing::mailbox_key(const storage::MailboxRecord& record) {
  const DepVersion dep{record.dep, record.dep_version};
  const auto key = implementation_->dep_key(dep);
  try {
    return crypto::Aead::unwrap(record.key, *key, place_of(record.id, dep, record.epoch));
  } catch (const Error& error) {
    throw Error(error.fault(), "the key of mailbox " + std::to_string(record.id.value) +
                                   " does not open under DEP " +
                                   implementation_->directory.dep(record.dep).name + ": " +
                                   error.what());
  }
}

void KeyRing::confirm(const storage::MailboxRecord& record) {
  implementation_->dep_key({record.dep, record.dep_version});
}

std::pair<crypto::MailboxKey, crypto::WrappedKey<crypto::MailboxLevel>> KeyRing::new_mailbox_key(
    MailboxId mailbox, const storage::Dep& dep, std::uint32_t epoch) {
  const DepVersion version{dep.id, dep.version};
  const auto by = implementation_->dep_key(version);
  auto key = crypto::MailboxKey::generate();
  auto wrapped = crypto::Aead::wrap(key, *by, place_of(mailbox, version, epoch));
  return {std::move(key), std::move(wrapped)};
}

std::vector<storage::Rewrapped> KeyRing::rewrapped(std::span<const storage::MailboxRecord> records,
                                                   const storage::DepVersion& to) {
  std::vector<storage::Rewrapped> done;
  if (records.empty()) return done;
  const DepVersion version{to.dep, to.version};
  const auto old = implementation_->dep_key({records[0].dep, records[0].dep_version});
  const auto by = implementation_->dep_key(version);
  for (const auto& record : records) {
    if (record.under() != records[0].under())
      throw Error(Fault::invalid, "mailboxes are moved from one version at a time");
    if (auto after = moved(record, *old, *by, version)) done.push_back({record, std::move(*after)});
  }
  return done;
}

void KeyRing::forget_expired() {
  const std::lock_guard lock(implementation_->mutex);
  implementation_->forget_expired();
}

KeyRing::Statistics KeyRing::statistics() const {
  const auto counters = implementation_->unwrap.counters();
  const std::lock_guard lock(implementation_->mutex);
  return {counters.root_calls, counters.root_failures, counters.availability_uses,
          implementation_->cached.size(), implementation_->waiting};
}

}  // namespace policy
