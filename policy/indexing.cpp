#include "policy/indexing.h"

#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

namespace policy {

namespace {

constexpr int low_priority = 10;  // of the worker's thread alone
// With no access to a mailbox what it has expunged stays in its index no longer than this.
constexpr UnixTime patience = 120;
constexpr auto longest_turn = std::chrono::seconds(3);
constexpr storage::Reason indexing{crypto::Cause::index, crypto::Actor::service()};

void lower_priority() {  // of this thread: on Linux a priority is a thread's
  const auto thread = static_cast<id_t>(gettid());
  if (setpriority(PRIO_PROCESS, thread, low_priority) < 0)
    logging::warning("indexing.priority", {});
}

}  // namespace

Indexing::Indexing(Mailboxes& mailboxes, Mailboxes::Databases& databases, const Clock& clock,
                   storage::BriefsOf briefs_of)
    : mailboxes_(mailboxes),
      databases_(databases),
      clock_(clock),
      briefs_of_(std::move(briefs_of)) {}

void Indexing::start(std::chrono::seconds interval) {
  worker_.start("indexing", interval, [this, set = false](const std::stop_token& stop) mutable {
    if (!std::exchange(set, true)) lower_priority();
    pass(stop);
  });
}

void Indexing::stop() { worker_.stop(); }

void Indexing::wake() { worker_.wake(); }

std::map<MailboxId, storage::MailDatabase*> Indexing::find_behind() {
  std::map<MailboxId, storage::MailDatabase*> behind;
  for (const auto& [id, database] : databases_) try {
      database->mend_index();
      for (const auto mailbox : database->behind_index()) behind[mailbox] = database.get();
    } catch (const std::exception& error) {
      logging::error("indexing.failed", {{"database", id.value}, {"reason", error.what()}});
    }
  return behind;
}

void Indexing::pass(const std::stop_token& stop) {
  const auto behind = find_behind();
  const auto is_done = [&](const auto& one) { return !behind.contains(one.first); };
  std::erase_if(waits_, is_done);
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(behind_, is_done);
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
  const auto mailbox = mailboxes_.has_access(id) ? mailboxes_.aside(id) : nullptr;
  if (!mailbox) {
    wait_or_remove(id, database, "waits until it is opened");
    return Kept::all;
  }
  const auto until = std::chrono::steady_clock::now() + longest_turn;
  const auto go_on = [&](const storage::IndexProgress& now) {
    note(id, now, "");
    return !stop.stop_requested() && std::chrono::steady_clock::now() < until;
  };
  const bool is_all = mailbox->keep_index(go_on, briefs_of_, indexing, stop);
  waits_.erase(id);
  if (is_all) forget(id);
  return is_all ? Kept::all : Kept::some;
} catch (const std::exception& error) {  // the next one may be well
  try {
    wait_or_remove(id, database, error.what());
  } catch (const std::exception& again) {
    logging::error("indexing.failed", {{"mailbox", id.value}, {"reason", again.what()}});
  }
  return Kept::all;
}

void Indexing::forget(MailboxId id) {
  const std::lock_guard lock(mutex_);
  behind_.erase(id);
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
  behind_[id] = {now, reason};
}

std::map<MailboxId, Indexing::Progress> Indexing::behind() const {
  const std::lock_guard lock(mutex_);
  return behind_;
}

storage::MailDatabase& Indexing::database(DatabaseId id) {
  const auto found = databases_.find(id);
  if (found == databases_.end())
    throw Error(Fault::unavailable, "mailbox database " + std::to_string(id.value) + " is not open",
                "see the log of the start");
  return *found->second;
}

std::uint64_t Indexing::indexed_uids(MailboxId mailbox, DatabaseId id) {
  return database(id).indexed_uids(mailbox);
}

void Indexing::rebuild(MailboxId mailbox, DatabaseId id) {
  database(id).remove_index(mailbox);
  wake();
}

}  // namespace policy
