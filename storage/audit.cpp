#include "storage/audit.h"

#include <utility>

#include "base/log.h"
#include "crypto/signature.h"
#include "storage/audit_record.h"
#include "storage/migrations.h"

namespace storage {
namespace {

constexpr std::int64_t number_limit = std::int64_t{1} << 53;

std::string plural(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

}  // namespace

AuditLog::AuditLog(const std::filesystem::path& data, crypto::ServiceKeys& keys, const Clock& clock,
                   std::string organisation)
    : file_(data / "audit.db"),
      clock_(clock),
      organisation_(std::move(organisation)),
      key_(keys.directory_key()),
      signer_(keys.signing_key()),
      checkpoints_(keys.path()),
      lock_(data / "audit.owner"),
      connection_(file_, Connection::Mode::write),
      checkpoint_(checkpoints_.read(crypto::Signature::public_key(signer_))) {
  migrate(connection_, FileKind::audit, audit_schema(), file_.string());
  append({});
}

void AuditLog::append(std::span<const AuditEvent> events) {
  Waiting mine{.events = events, .failure = nullptr};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&mine);
  written_.wait(lock, [&] { return mine.done || !writing_; });
  if (!mine.done) {
    writing_ = true;
    const auto batch = std::exchange(waiting_, {});
    lock.unlock();
    std::exception_ptr failure;
    try {
      store(batch);
    } catch (const Error&) {
      failure = std::current_exception();
    }
    lock.lock();
    writing_ = false;
    for (auto* one : batch) {
      one->failure = failure;
      one->done = true;
    }
    written_.notify_all();
  }
  lock.unlock();
  if (mine.failure) std::rethrow_exception(mine.failure);
}

std::optional<std::string> AuditLog::broken() const {
  const std::lock_guard guard(mutex_);
  return broken_;
}

std::int64_t AuditLog::count() const {
  const std::lock_guard guard(mutex_);
  return count_;
}

// The end of the log is read anew each time: somebody else may have written to the file.
void AuditLog::store(const std::vector<Waiting*>& batch) {
  SqlTransaction transaction(connection_, SqlTransaction::Kind::immediate);
  auto tail = found_tail();
  const auto found = damage(tail);
  if (found) tail = with_break(tail, *found);
  for (const auto* one : batch)
    for (const auto& event : one->events) tail = added(tail, event);
  transaction.commit();
  if (found) logging::error("audit_broken", {{"database", file_.string()}, {"found", *found}});
  {
    const std::lock_guard guard(mutex_);
    if (found) broken_ = found;
    count_ = tail.count;
  }
  sign(tail);
}

AuditLog::Tail AuditLog::found_tail() {
  auto last = connection_.query("select number, hash from record order by number desc limit 1");
  if (!last.next()) return {0, no_audit_hash()};
  if (last.integer(0) < 0 || last.integer(0) > number_limit)
    throw Error(Fault::corrupt, file_.string() + " has a record that cannot be ours",
                "move it away; the server then begins a new log, which says so");
  return {last.integer(0), copy_of(last.blob(1))};
}

// What does not fit between the checkpoint and the end of the log.
std::optional<std::string> AuditLog::damage(const Tail& found) {
  if (!checkpoint_ && found.count == 0) return std::nullopt;
  if (!checkpoint_) return "there is no checkpoint for " + plural(found.count);
  const auto count = checkpoint_->count;
  const auto& head = checkpoint_->head;
  if (found.count < count)
    return plural(count) + " were signed for, " + std::to_string(found.count) + " are there";
  if (hash_at(count) != head)
    return "record " + std::to_string(count) + " is not the one that was signed for";
  return damage_after(count, head);
}

// What was stored but not signed for when the server was killed is genuine if it opens and links.
std::optional<std::string> AuditLog::damage_after(std::int64_t number, Bytes hash) {
  auto rows = connection_.query(
      "select number, sealed, hash from record where number > ? order by number", number);
  for (++number; rows.next(); ++number) {
    const auto sealed = rows.blob(1);
    hash = audit_hash(number, hash, sealed);
    if (rows.integer(0) != number || copy_of(rows.blob(2)) != hash)
      return "record " + std::to_string(number) + " does not follow the one before it";
    try {
      opened(key_, number, sealed);
    } catch (const Error&) {
      return "record " + std::to_string(number) + " is not ours";
    }
  }
  return std::nullopt;
}

Bytes AuditLog::hash_at(std::int64_t number) {
  auto row = connection_.query("select hash from record where number = ?", number);
  if (number == 0) return no_audit_hash();
  return row.next() ? copy_of(row.blob(0)) : Bytes();
}

AuditLog::Tail AuditLog::with_break(const Tail& tail, const std::string& damage) {
  AuditEvent event{.operation = std::string(broken_operation), .actor = "system"};
  event.result = name_of(Fault::corrupt);
  event.details = {{"Found", damage}};
  if (checkpoint_) event.details.emplace_back("Checkpoint", word_of(checkpoint_->stored()));
  return added(tail, std::move(event));
}

AuditLog::Tail AuditLog::added(const Tail& tail, AuditEvent event) {
  const auto number = tail.count + 1;
  const auto blob = sealed(key_, {number, clock_.now(), organisation_, bounded(std::move(event))});
  Tail next{number, audit_hash(number, tail.head, blob)};
  connection_.run("insert into record(number, sealed, hash) values(?, ?, ?)", number,
                  ByteView(blob), ByteView(next.head));
  return next;
}

void AuditLog::sign(const Tail& tail) {
  if (checkpoint_ && checkpoint_->count == tail.count && checkpoint_->head == tail.head) return;
  AuditCheckpoint next{
      checkpoint_ ? checkpoint_->generation + 1 : 1, tail.count, clock_.now(), tail.head, {}};
  next.sign(signer_);
  checkpoints_.write(next);
  checkpoint_ = next;
}

}  // namespace storage
