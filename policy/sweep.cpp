#include "policy/sweep.h"

#include "base/log.h"
#include "policy/moving.h"

namespace policy {

namespace {

std::string name_of(const storage::DepVersion& version) {
  return std::to_string(version.dep.value) + "." + std::to_string(version.version);
}

AuditEvent event_of(const Sweep::Progress& pass, const std::vector<storage::DepVersion>& removed) {
  std::string versions;
  for (const auto& version : removed) versions += (versions.empty() ? "" : ", ") + name_of(version);
  AuditEvent event;
  event.operation = "dep sweep";
  event.actor = system_actor;
  event.details = {{"Mailboxes moved", std::to_string(pass.moved)},
                   {"Mailboxes left", std::to_string(pass.left)}};
  if (!pass.reason.empty()) event.details.emplace_back("Reason", pass.reason);
  if (!versions.empty()) event.details.emplace_back("Versions removed", versions);
  return event;
}

}  // namespace

Sweep::Sweep(storage::Directory& directory, KeyRing& ring, Audit& audit, const Clock& clock)
    : directory_(directory), ring_(ring), audit_(audit), clock_(clock) {}

void Sweep::start(std::chrono::seconds interval) {
  worker_.start("sweep", interval, [this](const std::stop_token& stop) { pass(stop); });
}

void Sweep::stop() { worker_.stop(); }

void Sweep::wake() { worker_.wake(); }

void Sweep::move(std::span<const MailboxId> mailboxes) {
  if (mailboxes.size() <= sweep_batch) {
    std::vector<storage::MailboxRecord> records;
    for (const auto id : mailboxes) records.push_back(directory_.mailbox(id));
    Moving(directory_, ring_).batch(records);
  }
  wake();
}

void Sweep::pass(const std::stop_token& stop) try {
  begin();
  Moving moving(directory_, ring_);
  MailboxId last(0);
  while (!stop.stop_requested()) {
    const auto batch = directory_.mailboxes_to_be_moved(last, sweep_batch);
    if (batch.empty()) break;
    last = batch.back().id;
    moving.batch(batch);
    note(moving.moved(), moving.left(), moving.reason());
  }
  end(directory_.remove_unused_versions());
} catch (const Error& error) {
  const std::lock_guard lock(mutex_);
  progress_.running = false;
  progress_.reason = error.what();
  throw;
}

void Sweep::begin() {
  const std::lock_guard lock(mutex_);
  progress_ = {};
  progress_.running = true;
  progress_.started = clock_.now();
}

void Sweep::note(std::uint64_t moved, std::uint64_t left, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  progress_.moved = moved;
  progress_.left = left;
  progress_.reason = reason;
}

void Sweep::end(const std::vector<storage::DepVersion>& removed) {
  const auto done = [this] {
    const std::lock_guard lock(mutex_);
    progress_.running = false;
    progress_.ended = clock_.now();
    return progress_;
  }();
  if (done.moved == 0 && removed.empty()) return;
  logging::info("sweep.done",
                {{"moved", done.moved}, {"left", done.left}, {"versions_removed", removed.size()}});
  audit_.record(event_of(done, removed));
}

Sweep::Progress Sweep::progress() const {
  auto progress = [this] {
    const std::lock_guard lock(mutex_);
    return progress_;
  }();
  progress.versions = directory_.version_counts();
  for (const auto& count : progress.versions) progress.to_be_moved += count.to_be_moved;
  return progress;
}

}  // namespace policy
