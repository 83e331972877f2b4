#include "policy/indexing.h"

#include <unistd.h>

#include "base/log.h"

namespace policy {

namespace {

constexpr int low_priority = 10;  // of the worker's thread alone
// With no access to a mailbox what it has expunged stays in its index no longer than this.
constexpr UnixTime patience = 120;
constexpr auto longest_turn = std::chrono::seconds(3);
constexpr storage::Reason indexing{crypto::Cause::index, crypto::Actor::service()};

}  // namespace

Indexing::Indexing(Mailboxes& mailboxes, Mailboxes::Databases& databases, const Clock& clock)
    : mailboxes_(mailboxes), databases_(databases), clock_(clock) {}

Indexing::~Indexing() = default;

void Indexing::start(std::chrono::seconds interval) {
  const std::lock_guard lock(mutex_);
  worker_ = std::make_unique<Worker>("indexing", interval,
                                     [this, set = false](const std::stop_token& stop) mutable {
                                       if (!std::exchange(set, true) && nice(low_priority) < 0)
                                         logging::warning("indexing.priority", {});
                                       pass(stop);
                                     });
}

void Indexing::stop() {
  auto worker = [this] {
    const std::lock_guard lock(mutex_);
    return std::move(worker_);
  }();
}

void Indexing::wake() {
  const std::lock_guard lock(mutex_);
  if (worker_) worker_->wake();
}

void Indexing::pass(const std::stop_token& stop) {
  std::map<MailboxId, storage::MailDatabase*> behind;
  for (const auto& [id, database] : databases_) {
    database->mend_index();
    for (const auto mailbox : database->behind_index()) behind[mailbox] = database.get();
  }
  std::erase_if(waits_, [&](const auto& one) { return !behind.contains(one.first); });
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(behind_, [&](const auto& one) { return !behind.contains(one.first); });
  }
  bool goes_on = false;
  for (const auto& [mailbox, database] : behind) {
    if (stop.stop_requested()) return;
    goes_on = keep(mailbox, *database, stop) == Kept::some || goes_on;
  }
  if (goes_on) wake();
}

Indexing::Kept Indexing::keep(MailboxId id, storage::MailDatabase& database,
                              const std::stop_token& stop) try {
  if (!mailboxes_.is_open(id) || !mailboxes_.has_access(id)) {
    wait_or_remove(id, database, "waits until it is opened");
    return Kept::all;
  }
  const auto mailbox = mailboxes_.open(id, crypto::ActorClass::system);
  const auto until = std::chrono::steady_clock::now() + longest_turn;
  const auto go_on = [&](const storage::IndexProgress& now) {
    note(id, now, "");
    return !stop.stop_requested() && std::chrono::steady_clock::now() < until;
  };
  if (!mailbox->keep_index(go_on, indexing)) return Kept::some;
  waits_.erase(id);
  const std::lock_guard lock(mutex_);
  behind_.erase(id);
  return Kept::all;
} catch (const Error& error) {  // the next one may be well
  wait_or_remove(id, database, error.what());
  return Kept::all;
}

void Indexing::wait_or_remove(MailboxId id, storage::MailDatabase& database,
                              const std::string& reason) {
  note(id, {}, reason);
  if (!database.may_have_index(id)) return;
  const auto since = waits_.try_emplace(id, clock_.now()).first->second;
  if (clock_.now() - since < patience) return;
  logging::info("indexing.removed", {{"mailbox", id.value}, {"reason", reason}});
  database.remove_index(id);
}

void Indexing::note(MailboxId id, const storage::IndexProgress& now, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  behind_[id] = {id, now, reason};
}

std::vector<Indexing::Progress> Indexing::behind() const {
  std::vector<Progress> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, progress] : behind_) all.push_back(progress);
  return all;
}

storage::IndexUse Indexing::use(MailboxId id, DatabaseId database) {
  return databases_.at(database)->index_use(id);
}

void Indexing::rebuild(MailboxId id, DatabaseId database) {
  databases_.at(database)->remove_index(id);
  wake();
}

}  // namespace policy
