// A ledger that is not as the server left it.

#include <algorithm>

#include "base/log.h"
#include "storage/ledger.h"

namespace storage {

// One that does not open was not written by the server: of no generation.
std::optional<GenerationRecord> Ledger::found_generation(Connection& connection) const try {
  return stored_generation(connection, key_, GenerationOf::ledger);
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  return GenerationRecord{};
}

void Ledger::believe(GenerationRecord record) {
  now_ = std::move(record);
  generation_ = now_.number;
}

// An older file keeps its generation until it is accepted: so it is found at each start, and the
// right one, once it is restored, is as it should be.
void Ledger::check_generation() {
  const std::lock_guard lock(writing_);
  const auto known = anchors_.of(ledger_anchor);
  auto found = found_generation(connection_);
  if (!found && known == 0) {
    logging::info("anchored", {{"database", "ledger"},
                               {"because", "its anchor is new: what is there now is believed"}});
    return adopt(1);
  }
  believe(std::move(found).value_or(GenerationRecord{}));
  older_ = generation_ == 0 || generation_ < known;
  if (older_)
    logging::error("rolled_back",
                   {{"database", "ledger"}, {"known", known}, {"found", generation_.load()}});
}

// Who counts meanwhile does not wait. What is accepted meanwhile is not what was looked at.
void Ledger::check_rows() {
  std::unique_lock lock(writing_);
  const auto before = adopted_;
  lock.unlock();
  if (older_) return;
  Connection connection(file_, Connection::Mode::read);
  const SqlTransaction snapshot(connection, SqlTransaction::Kind::deferred);
  const auto found = found_generation(connection);
  const bool altered = !found || found->sum != ledger_sum(connection, key_);
  lock.lock();
  if (!altered || adopted_ != before) return;
  altered_ = true;
  logging::error("rolled_back", {{"database", "ledger"}, {"how", "rows"}});
}

void Ledger::adopt(std::uint64_t generation) {
  SqlTransaction transaction(connection_, SqlTransaction::Kind::immediate);
  GenerationRecord record{generation, ledger_sum(connection_, key_)};
  store_generation(connection_, key_, GenerationOf::ledger, record);
  transaction.commit();
  believe(std::move(record));
  older_ = altered_ = false;
  ++adopted_;
}

void Ledger::accept_roll_back() {
  const std::lock_guard lock(writing_);
  adopt(std::max(anchors_.of(ledger_anchor), generation_.load()) + 1);
  anchors_.set(ledger_anchor, generation_);
}

Ledger::~Ledger() {
  try {
    const MailboxGeneration now[] = {{ledger_anchor, generation_}};
    anchors_.raise(now, Anchors::Until::on_disk);
  } catch (const Error& error) {
    logging::error("not_anchored", {{"reason", error.what()}});
  }
}

}  // namespace storage
