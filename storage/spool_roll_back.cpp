// A spool that is not as the server left it.

#include "base/log.h"
#include "storage/spool.h"
#include "storage/spool_generation.h"

namespace storage {
namespace {

std::optional<GenerationRecord> readable_generation(Connection& connection,
                                                    const crypto::DirectoryKey& key) try {
  return spool_generation(connection, key);
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  return std::nullopt;
}

bool has_record(Connection& connection) {
  return connection.number("select 1 from generation").has_value();
}

}  // namespace

void Spool::check_generation(Connection& connection, std::int64_t next_id) {
  const auto known = anchors_.of(spool_anchor);
  const auto found = readable_generation(connection, key_);
  if (found && found->number >= known && found->sum == spool_sum(connection, key_)) return;
  const bool never_seen = known == 0 && !has_record(connection);
  if (never_seen) {
    logging::info("anchored", {{"database", "spool"},
                               {"because", "its anchor is new: what is there now is believed"}});
  } else {
    anchors_.set(spool_held_back, static_cast<std::uint64_t>(next_id));
    first_sent_ = next_id;
    logging::error("rolled_back", {{"database", "spool"}, {"held_back_below", next_id}});
  }
  SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
  adopt_spool(connection, key_, std::max(known, found ? found->number : 0) + 1);
  transaction.commit();
}

void Spool::accept_roll_back() {
  for (const auto& entry : entries()) {
    if (!holds_back(entry.id)) continue;
    try {
      set_state(entry.id, SpoolState::held);
    } catch (const Error& error) {  // corrupt ones are never sent
      if (error.fault() != Fault::corrupt && error.fault() != Fault::not_found) throw;
    }
  }
  const MailboxId marker[] = {spool_held_back};
  anchors_.forget(marker);
  first_sent_ = 0;
}

std::uint64_t Spool::generation() {
  const auto record = spool_generation(*readers_.lease(), key_);
  return record ? record->number : 0;
}

}  // namespace storage
